// Which assignment a user acts under, at the edges of time.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Budget, Fact } from '#verifier/fact.ts';
import { coverOf } from './assignment-cover.ts';
import { type Authority, foldFact, NO_AUTHORITY } from './authority.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);
const USER = 'usr_01900000-0000-7000-8000-000000000001';
const BY = 'usr_01900000-0000-7000-8000-000000000009';
const asg = (n: number) => `asg_01900000-0000-7000-8000-00000000000${n}`;
const iso = (days: number) => new Date(START + days * DAY).toISOString();
const LIMITS: Budget = { peoplePerHour: 5, peoplePerDay: null, rowsPerDay: null };

function started(n: number, from: number, until: number | null, budget = LIMITS): Fact {
  return {
    type: 'assignment.started',
    id: asg(n),
    user: USER,
    team: 'servicing',
    proposedBy: BY,
    approvedBy: [BY],
    from: iso(from),
    until: until === null ? null : iso(until),
    reason: null,
    budget,
    extends: null,
    signature: null,
  };
}

function rules(more: object): Fact {
  const none = { signed: false, places: false, reviews: false, approvals: 1 };
  const all = { ...none, clientApprovesExceptions: false, ...more };
  return { type: 'rules.set', id: null, ...all, by: BY, signature: null };
}

/** Each fact with the day on which it is recorded. */
function authority(facts: readonly (readonly [Fact, number])[]): Authority {
  return facts.reduce(
    (before, [fact, day], index) => foldFact(before, fact, index, START + day * DAY),
    NO_AUTHORITY,
  );
}

const at = (of: Authority, days: number, ms = 0) => coverOf(of, USER, START + days * DAY + ms);

test('an assignment that no review has kept holds for 106 days to the millisecond', () => {
  const of = authority([
    [rules({ reviews: true }), 0],
    [started(1, 0, 300), 1],
  ]);
  assert.equal(at(of, 107, -1).isUnreviewed, false);
  assert.equal(at(of, 107).isUnreviewed, true);
  const decided = { id: null, assignment: asg(1), keep: true, by: BY, signature: null };
  const ref = 'rev_01900000-0000-7000-8000-000000000001';
  const keptOn = authority([
    [rules({ reviews: true }), 0],
    [started(1, 0, 300), 1],
    [{ type: 'review.opened', id: ref, assignments: [asg(1)], due: iso(104), signature: null }, 90],
    [{ type: 'review.decided', ref, ...decided }, 100],
  ]);
  assert.equal(at(keptOn, 206, -1).isUnreviewed, false);
  assert.equal(at(keptOn, 206).isUnreviewed, true);
});

test('one second longer than 366 days is too long, and so is no end, where facts are signed', () => {
  const of = (until: number | null) =>
    authority([
      [rules({ signed: true }), 0],
      [started(1, 0, until), 0],
    ]);
  assert.equal(at(of(366), 1).isTooLong, false);
  assert.equal(at(of(366 + 1 / 86_400), 1).isTooLong, true);
  assert.equal(at(of(null), 1).isTooLong, true);
  assert.equal(at(authority([[started(1, 0, null), 0]]), 1).isTooLong, false);
});

test('the budget is that of the first in the ledger that holds, and moves on with the clock', () => {
  const more = { ...LIMITS, peoplePerHour: 9 };
  const of = authority([
    [started(1, 0, 10), 0],
    [started(2, 5, 20, more), 0],
  ]);
  assert.deepEqual(at(of, 9).budget, LIMITS);
  assert.equal(at(of, 9).until, START + 10 * DAY);
  assert.deepEqual(at(of, 10).budget, more);
  assert.equal(at(of, 20).assignment, null);
  const alert = 'alr_01900000-0000-7000-8000-000000000001';
  const suspended = { id: null, ref: asg(1), alert, signature: null };
  const after = foldFact(of, { type: 'assignment.suspended', ...suspended }, 2, START);
  assert.deepEqual([at(after, 9).budget, at(after, 9).isSuspended], [more, false]);
  assert.equal(at(after, 4).isSuspended, true);
});
