// The index finds exactly what looking at every entry would find, in whatever pages it is asked.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Entry } from '#verifier/entry.ts';
import { ActivityIndex } from './activity-index.ts';
import type { ActivityFilter } from './activity-messages.ts';

const uuid = (i: number) => `01900000-0000-7000-8000-${String(i).padStart(12, '0')}`;
const PEOPLE = Array.from({ length: 8 }, (_, i) => `sub_${uuid(i)}`);
const USERS = [`usr_${uuid(1)}`, `usr_${uuid(2)}`, 'sys:gate'];
const PURPOSES = ['support', 'study', null];
const OPS = ['people.read', 'people.list', 'reports.run'];
const OUTCOMES = ['allowed', 'refused'] as const;
/** Lists as if they were too long for an entry: by digest, who is on them. */
const LISTS = [PEOPLE.slice(0, 5), PEOPLE.slice(3), []];
const digestOf = (list: number) => `sha256:${String(list).repeat(64)}`;
const START = Date.UTC(2024, 0, 1);

const made = fc.record({
  later: fc.nat(3),
  actor: fc.constantFrom(...USERS),
  purpose: fc.constantFrom(...PURPOSES),
  op: fc.constantFrom(...OPS),
  outcome: fc.constantFrom(...OUTCOMES),
  list: fc.option(fc.nat(LISTS.length - 1), { freq: 3 }),
  subjects: fc.subarray(PEOPLE, { maxLength: 4 }),
});
const time = fc.nat(60).map((ms) => new Date(START + ms).toISOString());
const some = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const filters = fc.record({
  subject: some(fc.constantFrom(...PEOPLE, `sub_${uuid(99)}`)),
  user: some(fc.constantFrom(...USERS, `usr_${uuid(99)}`)),
  purpose: some(fc.constantFrom('support', 'study', 'import')),
  op: some(fc.constantFrom(...OPS, 'no.such')),
  outcome: some(fc.constantFrom(...OUTCOMES, 'failed' as const)),
  from: some(time),
  until: some(time),
});

type Made = Omit<typeof made extends fc.Arbitrary<infer T> ? T : never, 'later'> & { at: string };

function indexOf(entries: readonly Made[]): ActivityIndex {
  const index = new ActivityIndex();
  for (const { list, subjects, ...entry } of entries) {
    const named = list === null ? subjects : { count: 101, digest: digestOf(list) };
    index.add({ ...entry, subjects: named } as unknown as Entry, list === null ? null : 'x');
  }
  for (const [digest, list] of index.unread()) index.fill(list, LISTS[Number(digest[7])]!);
  return index;
}

function found(entries: readonly Made[], filter: ActivityFilter): number[] {
  const { subject, user, purpose, op, outcome, from, until } = filter;
  const fits = (entry: Made) => {
    const named = entry.list === null ? entry.subjects : LISTS[entry.list]!;
    return (
      (subject === undefined || named.includes(subject)) &&
      (user === undefined || entry.actor === user) &&
      (purpose === undefined || entry.purpose === purpose) &&
      (op === undefined || entry.op === op) &&
      (outcome === undefined || entry.outcome === outcome) &&
      (from === undefined || entry.at >= from) &&
      (until === undefined || entry.at < until)
    );
  };
  return entries.flatMap((entry, i) => (fits(entry) ? [i] : [])).reverse();
}

test('pages of what is found are what a look at every entry finds, newest first', () => {
  const property = fc.property(
    fc.array(made, { maxLength: 60 }),
    filters,
    fc.integer({ min: 1, max: 9 }),
    (list, given, limit) => {
      let at = START;
      const entries = list.map(({ later, ...entry }) => {
        at += later;
        return { ...entry, at: new Date(at).toISOString() };
      });
      const filter = JSON.parse(JSON.stringify(given)) as ActivityFilter;
      const index = indexOf(entries);
      const pages: number[] = [];
      for (let before = index.size; ; ) {
        const page = index.find(filter, before, limit);
        pages.push(...page);
        if (page.length < limit) break;
        before = page.at(-1)!;
      }
      assert.deepEqual(pages, found(entries, filter));
    },
  );
  fc.assert(property, { seed: 7, numRuns: 500 });
});

test('thousands of entries and people fit, and none is lost as the arrays grow', () => {
  const index = new ActivityIndex();
  const entry = { actor: USERS[0], purpose: null, op: OPS[0], outcome: 'allowed' };
  for (let i = 0; i < 5000; i++) {
    const subjects = [`sub_${uuid(i)}`, `sub_${uuid(9999)}`];
    const at = new Date(START + i).toISOString();
    index.add({ ...entry, at, subjects } as unknown as Entry, null);
  }
  for (const i of [0, 1023, 1024, 2048, 4999]) {
    assert.deepEqual(index.find({ subject: `sub_${uuid(i)}` }, 5000, 10), [i]);
  }
  assert.equal(index.find({ subject: `sub_${uuid(9999)}` }, 5000, 9999).length, 5000);
  assert.deepEqual(
    index.find({ from: new Date(START + 4998).toISOString() }, 5000, 9),
    [4999, 4998],
  );
});
