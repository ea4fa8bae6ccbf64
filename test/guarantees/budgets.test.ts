// The budget of an assignment holds to the last person and the last row: in two processes at once, after a
// restart, and by what the ledger itself says.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RunningServer } from '../../src/server/main.ts';
import { ask, must } from '../support/api.ts';
import { type AssignedUser, assign, newAssignedUser } from '../support/assigned-user.ts';
import { type Clock, DAY, HOUR, iso, movableClock } from '../support/clock.ts';
import { readLedger, verifyLedger } from '../support/evidence.ts';
import { forgetRefusals } from '../support/scene.ts';
import { openWorld, startTestServer, type World } from '../support/world.ts';

const BUDGET = { peoplePerHour: 30, peoplePerDay: 40, rowsPerDay: 10 };

let world: World;
let clock: Clock;
let other: RunningServer;
let reader: AssignedUser;
let params: { c: string };
before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now });
  other = await startTestServer(world.database, world.directory, clock.now);
  reader = await newAssignedUser(world, 'Bud Getted', { budget: BUDGET });
  params = { c: world.clients[0] };
});
after(async () => {
  await other?.close();
  await world?.close();
});

const open = (token: string, url = world.url) =>
  ask(url, token, 'people.read', { params: { ...params, sub: world.people[1]!.id } });
const list = (token: string, limit: number, url = world.url) =>
  ask(url, token, 'people.list', { params, query: { limit: String(limit) } });

/** What the ledger says that a user was let do, and the alerts about the assignment. */
async function recorded({ user, assignment }: AssignedUser) {
  const entries = await readLedger(world.url, world.tokens.hr, world.clients[0]);
  const mine = entries.filter(({ actor }) => actor === user);
  const alerts = entries.flatMap(({ fact }) =>
    fact?.type === 'alert.raised' && fact.about?.includes(assignment) ? [fact] : [],
  );
  return {
    allowed: mine.filter(({ outcome, op }) => outcome === 'allowed' && op === 'people.read').length,
    over: mine.filter(({ reasons }) => reasons.includes('over-budget')).length,
    alerts,
  };
}

test('of 50 calls at once in two processes, exactly as many are answered as the hour has', async () => {
  const calls = Array.from({ length: 50 }, (_, i) =>
    open(reader.token, i % 2 ? world.url : other.url),
  );
  const answers = await Promise.all(calls);
  const refused = answers.filter(({ status }) => status === 403);
  assert.equal(answers.filter(({ status }) => status === 200).length, BUDGET.peoplePerHour);
  assert.equal(refused.length, 50 - BUDGET.peoplePerHour);
  for (const { json } of refused) {
    assert.deepEqual([json.reasons, json.promise], [['over-budget'], 'within-budget']);
    const hour = iso(clock.now() - (clock.now() % HOUR) + HOUR);
    assert.match(json.detail, new RegExp(`30 people opened per hour, and begins anew at ${hour}`));
  }
  const { allowed, over, alerts } = await recorded(reader);
  assert.deepEqual([allowed, over], [BUDGET.peoplePerHour, refused.length]);
  assert.deepEqual(
    alerts.map(({ rule, severity, effect }) => [rule, severity, effect]),
    [['over-budget', 'medium', 'none']],
  );
});

test('the next hour gives what the day has left, and the day says when it begins anew', async () => {
  clock.pass(HOUR);
  const answers = await Promise.all(Array.from({ length: 20 }, () => open(reader.token)));
  const refused = answers.filter(({ status }) => status === 403);
  assert.equal(refused.length, 10);
  const day = iso(clock.now() - (clock.now() % DAY) + DAY);
  assert.match(refused[0]!.json.detail, new RegExp(`40 people opened per day.*${day}`));
});

test('rows released are counted as the entries say, and not as people opened', async () => {
  const user = await newAssignedUser(world, 'Rowena Listed', { budget: BUDGET });
  const rows = [];
  for (const limit of [4, 4, 2]) {
    const answer = await list(user.token, limit, rows.length % 2 ? world.url : other.url);
    assert.equal(answer.status, 200, answer.text);
    rows.push(answer.json.items.length);
  }
  assert.equal(
    rows.reduce((sum, n) => sum + n),
    BUDGET.rowsPerDay,
  );
  const over = await list(user.token, 1);
  assert.deepEqual([over.status, over.json.reasons], [403, ['over-budget']]);
  assert.match(over.json.detail, /10 rows released per day/);
  assert.equal((await open(user.token)).status, 200);
});

test('what was used is found again in the ledger by a server that starts', async () => {
  const third = await startTestServer(world.database, world.directory, clock.now);
  try {
    forgetRefusals(clock);
    const answer = await open(reader.token, third.url);
    assert.deepEqual([answer.status, answer.json.reasons], [403, ['over-budget']]);
  } finally {
    await third.close();
  }
});

test('another assignment gives nothing back of what was used before', async () => {
  const user = await newAssignedUser(world, 'Newly Limited');
  for (let i = 0; i < 3; i++) assert.equal((await open(user.token)).status, 200);
  const end = { params: { ...params, id: user.assignment } };
  await must(world.url, world.tokens.security, 'assignments.end', end);
  await assign(world, user.user, { budget: { ...BUDGET, peoplePerHour: 4 } });
  assert.equal((await open(user.token)).status, 200);
  assert.equal((await open(user.token, other.url)).status, 403);
});

test('the next day gives all of it again', async () => {
  clock.pass(DAY);
  forgetRefusals(clock);
  assert.equal((await open(reader.token)).status, 200);
  assert.equal((await open(reader.token, other.url)).status, 200);
});

test('a budget of nothing opens nothing, and no budget limits nothing', async () => {
  const nothing = { peoplePerHour: 0, peoplePerDay: null, rowsPerDay: null };
  const user = await newAssignedUser(world, 'Nil Given', { budget: nothing });
  assert.equal((await open(user.token)).status, 403);
  assert.equal((await list(user.token, 4)).status, 200);
  const free = { peoplePerHour: null, peoplePerDay: null, rowsPerDay: null };
  const unlimited = await newAssignedUser(world, 'Free Handed', { budget: free });
  const answers = await Promise.all(Array.from({ length: 60 }, () => open(unlimited.token)));
  assert.ok(answers.every(({ status }) => status === 200));
});

test('an outsider who verifies the ledger finds every access within its budget', async () => {
  const report = await verifyLedger(world.url, world.tokens.auditor, world.clients[0]);
  assert.deepEqual([report.failures, report.verified], [[], true]);
});
