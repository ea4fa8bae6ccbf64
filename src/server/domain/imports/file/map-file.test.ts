// A whole file: every good row in order, every error counted, repeated staff numbers found.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorList } from './collect-errors.ts';
import { compile, key, usd } from './example-catalogue.ts';
import { mapFile } from './map-file.ts';
import type { MappedRow } from './map-row.ts';
import { parseCsv } from './parse-csv.ts';

async function mapped(text: string): Promise<{ rows: MappedRow[]; errors: ErrorList }> {
  const file = await parseCsv(async function* () {
    yield Buffer.from(text);
  });
  const compiled = compile(
    {
      version: 1,
      columns: {
        id: { element: 'employment.staffNumber' },
        salary: { element: 'pay.base', transform: usd },
      },
      constants: { 'pay.basis': 'annual' },
      key,
    },
    file.headers,
  );
  const errors: ErrorList = { count: 0, first: [] };
  const rows: MappedRow[] = [];
  for await (const batch of mapFile(file, compiled, errors)) rows.push(...batch);
  return { rows, errors };
}

test('good rows keep their order and their numbers', async () => {
  const { rows, errors } = await mapped('id,salary\n3,$1\n\n1,$2\n2,$3\n');
  assert.deepEqual(
    rows.map(({ row, staffNumber }) => [row, staffNumber]),
    [
      [2, '3'],
      [4, '1'],
      [5, '2'],
    ],
  );
  assert.deepEqual(errors, { count: 0, first: [] });
});

test('a staff number that stands twice is an error at its second row', async () => {
  const { errors } = await mapped('id,salary\n7,$1\n8,$1\n 7 ,$2\n7,$3\n');
  assert.deepEqual(errors.first, [
    { row: 4, column: 'id', reason: 'has the staff number of row 2' },
    { row: 5, column: 'id', reason: 'has the staff number of row 2' },
  ]);
});

test('all errors are counted and the first thousand kept', async () => {
  const bad = Array.from({ length: 2_500 }, (_, i) => `${i},12.3.4`).join('\n');
  const { rows, errors } = await mapped(`id,salary\n${bad}\n`);
  assert.deepEqual([rows.length, errors.count, errors.first.length], [0, 2_500, 1_000]);
  assert.equal(errors.first[0]?.row, 2);
});
