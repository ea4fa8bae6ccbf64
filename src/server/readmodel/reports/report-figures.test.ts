// The figures of the reports against the same figures counted plainly in JavaScript, over random people.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { dateOf, dayOf } from '../day.ts';
import { catalogue, type HeldRecord, hold, newPeople } from '../held-people.test-support.ts';
import { runType } from '../held-types.ts';
import { newTable, putRecord } from '../table.ts';
import { peopleBehind, run } from './run-report.test-support.ts';
import { studentQuantile, welch } from './welch.ts';

const AS_OF = '2024-06-30';
const DAY = dayOf(AS_OF);
const RUNS = { numRuns: 8 };

interface One {
  readonly hire: number;
  readonly term: number | null;
  readonly rehire: number | null;
  readonly voluntary: boolean | null;
  readonly department: string | null;
  readonly manager: number | null;
  readonly sex: 'female' | 'male' | null;
  readonly pay: { amount: string; currency: string; basis: string } | null;
  readonly away: { from: number; length: number; days: number | null } | null;
}

const day = fc.integer({ min: dayOf('2021-01-01'), max: dayOf('2024-12-31') });
const one: fc.Arbitrary<One> = fc.record({
  hire: day,
  term: fc.option(day, { freq: 2 }),
  rehire: fc.option(day, { freq: 4 }),
  voluntary: fc.option(fc.boolean()),
  department: fc.option(fc.constantFrom('A', 'B', 'C')),
  manager: fc.option(fc.integer({ min: 0, max: 40 })),
  sex: fc.option(fc.constantFrom('female', 'male')),
  pay: fc.option(
    fc.record({
      amount: fc.integer({ min: 1000, max: 900000 }).map((cents) => (cents / 100).toFixed(2)),
      currency: fc.constantFrom('USD', 'EUR'),
      basis: fc.constantFrom('annual', 'monthly', 'hourly'),
    }),
    { freq: 6 },
  ),
  away: fc.option(
    fc.record({
      from: fc.integer({ min: dayOf('2024-03-01'), max: DAY }),
      length: fc.integer({ min: 0, max: 45 }),
      days: fc.option(fc.integer({ min: 1, max: 20 })),
    }),
  ),
});
const everybody = fc.array(one, { maxLength: 40 });

function held(people: readonly One[]) {
  const data = newPeople();
  const sexes = newTable(runType(catalogue, 'demographic')!, 64);
  for (const [
    i,
    { hire, term, rehire, voluntary, department, manager, sex, pay, away },
  ] of people.entries()) {
    const date = (of: number | null) => (of === null ? null : dateOf(of));
    const records: HeldRecord[] = [
      {
        t: 'employment',
        e: {
          staffNumber: String(i),
          hireDate: dateOf(hire),
          terminationDate: date(term),
          rehireDate: date(rehire),
          voluntary,
        },
      },
      {
        t: 'job',
        e: { title: 'x', department, manager: manager === null ? null : String(manager) },
      },
    ];
    if (pay) {
      const { amount, currency, basis } = pay;
      records.push({ t: 'pay', e: { base: { amount, currency }, basis } });
    }
    if (away) {
      const { from, length, days } = away;
      records.push({
        t: 'absence',
        e: { from: dateOf(from), to: dateOf(from + length), kind: 'sick', days },
      });
    }
    hold(data, records);
    const id = Buffer.alloc(16);
    id.writeUInt32BE(i, 12);
    if (sex) putRecord(sexes, id, 0, i, { t: 'demographic', e: { sex } });
  }
  return { data, opened: { demographic: sexes } };
}

function isEmployed({ hire, term, rehire }: One, on: number): boolean {
  if (hire > on) return false;
  if (term === null || term > on) return true;
  return rehire !== null && rehire > term && rehire <= on;
}

const annual = ({ amount, basis }: NonNullable<One['pay']>) =>
  Math.round(Math.round(Number(amount) * 100) * { annual: 1, monthly: 12, hourly: 2080 }[basis]!);

function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = (sorted.length - 1) * at;
  const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
  return low + (high - low) * (place - Math.floor(place));
}

const isWeekday = (of: number) => ![0, 6].includes(new Date(of * 86_400_000).getUTCDay());
const daysIn = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
const near = (a: unknown, b: number, within: number) =>
  assert.ok(Math.abs(Number(a) - b) <= within, `${a} is not ${b}`);

describe('figures agree with a plain count', () => {
  it('turnover, joiners and leavers: the difference of headcounts is joiners less leavers', async () => {
    await fc.assert(
      fc.asyncProperty(everybody, async (people) => {
        const { data } = held(people);
        const parameters = { asOf: AS_OF, months: 24 };
        const flows = await run(data, 'joiners-leavers', { parameters });
        const { rows } = await run(data, 'turnover', { parameters });
        for (const [i, [month, leavers, voluntary]] of rows.entries()) {
          const first = dayOf(`${month}-01`);
          const last = i + 1 < rows.length ? dayOf(`${rows[i + 1]![0]}-01`) - 1 : DAY;
          const left = people.filter(
            ({ hire, term }) => term !== null && term >= hire && term >= first && term <= last,
          );
          assert.equal(leavers, left.length);
          assert.equal(voluntary, left.filter((one) => one.voluntary === true).length);
          const [before, after] = [first - 1, last].map(
            (on) => people.filter((one) => isEmployed(one, on)).length,
          );
          assert.equal(after! - before!, Number(flows.rows[i]![1]) - Number(flows.rows[i]![2]));
          assert.equal(rows[i]![5], ((before! + after!) / 2).toFixed(1));
        }
      }),
      RUNS,
    );
  });

  it('tenure: bands of completed years by the calendar, leap years included', async () => {
    await fc.assert(
      fc.asyncProperty(
        everybody,
        fc.constantFrom(AS_OF, '2024-02-29', '2023-02-28'),
        async (people, asOf) => {
          const { data } = held(people);
          const { rows } = await run(data, 'tenure', { parameters: { asOf, dimension: 'none' } });
          const on = dayOf(asOf);
          const since = people
            .filter((one) => isEmployed(one, on))
            .map(({ hire, term, rehire }) =>
              term !== null && rehire !== null && rehire > term && rehire <= on
                ? Math.max(rehire, hire)
                : hire,
            );
          const years = since.map((first) => {
            const [a, b] = [dateOf(first), asOf];
            return (
              Number(b.slice(0, 4)) - Number(a.slice(0, 4)) - (b.slice(5) < a.slice(5) ? 1 : 0)
            );
          });
          const bands = [0, 1, 2, 5, 10, 20];
          const counts = bands.map(
            (from, i) => years.filter((n) => n >= from && n < (bands[i + 1] ?? 999)).length,
          );
          if (since.length === 0) assert.deepEqual(rows, []);
          else assert.deepEqual(rows[0]!.slice(1, 8), [since.length, ...counts]);
        },
      ),
      RUNS,
    );
  });

  it('pay distribution and gap: by currency, annual, between the two nearest', async () => {
    await fc.assert(
      fc.asyncProperty(everybody, async (people) => {
        const { data, opened } = held(people);
        const here = people.filter((one) => isEmployed(one, DAY));
        const { rows } = await run(data, 'pay-distribution', { parameters: { asOf: AS_OF } });
        assert.equal(
          rows.reduce((sum, row) => sum + Number(row[2]), 0),
          here.length,
        );
        for (const [department, currency, count, ...amounts] of rows) {
          const paid = here.filter(
            (one) =>
              (one.department ?? '(not recorded)') === department &&
              (one.pay?.currency ?? '(no pay recorded)') === currency,
          );
          assert.equal(count, paid.length);
          if (currency === '(no pay recorded)') continue;
          for (const [i, at] of [0.1, 0.25, 0.5, 0.75, 0.9].entries()) {
            const values = paid.map((one) => annual(one.pay!));
            near(amounts[i], quantile(values, at) / 100, 0.011);
          }
        }
        const gap = await run(data, 'pay-gap', { parameters: { asOf: AS_OF }, opened });
        for (const [, currency, , , men, women, mean, median] of gap.rows) {
          const of = (sex: string) =>
            here
              .filter((one) => one.sex === sex && one.pay?.currency === currency)
              .map((one) => annual(one.pay!));
          const [a, b] = [of('male'), of('female')];
          assert.deepEqual([men, women], [a.length, b.length]);
          if (a.length === 0 || b.length === 0) {
            assert.deepEqual([mean, median], [null, null]);
            continue;
          }
          const average = (list: number[]) => list.reduce((sum, n) => sum + n, 0) / list.length;
          near(mean, (100 * (average(a) - average(b))) / average(a), 0.051);
          near(median, (100 * (quantile(a, 0.5) - quantile(b, 0.5))) / quantile(a, 0.5), 0.051);
        }
      }),
      RUNS,
    );
  });

  it('span of control: direct reports, everybody below, through circles and past those who left', async () => {
    await fc.assert(
      fc.asyncProperty(everybody, async (people) => {
        const { data } = held(people);
        const here = [...people.keys()].filter((i) => isEmployed(people[i]!, DAY));
        const directOf = (manager: number) =>
          here.filter((i) => people[i]!.manager === manager && i !== manager);
        const { rows } = await run(data, 'span-of-control', {
          parameters: { asOf: AS_OF, view: 'managers' },
        });
        const managers = here.filter((i) => directOf(i).length > 0);
        assert.deepEqual(rows.map(([number]) => number).sort(), managers.map(String).sort());
        for (const [number, direct, below] of rows) {
          const seen = new Set<number>([Number(number)]);
          for (const at of seen) for (const next of directOf(at)) seen.add(next);
          assert.deepEqual([direct, below], [directOf(Number(number)).length, seen.size - 1]);
        }
      }),
      RUNS,
    );
  });

  it('absence: recorded days spread over weekdays, against the weekdays of those employed', async () => {
    await fc.assert(
      fc.asyncProperty(everybody, async (people) => {
        const { data } = held(people);
        const { rows } = await run(data, 'absence-rate', {
          parameters: { asOf: AS_OF, months: 4 },
        });
        for (const [month, , , count, absent, available] of rows) {
          const first = dayOf(`${month}-01`);
          const last = dayOf(`${month}-28`) + 4;
          const inMonth = daysIn(first, last).filter((d) => dateOf(d).startsWith(String(month)));
          const employed = (d: number) => people.filter((one) => isEmployed(one, d)).length;
          const expected = inMonth.filter(isWeekday).reduce((sum, d) => sum + employed(d), 0);
          assert.equal(available, expected);
          let lost = 0;
          let gone = 0;
          for (const one of people) {
            if (!one.away) continue;
            const { from, length, days } = one.away;
            const all = daysIn(from, from + length);
            const base = all.some(isWeekday) ? all.filter(isWeekday) : all;
            const counted = (days === null ? all.filter(isWeekday) : base).filter(
              (d) => inMonth.includes(d) && isEmployed(one, d) && d <= DAY,
            );
            lost += days === null ? counted.length : (days * counted.length) / base.length;
            if (all.some((d) => inMonth.includes(d) && isEmployed(one, d) && d <= DAY)) gone++;
          }
          near(absent, lost, 0.051);
          assert.equal(count, gone);
        }
      }),
      RUNS,
    );
  });
});

describe('the people behind a figure', () => {
  it('are as many as the figure says', async () => {
    await fc.assert(
      fc.asyncProperty(everybody, async (people) => {
        const { data } = held(people);
        for (const [report, keys, column] of [
          ['headcount', 1, 'people'],
          ['tenure', 1, 'from1'],
          ['pay-distribution', 2, 'people'],
          ['joiners-leavers', 1, 'leavers'],
          ['absence-rate', 3, 'people'],
          ['span-of-control', 1, 'people'],
        ] as const) {
          const asked = { parameters: { asOf: AS_OF } };
          const { rows, columns } = await run(data, report, asked);
          const at = columns.findIndex(({ id }) => id === column);
          for (const row of rows.slice(0, 4)) {
            const place = { row: row.slice(0, keys).map(String), column };
            const found = await peopleBehind(data, report, place, asked);
            assert.equal(found.length, row[at], `${report} ${place.row.join()}`);
            assert.equal(new Set(found).size, found.length);
          }
        }
      }),
      { numRuns: 3 },
    );
  });
});

describe('Welch’s interval', () => {
  it('has the quantiles of the tables', () => {
    for (const [freedom, t] of [
      [1, 12.706],
      [2, 4.303],
      [5, 2.571],
      [10, 2.228],
      [30, 2.042],
      [1000, 1.962],
    ] as const) {
      near(studentQuantile(0.975, freedom), t, 0.0006);
    }
  });

  it('is that of a worked example, and none where there are too few', () => {
    const { difference, from, until } = welch(
      { count: 10, mean: 20, variance: 4 },
      { count: 20, mean: 18, variance: 9 },
    );
    // Degrees of freedom 25.4; t 2.0580; standard error √0.85.
    assert.equal(difference, 2);
    near(from, 2 - 2.058 * Math.sqrt(0.85), 0.002);
    near(until, 2 + 2.058 * Math.sqrt(0.85), 0.002);
    const none = welch({ count: 1, mean: 1, variance: 0 }, { count: 5, mean: 2, variance: 1 });
    assert.deepEqual(none, { difference: -1, from: null, until: null });
  });
});
