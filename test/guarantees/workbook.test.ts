/** What a workbook gives is what its CSV would give; what no staff file needs refuses it by name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCsv } from '../../src/server/domain/imports/file/parse-csv.ts';
import { openWorkbook } from '../../src/server/domain/imports/file/xlsx/open-workbook.ts';
import { sheetAsCsv } from '../../src/server/domain/imports/file/xlsx/sheet-as-csv.ts';
import { openCell } from '../../src/server/domain/imports/file/xlsx/typed-cell.ts';
import { access, inSheet, refused, rowsOf } from '../support/read-workbook.ts';
import { cellXml, type SheetSpec, sheetXml, workbookOf } from '../support/workbook.ts';

/** The cells of the only column, from row 2 on, with their kinds. */
async function column(cells: readonly string[], more: object = {}): Promise<string[]> {
  const rows = cells.map((xml, i) => `<row r="${i + 2}">${xml.replace('?', `A${i + 2}`)}</row>`);
  const xml = `<sheetData><row r="1">${cellXml('A1', 'Head')}</row>${rows.join('')}</sheetData>`;
  const bytes = workbookOf({ sheets: [{ name: 'Staff', xml }], ...more });
  return (await rowsOf(bytes)).slice(1).map(({ cells: [cell] }) => {
    const { kind, text } = openCell(cell!);
    return kind === 'text' ? text : kind === 'error' ? 'error' : `${kind} ${text}`;
  });
}

const number = (text: string, style = 0) => `<c r="?" s="${style}"><v>${text}</v></c>`;

test('numbers come as they are shown, without the noise of binary fractions', async () => {
  const shown = await column(
    [
      '0.30000000000000004',
      '1E+20',
      '1.5E-7',
      '-0',
      '61250.5',
      '12345678901234567',
      '.5',
      '100',
    ].map((text) => number(text)),
  );
  assert.deepEqual(
    shown,
    [
      '0.3',
      '100000000000000000000',
      '0.00000015',
      '0',
      '61250.5',
      '12345678901234600',
      '0.5',
      '100',
    ].map((text) => `number ${text}`),
  );
});

test('a date is what its format says, in both systems, and 29 February 1900 is none', async () => {
  const formats = [
    14,
    'dd/mm/yyyy',
    '[$-409]d\\-mmm\\-yy;@',
    'h:mm',
    '#,##0.00 "days"',
    '[h]:mm',
    22,
    '[Red]0.00',
  ];
  const cells = [
    number('43831', 1),
    number('43831.75', 2),
    number('1', 3),
    number('59', 1),
    number('60', 1),
    number('61', 1),
    number('0.5', 4),
    number('12', 5),
    number('1.5', 6),
    number('0.25', 7),
    number('2958466', 1),
    number('-1', 1),
    number('7', 8),
    '<c r="?" t="d"><v>2021-02-03T00:00:00</v></c>',
    '<c r="?" t="d"><v>2021-02-30</v></c>',
  ];
  assert.deepEqual(await column(cells, { formats }), [
    'date 2020-01-01',
    'date 2020-01-01',
    'date 1900-01-01',
    'date 1900-02-28',
    'error',
    'date 1900-03-01',
    'error',
    'number 12',
    'error',
    'error',
    'error',
    'error',
    'number 7',
    'date 2021-02-03',
    'error',
  ]);
  assert.deepEqual(await column([number('0', 1), number('42369', 1)], { formats, is1904: true }), [
    'date 1904-01-01',
    'date 2020-01-01',
  ]);
});

test('digits in a pattern keep their zeros', async () => {
  const formats = ['00000', '000\\-00\\-0000', '0000'];
  const cells = [number('2134', 1), number('12345678', 2), number('12345', 3)];
  assert.deepEqual(await column(cells, { formats }), ['02134', '012-34-5678', '12345']);
});

test('text comes from everywhere it can stand, and a formula gives what was stored', async () => {
  const strings = ['Ada', 'Zoë _x000D_B'];
  const cells = [
    '<c r="?" t="s"><v>0</v></c>',
    '<c r="?" t="s"><v>1</v></c>',
    '<c r="?" t="inlineStr"><is><r><t>Ad</t></r><r><rPr><b/></rPr><t>a &amp; B</t></r><rPh sb="0" eb="1"><t>no</t></rPh></is></c>',
    '<c r="?" t="b"><v>1</v></c>',
    '<c r="?" t="str"><f>A1&amp;"x"</f><v>Headx</v></c>',
    '<c r="?"><f>1+1</f><v>2</v></c>',
    '<c r="?"><f>1+1</f></c>',
    '<c r="?" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
    '<c r="?" t="inlineStr"><is><t>_x0001_d2020-01-01</t></is></c>',
    '<c r="?" t="inlineStr"><is><t>=HYPERLINK("http://a")</t></is></c>',
  ];
  assert.deepEqual(await column(cells, { strings }), [
    'Ada',
    'Zoë \rB',
    'Ada & B',
    'TRUE',
    'Headx',
    'number 2',
    'error',
    'error',
    'error',
    '=HYPERLINK("http://a")',
  ]);
});

test('the sheet is the one that is named, or the first visible one with a header', async () => {
  const sheets: SheetSpec[] = [
    { name: 'Secret', state: 'hidden', xml: sheetXml([['Hidden'], ['h']]) },
    { name: 'Cover', xml: '<sheetData/>' },
    { name: 'Staff', xml: sheetXml([[], [null], ['No'], [], ['1']]) },
    { name: 'More', xml: sheetXml([['No'], ['2']]) },
  ];
  const bytes = workbookOf({ sheets });
  assert.deepEqual(await rowsOf(bytes), [
    { row: 3, cells: ['No'] },
    { row: 5, cells: ['1'] },
  ]);
  assert.deepEqual((await rowsOf(bytes, 'More'))[1], { row: 2, cells: ['2'] });
  assert.deepEqual((await rowsOf(bytes, 'Secret'))[0]!.cells, ['Hidden']);
  await assert.rejects(rowsOf(bytes, 'staff'), /has no sheet .*"Staff"/);
});

test('a header with a hole, as merged cells leave one, and values outside the table are named', async () => {
  const hole = inSheet(
    `${sheetXml([['No', null, 'Name']])}<mergeCells><mergeCell ref="A1:B1"/></mergeCells>`,
  );
  assert.equal(await refused(hole), 'header-empty');
  assert.equal(
    await refused(inSheet(sheetXml([['Staff of 2026'], ['No', 'Name']]))),
    'outside-table',
  );
  assert.equal(await refused(inSheet(sheetXml([['A'], ['1', '']]))), 'read');
});

test('any table reads back as its CSV would', async () => {
  const text = fc
    .string({ unit: fc.constantFrom(...'aZ09 ,;"\'=+\n\té漢😀'), maxLength: 12 })
    .map((cell) => cell.trim());
  const cell = fc.oneof(text, fc.integer({ min: -1e9, max: 1e9 }), fc.constant(null));
  const table = fc.integer({ min: 1, max: 6 }).chain((width) =>
    fc
      .array(fc.array(cell, { minLength: width, maxLength: width }), {
        minLength: 1,
        maxLength: 8,
      })
      .map((rows) => ({ width, rows })),
  );
  await fc.assert(
    fc.asyncProperty(table, async ({ width, rows }) => {
      const headers = Array.from({ length: width }, (_, i) => `H${i}`);
      const bytes = workbookOf({ sheets: [{ name: 'T', xml: sheetXml([headers, ...rows]) }] });
      const wanted = rows
        .map((cells) => cells.map((each) => (each === null ? '' : String(each))))
        .filter((cells) => cells.some((each) => each !== ''));
      const read: string[][] = [];
      if (wanted.length > 0) {
        const source = async function* () {
          for await (const csv of sheetAsCsv(openWorkbook(access(bytes)))) yield Buffer.from(csv);
        };
        const file = await parseCsv(source, { encoding: 'utf-8', delimiter: ',' });
        for await (const batch of file.batches) read.push(...batch.rows);
      }
      assert.deepEqual(
        read.map((cells) => cells.map((each) => openCell(each).text)),
        wanted,
      );
    }),
    { numRuns: 150 },
  );
});
