/** Workbooks made by hand, byte by byte, so that tests can make wrong ones too. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipPart {
  readonly name: string;
  readonly bytes: Buffer | string;
  /** Overrides of what the headers say. */
  readonly localName?: string;
  readonly flags?: number;
  readonly method?: number;
  readonly size?: number;
  readonly crc?: number;
  readonly offset?: number;
}

/** A zip of these parts, in their order. */
export function zipOf(parts: readonly ZipPart[]): Buffer {
  const out: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const part of parts) {
    const bytes = Buffer.from(part.bytes as string);
    const packed = part.method === 0 ? bytes : deflateRawSync(bytes);
    const { method = 8, flags = 0x800, size = bytes.length, crc = crc32(bytes) } = part;
    const fields = Buffer.alloc(22);
    fields.writeUInt16LE(flags, 0);
    fields.writeUInt16LE(method, 2);
    fields.writeUInt32LE(crc, 8);
    fields.writeUInt32LE(packed.length, 12);
    fields.writeUInt32LE(size, 16);
    const name = Buffer.from(part.name);
    const localName = Buffer.from(part.localName ?? part.name);
    const local = Buffer.concat([
      Buffer.from([0x50, 0x4b, 3, 4, 20, 0]),
      fields.subarray(0, 20),
      uint16(localName.length, 0),
      localName,
      packed,
    ]);
    directory.push(
      Buffer.concat([
        Buffer.from([0x50, 0x4b, 1, 2, 20, 0, 20, 0]),
        fields.subarray(0, 20),
        uint16(name.length, 0, 0, 0, 0),
        uint32(0, part.offset ?? at),
        name,
      ]),
    );
    out.push(local);
    at += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.concat([
    Buffer.from([0x50, 0x4b, 5, 6]),
    uint16(0, 0, parts.length, parts.length),
    uint32(central.length, at),
    uint16(0),
  ]);
  return Buffer.concat([...out, central, end]);
}

const uint16 = (...numbers: number[]) => Buffer.from(Uint16Array.from(numbers).buffer);
const uint32 = (...numbers: number[]) => Buffer.from(Uint32Array.from(numbers).buffer);

export interface SheetSpec {
  readonly name: string;
  readonly state?: 'hidden' | 'veryHidden';
  /** What stands between `<worksheet>` and its end. */
  readonly xml: string;
}

export interface WorkbookSpec {
  readonly sheets: readonly SheetSpec[];
  readonly strings?: readonly string[];
  /** Number formats of styles 1, 2, …: a built-in number or a format of its own. */
  readonly formats?: readonly (number | string)[];
  readonly is1904?: boolean;
}

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

/** The parts of a workbook, to be changed before they are zipped. */
export function workbookParts({ sheets, strings, formats = [], is1904 }: WorkbookSpec): ZipPart[] {
  const link = (id: number, type: string, target: string) =>
    `<Relationship Id="rId${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  const links = sheets.map((_, i) => link(i + 1, 'worksheet', `worksheets/sheet${i + 1}.xml`));
  links.push(link(900, 'styles', 'styles.xml'));
  if (strings) links.push(link(901, 'sharedStrings', 'sharedStrings.xml'));
  const own = formats.map((format, i) => ({
    format,
    id: typeof format === 'number' ? format : 200 + i,
  }));
  const parts: ZipPart[] = [
    {
      name: '[Content_Types].xml',
      bytes: `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
    },
    {
      name: '_rels/.rels',
      bytes: `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${link(1, 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    },
    {
      name: 'xl/workbook.xml',
      bytes: `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><workbookPr${is1904 ? ' date1904="1"' : ''}/><sheets>${sheets
        .map(
          ({ name, state }, i) =>
            `<sheet name="${escaped(name)}" sheetId="${i + 1}"${state ? ` state="${state}"` : ''} r:id="rId${i + 1}"/>`,
        )
        .join('')}</sheets></workbook>`,
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      bytes: `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${links.join('')}</Relationships>`,
    },
    {
      name: 'xl/styles.xml',
      bytes: `${HEAD}<styleSheet xmlns="${MAIN}"><numFmts>${own
        .map(({ format, id }) =>
          typeof format === 'number'
            ? ''
            : `<numFmt numFmtId="${id}" formatCode="${escaped(format)}"/>`,
        )
        .join(
          '',
        )}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${own
        .map(({ id }) => `<xf numFmtId="${id}"/>`)
        .join('')}</cellXfs></styleSheet>`,
    },
  ];
  for (const [i, { xml }] of sheets.entries()) {
    const bytes = `${HEAD}<worksheet xmlns="${MAIN}" xmlns:r="${OFFICE}">${xml}</worksheet>`;
    parts.push({ name: `xl/worksheets/sheet${i + 1}.xml`, bytes });
  }
  if (strings) {
    const items = strings.map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`);
    parts.push({
      name: 'xl/sharedStrings.xml',
      bytes: `${HEAD}<sst xmlns="${MAIN}">${items.join('')}</sst>`,
    });
  }
  return parts;
}

export const workbookOf = (spec: WorkbookSpec): Buffer => zipOf(workbookParts(spec));

/** A cell's XML: text is written inline, a number as it stands. */
export function cellXml(reference: string, value: string | number, style = 0): string {
  const s = style ? ` s="${style}"` : '';
  if (typeof value === 'number') return `<c r="${reference}"${s}><v>${value}</v></c>`;
  return `<c r="${reference}"${s} t="inlineStr"><is><t xml:space="preserve">${escaped(value)}</t></is></c>`;
}

/** A `<sheetData>` of these rows, from row 1 on; null is no cell. */
export function sheetXml(rows: readonly (readonly (string | number | null)[])[]): string {
  const xml = rows.map((cells, i) => {
    const inner = cells.map((cell, column) =>
      cell === null ? '' : cellXml(`${columnName(column)}${i + 1}`, cell),
    );
    return `<row r="${i + 1}">${inner.join('')}</row>`;
  });
  return `<sheetData>${xml.join('')}</sheetData>`;
}

function columnName(index: number): string {
  const rest = Math.floor(index / 26);
  return (rest > 0 ? columnName(rest - 1) : '') + String.fromCharCode(65 + (index % 26));
}
