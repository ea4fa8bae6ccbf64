import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { RecordBody, StoredValue } from '../../../vault/store.ts';
import { overlay } from './overlay.ts';
import type { Moved } from './plan-records.ts';

const DAYS = Array.from({ length: 12 }, (_, i) => `2024-01-${String(i + 1).padStart(2, '0')}`);

const body = (from: string | null, until: string | null, e: Record<string, StoredValue>) =>
  ({ t: 'pay', e, from, until, at: 'then', by: 'usr_a', via: null }) satisfies RecordBody;

/** Records that follow one another, some with gaps between them. */
const timeline = (name: string) =>
  fc
    .tuple(
      fc.uniqueArray(fc.integer({ min: 0, max: 11 }), { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      fc.infiniteStream(fc.boolean()),
    )
    .map(([cuts, isOpen, gaps]) => {
      const sorted = cuts.sort((a, b) => a - b);
      return sorted.flatMap((cut, i) => {
        const next = sorted[i + 1];
        if (next !== undefined && gaps.next().value) return [];
        const from = i === 0 && isOpen ? null : DAYS[cut]!;
        return [body(from, next === undefined ? null : DAYS[next]!, { [name]: i })];
      });
    });

const inForce = (records: readonly RecordBody[], day: string) =>
  records.filter(
    ({ from, until }) => (from === null || from <= day) && (until === null || until > day),
  );

test('on every day what was in force stays in force, with the moved value beside it', () => {
  fc.assert(
    fc.property(timeline('base'), timeline('moved'), (own, others) => {
      const records = own.map((one, i) => ({
        held: { record: `r${i}`, revision: 1, body: one },
        body: one,
      }));
      const moved: Moved[] = others.map((of) => ({ values: of.e, of }));
      const result = overlay('pay', records, moved);
      for (const day of DAYS) {
        const held = inForce(
          result.map((each) => each.body),
          day,
        );
        assert.ok(held.length <= 1, day);
        const expected = { ...inForce(others, day)[0]?.e, ...inForce(own, day)[0]?.e };
        assert.deepEqual({ ...held[0]?.e }, expected, day);
      }
      const kept = result.flatMap(({ held }) => (held ? [held.record] : []));
      assert.deepEqual(kept.toSorted(), records.map(({ held }) => held.record).toSorted());
    }),
  );
});
