import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { dayOf } from './day.ts';
import { isMonthEnd, withhold } from './suppress.ts';

/** Every table that agrees with what is published. Where no zero is withheld, a reader may guess that
 * withheld counts are above zero. */
function* tablesThatAgree(counts: number[][], hidden: boolean[][]): Generator<number[][]> {
  const least = counts.some((row, i) => row.some((n, j) => n === 0 && hidden[i]![j])) ? 0 : 1;
  const rows = counts.length - 1;
  const columns = counts[0]!.length - 1;
  const largest = counts[rows]![columns]! + 2;
  const table = counts.map((row) => row.map(() => 0));
  function* fill(cell: number): Generator<number[][]> {
    if (cell === rows * columns) {
      if (isEveryTotalRight()) yield table;
      return;
    }
    const i = Math.floor(cell / columns);
    const j = cell % columns;
    const values = hidden[i]![j] ? range(least, largest) : [counts[i]![j]!];
    for (const value of values) {
      table[i]![j] = value;
      if (j < columns - 1 || isRowRight(i)) yield* fill(cell + 1);
    }
  }
  function isRowRight(i: number): boolean {
    table[i]![columns] = sum(table[i]!.slice(0, columns));
    return agrees(i, columns);
  }
  function isEveryTotalRight(): boolean {
    for (let j = 0; j <= columns; j++) {
      table[rows]![j] = sum(table.slice(0, rows).map((row) => row[j]!));
      if (!agrees(rows, j)) return false;
    }
    return true;
  }
  const agrees = (i: number, j: number) =>
    hidden[i]![j] ? table[i]![j]! >= least : table[i]![j] === counts[i]![j];
  yield* fill(0);
}

function assertNothingComputable(cells: number[][]): void {
  const hidden = withhold(cells);
  const counts = withTotals(cells);
  const seen = counts.map((row) => row.map(() => new Set<number>()));
  for (const table of tablesThatAgree(counts, hidden)) {
    for (const [i, row] of table.entries()) {
      for (const [j, value] of row.entries()) seen[i]![j]!.add(value);
    }
  }
  for (const [i, row] of counts.entries()) {
    for (const [j, count] of row.entries()) {
      if (count > 0 && count < 5) assert.ok(hidden[i]![j], `${count} is published`);
      if (hidden[i]![j]) {
        assert.ok(seen[i]![j]!.has(count));
        assert.ok(seen[i]![j]!.size > 1, `${JSON.stringify(cells)}: (${i}, ${j}) can be computed`);
      }
    }
  }
}

describe('suppression', () => {
  it('publishes everything when no count is from 1 to 4', () => {
    const hidden = withhold([
      [5, 0, 12],
      [0, 9, 100],
    ]);
    assert.ok(hidden.every((row) => row.every((cell) => !cell)));
  });

  it('withholds a second count of a list, so that the total does not give the first away', () => {
    assert.deepEqual(withhold([[40, 3, 9, 20]])[0], [false, true, true, false, false]);
  });

  it('withholds more where two single people would follow from being above zero', () => {
    assert.deepEqual(withhold([[1, 1, 10, 30]])[0], [true, true, true, false, false]);
  });

  it('keeps a rectangle of a table when one count is small', () => {
    const hidden = withhold([
      [3, 20, 30],
      [9, 40, 50],
      [60, 70, 80],
    ]);
    assert.equal(hidden.flat().filter(Boolean).length, 4);
    assert.equal(hidden[0]![0] && hidden[1]![0] && hidden[0]![1] && hidden[1]![1], true);
  });

  it('withholds the total too when only it would protect a small count', () => {
    assert.deepEqual(withhold([[3, 0, 0]])[0], [true, false, false, true]);
    assert.deepEqual(withhold([[0, 0, 0]])[0], [false, false, false, false]);
  });

  it('leaves no withheld count of a list computable, whatever the counts', () => {
    const list = fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(list, (counts) => assertNothingComputable([counts])),
      { numRuns: 150 },
    );
  });

  it('leaves no withheld count of a table computable, totals taken into account', () => {
    const table = fc
      .tuple(fc.integer({ min: 2, max: 3 }), fc.constant(2))
      .chain(([rows, columns]) =>
        fc.array(
          fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 6 })), {
            minLength: columns,
            maxLength: columns,
          }),
          { minLength: rows, maxLength: rows },
        ),
      );
    fc.assert(fc.property(table, assertNothingComputable), { numRuns: 60 });
  });

  it('gives every withheld cell of a large table a way up or down that keeps all published sums', () => {
    const table = fc.array(
      fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 30 })), {
        minLength: 14,
        maxLength: 14,
      }),
      { minLength: 10, maxLength: 10 },
    );
    fc.assert(
      fc.property(table, (cells) => {
        const hidden = withhold(cells);
        // A row or column of totals with one withheld cell would give that cell away at once.
        for (const row of hidden) assert.notEqual(row.filter(Boolean).length, 1);
        for (let j = 0; j <= 14; j++) {
          assert.notEqual(hidden.filter((row) => row[j]).length, 1);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('withholds among the totals of a table what a list by one dimension withholds', () => {
    const cells = [
      [2, 1, 0],
      [30, 12, 6],
      [8, 0, 25],
    ];
    const hidden = withhold(cells);
    const byRow = withhold([cells.map(sum)])[0]!;
    for (let i = 0; i < 3; i++) assert.equal(hidden[i]![3], byRow[i]);
  });

  it('knows the ends of months', () => {
    for (const date of ['2026-01-31', '2026-02-28', '2028-02-29'])
      assert.ok(isMonthEnd(dayOf(date)));
    for (const date of ['2026-01-30', '2028-02-28']) assert.ok(!isMonthEnd(dayOf(date)));
  });
});

function withTotals(cells: number[][]): number[][] {
  const rows = cells.map((row) => [...row, sum(row)]);
  return [...rows, rows[0]!.map((_, j) => sum(rows.map((row) => row[j]!)))];
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
