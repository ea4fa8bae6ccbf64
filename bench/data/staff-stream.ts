/** Staff files of any length, row by row and never held: CSV, or a workbook with shared strings, dates
 * and amounts as cells of their own kind. Eighteen columns, like `staff-csv.ts`. */
import { Readable } from 'node:stream';
import yazl from 'yazl';

const HEADERS = [
  'Employee ID',
  'First Name',
  'Last Name',
  'Birth Date',
  'Hire Date',
  'Status',
  'Term Date',
  'FT/PT',
  'Job Title',
  'Department',
  'Establishment',
  'Manager ID',
  'EEO-1 Category',
  'Pay',
  'Work E-mail',
  'Sex',
  'Hispanic',
  'Race',
];
const FIRST = ['Ada', 'Bruno', 'Chidi', 'Dalia', 'Emre', 'Fiona', 'Grace', 'Hugo', 'Ines', 'Jomo'];
const LAST = ['Quill', 'Ostrow', 'Brack', 'Tamsin', 'Holt', 'Ndege', 'Featherby', 'Underhill'];
const TITLES = ['Clerk', 'Analyst', 'Engineer', 'Nurse', 'Driver', 'Planner', 'Buyer'];
const RACES = ['white', 'black', 'asian', 'nhopi', 'aian', 'two-or-more'];
const SHARED = ['Active', '', 'FT', 'PT', 'F', 'M', 'Yes', 'No', ...TITLES, ...RACES];
/** Days since 1899-12-30, as workbooks count. */
const DAY_1970 = 25_569;
const DAY_MS = 86_400_000;
const PACKED = { mtime: new Date(0), compressionLevel: 6 };

/** A date is a serial number of days and an amount a number, so that each kind of file can write it. */
type Cell = string | { readonly day: number } | { readonly amount: string };

function rowOf(i: number): Cell[] {
  return [
    `N-${1_000_000 + i}`,
    `${FIRST[i % FIRST.length]}${i % 997}`,
    `${LAST[i % LAST.length]}${i % 1009}`,
    { day: DAY_1970 - 5000 + (i % 12_000) },
    { day: DAY_1970 + 12_000 + (i % 8000) },
    'Active',
    '',
    i % 5 ? 'FT' : 'PT',
    TITLES[i % TITLES.length]!,
    `D${i % 60}`,
    `Site ${i % 40}`,
    i % 10 === 0 ? '' : `N-${1_000_000 + i - (i % 10)}`,
    'administrative',
    { amount: `${30_000 + (i % 90_000)}.${(i % 90) + 10}` },
    `n${i}@example.test`,
    i % 2 ? 'F' : 'M',
    i % 7 ? 'No' : 'Yes',
    RACES[i % RACES.length]!,
  ];
}

/** Text in pieces of some thousand rows. */
export function* csvOf(count: number): Generator<string> {
  yield `${HEADERS.join(',')}\n`;
  yield* inPieces(count, (i) => `${rowOf(i).map(csvCell).join(',')}\n`);
}

/** The bytes of an .xlsx. */
export function workbookOf(count: number): Readable {
  const zip = new yazl.ZipFile();
  for (const [name, text] of Object.entries(PARTS)) zip.addBuffer(Buffer.from(text), name, PACKED);
  zip.addReadStream(Readable.from(sheetOf(count)), 'xl/worksheets/sheet1.xml', PACKED);
  zip.end();
  return zip.outputStream as Readable;
}

function* sheetOf(count: number): Generator<string> {
  const head = HEADERS.map((text, column) => inline(`${letter(column)}1`, text)).join('');
  yield `<worksheet xmlns="${MAIN}"><sheetData><row r="1">${head}</row>`;
  yield* inPieces(count, (i) => {
    const row = i + 2;
    const cells = rowOf(i).map((cell, column) => xmlCell(`${letter(column)}${row}`, cell));
    return `<row r="${row}">${cells.join('')}</row>`;
  });
  yield '</sheetData></worksheet>';
}

function* inPieces(count: number, text: (i: number) => string): Generator<string> {
  let piece = '';
  for (let i = 0; i < count; i++) {
    piece += text(i);
    if (piece.length < 262_144) continue;
    yield piece;
    piece = '';
  }
  yield piece;
}

function csvCell(cell: Cell): string {
  if (typeof cell === 'string') return cell;
  if ('amount' in cell) return cell.amount;
  return new Date((cell.day - DAY_1970) * DAY_MS).toISOString().slice(0, 10);
}

const shared = new Map(SHARED.map((text, i) => [text, i]));

function xmlCell(at: string, cell: Cell): string {
  if (cell === '') return '';
  if (typeof cell !== 'string') {
    return 'day' in cell
      ? `<c r="${at}" s="1"><v>${cell.day}</v></c>`
      : `<c r="${at}"><v>${cell.amount}</v></c>`;
  }
  const index = shared.get(cell);
  return index === undefined ? inline(at, cell) : `<c r="${at}" t="s"><v>${index}</v></c>`;
}

const inline = (at: string, text: string) =>
  `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
const letter = (column: number) => String.fromCharCode(65 + column);

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const link = (id: number, type: string, target: string) =>
  `<Relationship Id="rId${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
const PARTS = {
  '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`,
  '_rels/.rels': `<Relationships xmlns="${PACKAGE}/relationships">${link(1, 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
  'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="Staff" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${PACKAGE}/relationships">${link(1, 'worksheet', 'worksheets/sheet1.xml')}${link(2, 'styles', 'styles.xml')}${link(3, 'sharedStrings', 'sharedStrings.xml')}</Relationships>`,
  'xl/styles.xml': `<styleSheet xmlns="${MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>`,
  'xl/sharedStrings.xml': `<sst xmlns="${MAIN}">${SHARED.map((text) => `<si><t>${text}</t></si>`).join('')}</sst>`,
};
