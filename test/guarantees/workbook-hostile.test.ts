/** What no staff file needs, or no spreadsheet program writes, refuses a workbook by name. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inSheet, refused } from '../support/read-workbook.ts';
import { sheetXml, workbookParts, type ZipPart, zipOf } from '../support/workbook.ts';

const STAFF = {
  name: 'Staff',
  xml: sheetXml([
    ['No', 'Name'],
    ['1', 'Ada'],
  ]),
};
const plain = (): ZipPart[] => workbookParts({ sheets: [STAFF] });
const changed = (name: string, change: (xml: string) => string): ZipPart[] =>
  plain().map((part) =>
    part.name === name ? { ...part, bytes: change(String(part.bytes)) } : part,
  );
test('what can act, leads elsewhere or is packed to deceive is refused by name', async () => {
  const more = (part: ZipPart) => [...plain(), part];
  const bomb = (bytes: number) => '<sheetData>'.padEnd(bytes, ' ');
  const laughs = `<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>`;
  const doctype = (xml: string) => xml.replace('?>\n', `?>\n${laughs}`);
  const outside = (xml: string) =>
    xml.replace('?>\n', '?>\n<!DOCTYPE w SYSTEM "file:///etc/passwd">');
  const whole = zipOf(plain());
  const corpus: [string, string, readonly ZipPart[] | Buffer][] = [
    ['macros', 'workbook-macros', more({ name: 'xl/vbaProject.bin', bytes: 'x' })],
    ['macro sheets', 'workbook-macros', more({ name: 'xl/macrosheets/sheet1.xml', bytes: '<a/>' })],
    [
      'macro type',
      'workbook-macros',
      changed('[Content_Types].xml', (xml) =>
        xml.replace('spreadsheetml.sheet.main', 'macroEnabled.main'),
      ),
    ],
    [
      'xlsb',
      'binary-workbook',
      changed('[Content_Types].xml', (xml) =>
        xml.replace(
          'openxmlformats-officedocument.spreadsheetml.sheet.main+xml',
          'ms-excel.sheet.binary.main',
        ),
      ),
    ],
    [
      'links',
      'workbook-links',
      more({ name: 'xl/externalLinks/externalLink1.xml', bytes: '<a/>' }),
    ],
    [
      'link reference',
      'workbook-links',
      changed('xl/workbook.xml', (xml) =>
        xml.replace(
          '</sheets>',
          '</sheets><externalReferences><externalReference r:id="rId5"/></externalReferences>',
        ),
      ),
    ],
    ['objects', 'workbook-objects', more({ name: 'xl/embeddings/oleObject1.bin', bytes: 'x' })],
    [
      'object in the sheet',
      'workbook-objects',
      inSheet(`${STAFF.xml}<oleObjects><oleObject/></oleObjects>`),
    ],
    ['dot dot', 'workbook-names', more({ name: '../../etc/passwd', bytes: 'x' })],
    ['absolute', 'workbook-names', more({ name: '/etc/passwd', bytes: 'x' })],
    ['backslash', 'workbook-names', more({ name: '..\\evil', bytes: 'x' })],
    ['twice', 'workbook-overlaps', more({ name: 'XL/workbook.xml', bytes: 'x' })],
    [
      'overlap',
      'workbook-overlaps',
      plain().map((part, i) => (i === 4 ? { ...part, offset: 0, name: 'xl/styles.xml' } : part)),
    ],
    [
      'other name inside',
      'workbook-overlaps',
      plain().map((part, i) =>
        i === 5 ? { ...part, localName: 'xl/worksheets/sheet9.xml' } : part,
      ),
    ],
    [
      'encrypted',
      'workbook-encrypted',
      plain().map((part, i) => (i === 5 ? { ...part, flags: 0x801 } : part)),
    ],
    ['bomb', 'workbook-too-large', inSheet(bomb(40 * 1024 * 1024))],
    [
      'size that lies',
      'workbook-damaged',
      plain().map((part, i) => (i === 5 ? { ...part, size: 10 } : part)),
    ],
    [
      'checksum that lies',
      'workbook-damaged',
      plain().map((part, i) => (i === 5 ? { ...part, crc: 1 } : part)),
    ],
    ['entities', 'workbook-doctype', changed('xl/worksheets/sheet1.xml', doctype)],
    [
      'entities in strings',
      'workbook-doctype',
      inSheet(STAFF.xml).map((part) =>
        part.name === 'xl/sharedStrings.xml'
          ? { ...part, bytes: doctype(String(part.bytes)) }
          : part,
      ),
    ],
    ['external entity', 'workbook-doctype', changed('xl/workbook.xml', outside)],
    [
      'unknown entity',
      'workbook-damaged',
      changed('xl/worksheets/sheet1.xml', (xml) => xml.replace('Ada', '&b;')),
    ],
    ['deep', 'workbook-damaged', inSheet(`<a>`.repeat(100) + `</a>`.repeat(100))],
    [
      'many attributes',
      'workbook-damaged',
      inSheet(`<sheetData ${Array.from({ length: 200 }, (_, i) => `a${i}="1"`).join(' ')}/>`),
    ],
    [
      'latin-1',
      'workbook-not-utf-8',
      changed('xl/worksheets/sheet1.xml', (xml) => xml.replace('UTF-8', 'ISO-8859-1')),
    ],
    [
      'column beyond',
      'workbook-damaged',
      inSheet('<sheetData><row r="1"><c r="XFE1"><v>1</v></c></row></sheetData>'),
    ],
    [
      'row beyond',
      'workbook-damaged',
      inSheet('<sheetData><row r="1048577"><c r="A1048577"><v>1</v></c></row></sheetData>'),
    ],
    [
      'row backwards',
      'workbook-damaged',
      inSheet('<sheetData><row r="2"/><row r="1"/></sheetData>'),
    ],
    [
      'cell of another row',
      'workbook-damaged',
      inSheet('<sheetData><row r="1"><c r="A2"><v>1</v></c></row></sheetData>'),
    ],
    [
      'cells backwards',
      'workbook-damaged',
      inSheet(
        '<sheetData><row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row></sheetData>',
      ),
    ],
    [
      'string that is none',
      'workbook-damaged',
      inSheet('<sheetData><row r="1"><c r="A1" t="s"><v>7</v></c></row></sheetData>'),
    ],
    ['long cell', 'cell-too-long', inSheet(sheetXml([['No'], ['x'.repeat(70_000)]]))],
    [
      '501 columns',
      'too-many-columns',
      inSheet(sheetXml([Array.from({ length: 501 }, (_, i) => `H${i}`)])),
    ],
    [
      '300 sheets',
      'too-many-sheets',
      workbookParts({
        sheets: Array.from({ length: 300 }, (_, i) => ({ name: `S${i}`, xml: '' })),
      }),
    ],
    ['no header anywhere', 'no-sheet', inSheet('<sheetData/>')],
    ['another archive', 'not-a-workbook', [{ name: 'staff.csv', bytes: 'No\n1\n' }]],
    ['no xml', 'workbook-damaged', changed('xl/worksheets/sheet1.xml', () => 'PK')],
    ['an empty archive', 'not-a-workbook', []],
  ];
  for (const [what, code, parts] of corpus) assert.equal(await refused(parts), code, what);
  for (const end of [30, 200, whole.length - 30, whole.length - 1]) {
    assert.equal(await refused(whole.subarray(0, end)), 'workbook-damaged', `cut at ${end}`);
  }
  assert.equal(await refused(whole), 'read');
});

test('a byte changed anywhere never does more than refuse the file', async () => {
  const whole = zipOf(plain());
  for (let at = 0; at < whole.length; at += 7) {
    const bytes = Buffer.from(whole);
    bytes[at]! ^= 0x41;
    await refused(bytes);
  }
});
