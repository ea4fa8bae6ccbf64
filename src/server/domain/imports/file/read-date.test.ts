// Dates are read by one pattern or not at all: nothing is guessed and nothing rolls over.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileDate } from './read-date.ts';

const read = (pattern: string, cell: string, pivot?: number): string | null => {
  const date = compileDate(pattern, pivot);
  assert.ok('read' in date);
  return date.read(cell);
};

test('patterns name their parts and separators', () => {
  for (const [pattern, cell] of [
    ['MM/DD/YYYY', '02/29/2024'],
    ['MM/DD/YYYY', '2/29/2024'],
    ['YYYY-MM-DD', '2024-02-29'],
    ['DD.MM.YYYY', '29.02.2024'],
    ['YYYYMMDD', '20240229'],
    ['DD-MMM-YYYY', '29-FEB-2024'],
    ['MMM D, YYYY', 'Feb 29, 2024'],
    ['MM/DD/YY', '02/29/24'],
  ] as const) {
    assert.equal(read(pattern, cell), '2024-02-29', pattern);
  }
});

test('a day that the calendar does not have is refused', () => {
  for (const cell of [
    '31/02/2024',
    '29/02/2023',
    '29/02/1900',
    '31/04/2024',
    '00/01/2024',
    '01/13/2024',
    '32/01/2024',
  ]) {
    assert.equal(read('DD/MM/YYYY', cell), null, cell);
  }
});

test('what the pattern does not say is refused', () => {
  for (const cell of [
    '2024-01-02',
    '01/02/24',
    '01/02/2024 00:00',
    '1/2',
    '',
    '０１/02/2024',
    '01/02/20245',
  ]) {
    assert.equal(read('MM/DD/YYYY', cell), null, cell);
  }
  assert.equal(read('YYYYMMDD', '2024229'), null);
});

test('two-digit years fall in the hundred years from the pivot, 1930 unless named', () => {
  assert.equal(read('MM/DD/YY', '07/10/83'), '1983-07-10');
  assert.equal(read('MM/DD/YY', '07/10/30'), '1930-07-10');
  assert.equal(read('MM/DD/YY', '07/10/29'), '2029-07-10');
  assert.equal(read('MM/DD/YY', '07/10/29', 1920), '1929-07-10');
  assert.equal(read('MM/DD/YY', '07/10/49', 1950), '2049-07-10');
});

test('a pattern without a year, a month and a day, or a pivot without two digits, is a fault', () => {
  for (const pattern of ['MM/YYYY', 'YYYY-MM-DD-DD', 'YYYYYY-MM-DD', '']) {
    assert.ok('fault' in compileDate(pattern), pattern);
  }
  assert.ok('fault' in compileDate('YYYY-MM-DD', 1930));
});

test('every day from 1900 to 2100 is read back from every pattern', () => {
  const days = fc.date({
    min: new Date('1900-01-01'),
    max: new Date('2099-12-31'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(days, (day) => {
      const iso = day.toISOString().slice(0, 10);
      const [year, month, date] = iso.split('-') as [string, string, string];
      assert.equal(read('DD.MM.YYYY', `${date}.${month}.${year}`), iso);
      assert.equal(read('MM/DD/YYYY', `${Number(month)}/${Number(date)}/${year}`), iso);
      const pivot = Math.floor(Number(year) / 100) * 100;
      assert.equal(read('MM/DD/YY', `${month}/${date}/${year.slice(2)}`, pivot), iso);
    }),
  );
});
