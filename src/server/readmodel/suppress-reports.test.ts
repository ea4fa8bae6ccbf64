// What a reader of suppressed figures could compute from them, and from several reports together.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hold, newPeople } from './held-people.test-support.ts';
import { bitmapOf, run } from './reports/run-report.test-support.ts';
import { withhold } from './suppress.ts';
import { type Flow, isFlowHidden, isYearPublishable } from './suppress-flows.ts';
import {
  isPublishable,
  isQuantilePublishable,
  type Magnitude,
  PAY_PEOPLE,
  withholdMagnitudes,
} from './suppress-magnitudes.ts';

describe('counts by one and by two dimensions together', () => {
  it('withhold the same totals, so that neither report gives away what the other withholds', () => {
    const count = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 12 }));
    const table = fc
      .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
      .chain(([rows, columns]) =>
        fc.array(fc.array(count, { minLength: columns, maxLength: columns }), {
          minLength: rows,
          maxLength: rows,
        }),
      );
    fc.assert(
      fc.property(table, (filled) => {
        // As rows of a report have it: what is not recorded is there, be it nobody.
        const cells = [
          ...filled.map((row) => [...row, 0]),
          new Array(filled[0]!.length + 1).fill(0),
        ];
        const hidden = withhold(cells);
        const totals = cells.map((row) => row.reduce((sum, n) => sum + n, 0));
        const byRow = withhold([totals])[0]!;
        const byColumn = withhold([
          cells[0]!.map((_, j) => cells.reduce((sum, row) => sum + row[j]!, 0)),
        ])[0]!;
        for (const [i] of cells.entries()) assert.equal(hidden[i]!.at(-1), byRow[i]);
        for (const [j] of cells[0]!.entries()) assert.equal(hidden.at(-1)![j], byColumn[j]);
        const all = totals.reduce((sum, n) => sum + n, 0);
        assert.equal(hidden.at(-1)!.at(-1), all > 0 && all < 5);
      }),
      { numRuns: 400 },
    );
  });

  it('cannot be solved for a withheld count by linear equations', () => {
    const count = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 }));
    const table = fc.array(fc.array(count, { minLength: 4, maxLength: 4 }), {
      minLength: 4,
      maxLength: 4,
    });
    fc.assert(
      fc.property(table, (filled) => {
        const cells = [...filled.map((row) => [...row, 0]), [0, 0, 0, 0, 0]];
        const hidden = withhold(cells);
        assert.deepEqual(solvable(hidden), []);
      }),
      { numRuns: 200 },
    );
  });
});

/** Withheld cells (totals included) whose value follows from the equations that rows and columns sum up
 * to their totals: Gaussian elimination over what is withheld. */
function solvable(hidden: boolean[][]): string[] {
  const unknown: string[] = [];
  for (const [i, row] of hidden.entries()) {
    for (const [j, is] of row.entries()) if (is) unknown.push(`${i},${j}`);
  }
  const last = [hidden.length - 1, hidden[0]!.length - 1] as const;
  const equations: number[][] = [];
  const sign = (i: number, j: number) => ((i === last[0]) === (j === last[1]) ? 1 : -1);
  for (let i = 0; i <= last[0]; i++) {
    equations.push(
      unknown.map((at) => (at.startsWith(`${i},`) ? sign(i, Number(at.split(',')[1])) : 0)),
    );
  }
  for (let j = 0; j <= last[1]; j++) {
    equations.push(
      unknown.map((at) => (at.endsWith(`,${j}`) ? sign(Number(at.split(',')[0]), j) : 0)),
    );
  }
  let rank = 0;
  for (let column = 0; column < unknown.length; column++) {
    const pivot = equations.findIndex((row, i) => i >= rank && Math.abs(row[column]!) > 1e-9);
    if (pivot === -1) continue;
    [equations[rank], equations[pivot]] = [equations[pivot]!, equations[rank]!];
    const by = equations[rank]![column]!;
    equations[rank] = equations[rank]!.map((n) => n / by);
    for (const [i, row] of equations.entries()) {
      if (i === rank || Math.abs(row[column]!) < 1e-9) continue;
      const factor = row[column]!;
      equations[i] = row.map((n, k) => n - factor * equations[rank]![k]!);
    }
    rank++;
  }
  return equations
    .map((row) => row.flatMap((n, k) => (Math.abs(n) > 1e-9 ? [unknown[k]!] : [])))
    .filter((found) => found.length === 1)
    .flat();
}

describe('joiners, leavers and headcounts together', () => {
  const flow = fc.record({
    joiners: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 9 })),
    leavers: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 9 })),
  });

  it('give no withheld month away, and a year only where none of its months follows', () => {
    fc.assert(
      fc.property(fc.array(flow, { minLength: 3, maxLength: 4 }), (months) => {
        for (const { joiners, leavers } of months.filter((month) => !isFlowHidden(month))) {
          for (const n of [joiners, leavers]) assert.ok(n === 0 || n >= 5);
        }
        if (!isYearPublishable(months)) return;
        // Every other story that agrees with what is published.
        const hidden = months.filter(isFlowHidden);
        const stories = storiesOf(hidden).filter((story) => sumOf(story) === sumOf(hidden));
        for (const [i, month] of hidden.entries()) {
          assert.ok(
            stories.some((story) => story[i]!.leavers !== month.leavers),
            JSON.stringify(months),
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  /** With the same differences, each month withheld for a reason. */
  function storiesOf(hidden: readonly Flow[]): Flow[][] {
    let stories: Flow[][] = [[]];
    for (const { joiners, leavers } of hidden) {
      const possible: Flow[] = [];
      for (let shift = -Math.min(joiners, leavers); shift <= 9; shift++) {
        const other = { joiners: joiners + shift, leavers: leavers + shift };
        if (isFlowHidden(other)) possible.push(other);
      }
      stories = stories.flatMap((story) => possible.map((one) => [...story, one]));
    }
    return stories;
  }
  const sumOf = (story: readonly Flow[]) => story.reduce((sum, { leavers }) => sum + leavers, 0);
});

describe('figures about amounts', () => {
  const magnitude: fc.Arbitrary<Magnitude> = fc
    .array(fc.integer({ min: 1, max: 1000 }), { maxLength: 25 })
    .map((amounts) => ({
      people: amounts.length,
      sum: amounts.reduce((sum, n) => sum + n, 0),
      largest: Math.max(0, ...amounts),
    }));

  it('need ten people for pay, nobody having more than half', () => {
    const of = (people: number, sum: number, largest: number) =>
      isPublishable({ people, sum, largest }, PAY_PEOPLE);
    assert.equal(of(9, 900, 100), false);
    assert.equal(of(10, 1000, 100), true);
    assert.equal(of(10, 1000, 500), true);
    assert.equal(of(10, 1000, 501), false);
    assert.equal(of(0, 0, 0), true);
  });

  it('leave only what could be published when the rest is taken from the whole', () => {
    fc.assert(
      fc.property(fc.array(magnitude, { maxLength: 8 }), (groups) => {
        const hidden = withholdMagnitudes(groups, PAY_PEOPLE);
        const rest = groups.filter((_, i) => hidden[i]);
        for (const [i, group] of groups.entries()) {
          if (!hidden[i]) assert.ok(isPublishable(group, PAY_PEOPLE));
        }
        if (rest.length === groups.length) return;
        const union = {
          people: rest.reduce((sum, { people }) => sum + people, 0),
          sum: rest.reduce((sum, { sum: part }) => sum + part, 0),
          largest: Math.max(0, ...rest.map(({ largest }) => largest)),
        };
        assert.ok(isPublishable(union, PAY_PEOPLE));
      }),
    );
  });

  it('show a quantile only with five people on either side', () => {
    assert.deepEqual(
      [9, 10].map((n) => isQuantilePublishable(n, 0.5)),
      [false, true],
    );
    assert.deepEqual(
      [49, 50].map((n) => isQuantilePublishable(n, 0.1)),
      [false, true],
    );
  });
});

describe('a suppressed report', () => {
  const people = (count: number, pay: (i: number) => number, department = 'Hall') => {
    const data = newPeople();
    for (let i = 0; i < count; i++) {
      hold(data, [
        { t: 'employment', e: { staffNumber: `${department}${i}`, hireDate: '2020-01-01' } },
        { t: 'job', e: { title: 'x', department } },
        {
          t: 'pay',
          e: { base: { amount: String(pay(i)), currency: 'USD' }, basis: 'annual' },
        },
        {
          t: 'absence',
          e: {
            from: '2026-10-05',
            to: '2026-10-09',
            kind: i % 2 ? 'sick' : 'vacation',
            days: i === 0 ? 30 : 1,
          },
        },
      ]);
    }
    return data;
  };
  const suppressed = { suppress: true };

  it('shows no pay of nine people, nor of ten of whom one earns more than half', async () => {
    const medians = async (data: ReturnType<typeof people>) =>
      (await run(data, 'pay-distribution', suppressed)).rows.map((row) => row[5]);
    assert.deepEqual(await medians(people(9, () => 50_000)), [null]);
    assert.deepEqual(await medians(people(10, (i) => (i === 0 ? 1_000_000 : 50_000))), [null]);
    assert.deepEqual(await medians(people(10, () => 51_234.56)), ['51200.00']);
  });

  it('shows no absence of which one person makes up more than half, nor the rate that would', async () => {
    const { rows } = await run(
      people(12, () => 1),
      'absence-rate',
      {
        suppress: true,
        parameters: { months: 1 },
      },
    );
    const [, , , count, absent, available, rate] = rows[0]!;
    assert.deepEqual([count, absent, rate], [null, null, null]);
    assert.equal(available, 12 * 22);
  });

  it('names no kind of absence that tells of health', async () => {
    const parameters = { months: 1, kinds: 'apart' };
    const whole = await run(
      people(20, () => 1),
      'absence-rate',
      { parameters },
    );
    const { rows } = await run(
      people(20, () => 1),
      'absence-rate',
      { parameters, suppress: true },
    );
    const kinds = (of: typeof rows) => of.map((row) => row[2]);
    assert.ok(kinds(whole.rows).includes('Sick leave'));
    assert.deepEqual(
      kinds(rows).filter((kind) => /sick/i.test(String(kind))),
      ['Sickness or parental leave'],
    );
  });

  it('of nobody, and of one person, answers and gives nothing away', async () => {
    for (const report of [
      'tenure',
      'turnover',
      'span-of-control',
      'pay-gap',
      'training-completion',
    ]) {
      const empty = await run(newPeople(), report, suppressed);
      assert.ok(
        empty.rows.every((row) => row.slice(1).every((cell) => !Number(cell))),
        report,
      );
      const { rows } = await run(
        people(1, () => 1),
        report,
        {
          suppress: true,
          people: () => bitmapOf([0]),
        },
      );
      const counts = rows.flatMap((row) => row.filter((cell) => typeof cell === 'number'));
      assert.ok(
        counts.every((count) => count === 0),
        `${report} ${JSON.stringify(rows)}`,
      );
    }
  });
});
