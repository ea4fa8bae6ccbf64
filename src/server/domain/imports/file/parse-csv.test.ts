// What a file may look like and be read, and what is refused before any row is believed.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Source } from './detect-encoding.ts';
import { FileRefusal, type FileRefusalCode } from './file-refusal.ts';
import { type CsvOptions, parseCsv } from './parse-csv.ts';

describe('a table is read as it was written', () => {
  for (const [name, text] of [
    ['comma', 'id,name\n1,Ada\n2,Bo\n'],
    ['semicolon, decimal commas', 'id;name;pay\n1;Ada;1,50\n2;Bo;2,75\n'],
    ['tab', 'id\tname\n1\tAda, B\n2\tBo\n'],
    ['bar', 'id|name\n1|Ada;,\n2|Bo\n'],
    ['CRLF', 'id,name\r\n1,Ada\r\n2,Bo\r\n'],
    ['CR alone', 'id,name\r1,Ada\r2,Bo\r'],
    ['no final newline', 'id,name\n1,Ada\n2,Bo'],
    ['padded values', ' id ,\tname \n 1 , Ada  \n2 ,  Bo'],
    ['padding around quotes', 'id,name\n1 , "Ada" \n2,"Bo"'],
    ['blank rows', 'id,name\n\n1,Ada\n , \n2,Bo\n\n\n'],
  ] as const) {
    test(name, async () => {
      const { headers, rows } = await readAll(bytesOf(text));
      assert.deepEqual(headers.slice(0, 2), ['id', 'name']);
      assert.deepEqual(
        rows.map((row) => [row[0], row[1]?.slice(0, 2)]),
        [
          ['1', 'Ad'],
          ['2', 'Bo'],
        ],
      );
    });
  }

  test('quoted delimiters, line breaks and doubled quotes stay in the cell', async () => {
    const { rows } = await readAll(
      bytesOf('a,b\n"x, y","one\r\ntwo"\n"say ""hi""",5" pipe\n"",""""\n'),
    );
    assert.deepEqual(rows, [
      ['x, y', 'one\r\ntwo'],
      ['say "hi"', '5" pipe'],
      ['', '"'],
    ]);
  });

  test('an empty last cell without a final newline is a cell', async () => {
    assert.deepEqual((await readAll(bytesOf('a,b\n1,'))).rows, [['1', '']]);
  });

  test('one column, and a delimiter that the caller names', async () => {
    assert.deepEqual((await readAll(bytesOf('id\n1\n2'))).rows, [['1'], ['2']]);
    const options: CsvOptions = { delimiter: ';' };
    assert.deepEqual((await readAll(bytesOf('a,b;c\n1,2;3'), options)).headers, ['a,b', 'c']);
  });

  test('row numbers are the spreadsheet’s: the header is 1, blank rows count, line breaks in cells do not', async () => {
    const { numbers } = await readAll(bytesOf('a,b\n\n"1\n1",2\n,\n3,4\n'));
    assert.deepEqual(numbers, [3, 5]);
  });

  test('emoji, direction characters and SQL are text like any other here', async () => {
    const cells = ['🙂 Zoë', '\u202eadA', "'; DROP TABLE record; --"];
    assert.deepEqual((await readAll(bytesOf(`a,b,c\n${cells.join(',')}\n`))).rows, [cells]);
  });
});

describe('encodings', () => {
  test('UTF-8 with and without a byte order mark give the same headers and rows', async () => {
    const text = 'näme,id\nZoë,1\n';
    const marked = await readAll(bytesOf(`\ufeff${text}`));
    assert.deepEqual(marked, await readAll(bytesOf(text)));
    assert.deepEqual(marked.headers, ['näme', 'id']);
  });

  test('one byte of Windows-1252 at the very end makes the whole file Windows-1252', async () => {
    const start = 'name,id\nAda,1\n'.repeat(1).concat('Bo,2\n'.repeat(50_000));
    const file = Buffer.concat([bytesOf(start), Buffer.from([0x80, 0x5a, 0x6f, 0xeb, 0x2c, 0x39])]);
    const { encoding, rows } = await readAll(file);
    assert.equal(encoding, 'windows-1252');
    assert.deepEqual(rows.at(-1), ['€Zoë', '9']);
  });

  test('a character cut by the end of the file is not UTF-8', async () => {
    const { encoding } = await readAll(Buffer.concat([bytesOf('a\nb'), Buffer.from([0xc3])]));
    assert.equal(encoding, 'windows-1252');
  });

  test('characters of several bytes survive every chunk and block boundary', async () => {
    const text = `a,b\n${'é€🙂,x\n'.repeat(40)}`;
    const expected = await readAll(bytesOf(text));
    for (let size = 1; size < 12; size++) {
      assert.deepEqual(await readAll(bytesOf(text), { blockBytes: 16 + size }, size), expected);
    }
  });
});

describe('a file that cannot be believed is refused, with its place and the way to fix it', () => {
  const long = 'x'.repeat(70_000);
  const cases: [string, Buffer | string, FileRefusalCode, number | null, number | null][] = [
    ['empty', '', 'empty-file', null, null],
    ['only a byte order mark', '\ufeff', 'empty-file', null, null],
    ['only blank lines', '\n\n\n', 'no-rows', null, null],
    ['header only', 'a,b\n', 'no-rows', null, null],
    ['UTF-16 LE', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le'), 'utf-16', null, null],
    ['UTF-16 LE without a mark', Buffer.from('a,b\n1,2\n', 'utf16le'), 'utf-16', null, null],
    ['UTF-16 BE', Buffer.from('\ufeffa,b\n1,2\n', 'utf16le').swap16(), 'utf-16', null, null],
    ['a workbook', Buffer.from('504b030414000600', 'hex'), 'not-csv', null, null],
    ['marked UTF-8, is not', Buffer.from('efbbbf610a62ff0a', 'hex'), 'not-utf-8', null, null],
    ['NUL byte', `a,b\n1,2\n3,\0${'x\n'.repeat(20)}`, 'nul-byte', 3, null],
    ['empty header', 'a,,c\n1,2,3\n', 'header-empty', 1, 2],
    ['repeated header', 'a,b,a\n1,2,3\n', 'header-repeated', 1, 3],
    ['headers equal in NFC', 'é,e\u0301\n1,2\n', 'header-repeated', 1, 2],
    ['long header', `${'h'.repeat(201)},b\n1,2\n`, 'header-too-long', 1, 1],
    ['header with a line break', 'a,"b\nc"\n1,2\n', 'header-unreadable', 1, 2],
    ['header that turns direction', 'a,\u202eb\n1,2\n', 'header-unreadable', 1, 2],
    ['one million columns', `${'a,'.repeat(1_000_000)}\n`, 'too-many-columns', 1, null],
    ['too many cells in a row', `a,b\n1,2\n${'x,'.repeat(600)}\n`, 'too-many-columns', 3, null],
    ['short row', 'a,b\n1,2\n3\n', 'ragged-row', 3, null],
    ['long row', 'a,b\n1,2,3\n', 'ragged-row', 2, null],
    ['quote never closed', 'a,b\n1,2\n3,"4\n5,6\n', 'quote-not-closed', 3, 2],
    ['text after a quote', 'a,b\n1,"2"x\n', 'text-after-quote', 2, 2],
    ['a long cell', `a,b\n1,${long}\n`, 'cell-too-long', 2, 2],
    ['a long quoted cell', `a,b\n1,"${long}"\n`, 'cell-too-long', 2, 2],
    [
      'a quote that swallows the file',
      `a,b\n1,"2\n${'3,4\n'.repeat(60_000)}`,
      'cell-too-long',
      2,
      2,
    ],
    [
      'a long row of long cells',
      `${headersOf(30)}\n${`${'x'.repeat(60_000)},`.repeat(30)}\n`,
      'row-too-long',
      2,
      null,
    ],
  ];
  for (const [name, file, code, row, column] of cases) {
    test(name, async () => {
      const bytes = typeof file === 'string' ? bytesOf(file) : file;
      const refusal = await refusalOf(readAll(bytes));
      assert.deepEqual([refusal.code, refusal.row, refusal.column], [code, row, column]);
      assert.match(refusal.message, /\. |\.$/);
    });
  }

  test('more rows than allowed', async () => {
    const refusal = await refusalOf(readAll(bytesOf('a\n1\n2\n3\n'), { rowsMax: 2 }));
    assert.deepEqual([refusal.code, refusal.row], ['too-many-rows', 4]);
  });

  test('a cell of 10 MB or a row of a million columns is refused after a small part of it', async () => {
    for (const piece of ['x', 'a,']) {
      let given = 0;
      const source: Source = async function* () {
        yield bytesOf('a,b\n1,');
        for (let i = 0; i < 1_000; i++) {
          given++;
          yield bytesOf(piece.repeat(10_000));
        }
      };
      await refusalOf(drain(source, { encoding: 'utf-8' }));
      assert.ok(given < 40, `read ${given} of 1,000 chunks`);
    }
  });

  test('no refusal repeats a cell', async () => {
    const secret = 'S3CRET';
    for (const text of [
      `a,b\n${secret},2,3\n`,
      `a,b\n1,"${secret}\n`,
      `a,b\n1,"2"${secret}\n`,
      `a,b\n1,${secret.repeat(20_000)}\n`,
    ]) {
      assert.ok(!(await refusalOf(readAll(bytesOf(text)))).message.includes(secret));
    }
  });
});

test('leaving early closes the source', async () => {
  let closed = 0;
  const source: Source = async function* () {
    try {
      for (let i = 0; i < 1_000; i++) yield bytesOf(i === 0 ? 'a,b\n' : '1,2\n'.repeat(10_000));
    } finally {
      closed++;
    }
  };
  const file = await parseCsv(source, { encoding: 'utf-8' });
  await file.batches.return();
  assert.equal(closed, 1);
});

test('what any writer writes is read back, wherever chunks and blocks are cut', async () => {
  const cell = fc
    .string({ unit: fc.constantFrom('a', 'é', '🙂', ' ', '"', ',', ';', '\n', '\r\n', 'x') })
    .map((text) => text.trim());
  const table = fc
    .integer({ min: 2, max: 5 })
    .chain((width) =>
      fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1 }),
    );
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.constantFrom(',', ';', '\t', '|'),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.record({
        final: fc.boolean(),
        mark: fc.boolean(),
        always: fc.boolean(),
        pad: fc.boolean(),
      }),
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 16, max: 60 }),
      async (rows, delimiter, newline, style, chunk, blockBytes) => {
        const headers = rows[0]!.map((_, index) => `h${index}`);
        const text = write([headers, ...rows], delimiter, newline, style);
        const kept = rows.filter((row) => row.some((each) => each !== ''));
        const read = readAll(bytesOf(text), { delimiter: delimiter as ',', blockBytes }, chunk);
        if (kept.length === 0) {
          assert.equal((await refusalOf(read)).code, 'no-rows');
          return;
        }
        assert.deepEqual((await read).rows, kept);
        assert.deepEqual((await read).headers, headers);
      },
    ),
    { numRuns: 300 },
  );
});

/** Written from RFC 4180, not from the parser. */
function write(
  rows: string[][],
  delimiter: string,
  newline: string,
  style: { final: boolean; mark: boolean; always: boolean; pad: boolean },
): string {
  const lines = rows.map((row) =>
    row
      .map((cell) => {
        const quoted = style.always || /[",;\t|\r\n]/.test(cell);
        const text = quoted ? `"${cell.split('"').join('""')}"` : cell;
        return style.pad ? `  ${text} ` : text;
      })
      .join(delimiter),
  );
  return (style.mark ? '\ufeff' : '') + lines.join(newline) + (style.final ? newline : '');
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'utf8');
}

function headersOf(count: number): string {
  return Array.from({ length: count }, (_, i) => `h${i}`).join(',');
}

async function readAll(bytes: Buffer, options: CsvOptions = {}, chunk = 65_536) {
  return drain(async function* () {
    for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
  }, options);
}

async function drain(source: Source, options: CsvOptions) {
  const { headers, encoding, delimiter, batches } = await parseCsv(source, options);
  const rows: string[][] = [];
  const numbers: number[] = [];
  for await (const batch of batches) {
    rows.push(...batch.rows);
    numbers.push(...batch.numbers);
  }
  return { headers, encoding, delimiter, rows, numbers };
}

async function refusalOf(read: Promise<unknown>): Promise<FileRefusal> {
  const error = await read.then(
    () => assert.fail('it was accepted'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof FileRefusal, String(error));
  return error;
}
