import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toCsv } from './csv.ts';

test('text that a spreadsheet would run as a formula is neutralised', () => {
  for (const start of ['=', '+', '-', '@', '\t', '\r']) {
    const line = toCsv(['a'], [[`${start}cmd`]])
      .split('\r\n')
      .slice(1)
      .join('\r\n');
    assert.ok(line.replace(/^"/, '').startsWith(`'${start}`), JSON.stringify(line));
  }
  assert.equal(toCsv(['n'], [[-3]]), 'n\r\n-3\r\n');
});

test('commas, quotes and line breaks stay inside their cell', () => {
  assert.equal(toCsv(['a', 'b'], [['x,"y"', null]]), 'a,b\r\n"x,""y""",\r\n');
});
