import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dateOf } from './day.ts';
import { keptColumns } from './duck-tables.ts';
import { hold, newPeople } from './held-people.test-support.ts';
import { endOfRow, rowInForce } from './table.ts';
import { UuidIndex, uuidText } from './uuid-index.ts';

const jobs = fc.array(
  fc.record({
    from: fc.integer({ min: 0, max: 9 }),
    days: fc.option(fc.integer({ min: 0, max: 5 })),
  }),
  { maxLength: 4 },
);

test('on any day one row is in force, and it is the one whose stretch holds the day', () => {
  fc.assert(
    fc.property(jobs, (list) => {
      const data = newPeople();
      hold(
        data,
        list.map(({ from, days }) => ({
          t: 'job',
          from: dateOf(from),
          ...(days === null ? {} : { until: dateOf(from + days) }),
          e: { title: 'x' },
        })),
      );
      const table = data.tables.get('job')!;
      for (let day = -1; day < 16; day++) {
        const covering = [];
        for (let row = 0; row < table.ids.size; row++) {
          if (table.from[row]! <= day && day < endOfRow(table, row)) covering.push(row);
        }
        const row = rowInForce(table, 0, day);
        assert.deepEqual(covering, row === -1 ? [] : [row]);
      }
    }),
  );
});

test('in what reports read everybody stands exactly once on any day', () => {
  fc.assert(
    fc.property(jobs, (list) => {
      const data = newPeople();
      const records = list.map(({ from, days }) => ({
        t: 'job',
        from: dateOf(from),
        ...(days === null ? {} : { until: dateOf(from + days) }),
        e: { title: 'x' },
      }));
      hold(data, records);
      const kept = keptColumns(['staffing'], data.tables, data.people.size);
      const [, from, until] = kept.get('staffing')!.map((column) => [...column.data]);
      for (let day = -1; day < 16; day++) {
        const stretches = from!.filter((start, i) => start <= day && day < until![i]!);
        assert.equal(stretches.length, 1);
      }
    }),
  );
});

test('ids keep their numbers, and unknown ones have none', () => {
  const id = fc.uint8Array({ minLength: 16, maxLength: 16 });
  fc.assert(
    fc.property(fc.array(id, { maxLength: 200 }), id, (ids, other) => {
      const index = new UuidIndex(1);
      const numbers = new Map<string, number>();
      for (const bytes of ids) {
        const number = index.add(bytes, 0);
        assert.equal(numbers.get(uuidText(bytes, 0)) ?? numbers.size, number);
        numbers.set(uuidText(bytes, 0), number);
      }
      assert.equal(index.size, numbers.size);
      for (const [uuid, number] of numbers) assert.equal(index.uuidAt(number), uuid);
      assert.equal(index.find(other, 0), numbers.get(uuidText(other, 0)) ?? -1);
    }),
  );
});
