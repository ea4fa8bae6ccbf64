// Who has access is looked at by the client every quarter. What nobody keeps within 14 days is over, whether
// the server looks after it or not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Fact } from '#verifier/fact.ts';
import type { RunningServer } from '../../src/server/main.ts';
import { ask, must } from '../support/api.ts';
import {
  type AssignedUser,
  assign,
  newAssignedUser,
  newTeamUser,
} from '../support/assigned-user.ts';
import { type Clock, DAY, HOUR, iso, movableClock } from '../support/clock.ts';
import { readLedger, verifyLedger } from '../support/evidence.ts';
import { demand, openReview, recordFact } from '../support/reviews.ts';
import { forgetRefusals } from '../support/scene.ts';
import { openWorld, startTestServer, type World } from '../support/world.ts';

let world: World;
let clock: Clock;
let other: RunningServer;
let client: string;
let kept: AssignedUser;
let ended: AssignedUser;
let forgotten: AssignedUser;
before(async () => {
  // Tokens live for 30 days, and the quarter ends in three.
  clock = movableClock(Date.UTC(2024, 5, 28, 9));
  world = await openWorld({ now: clock.now });
  other = await startTestServer(world.database, world.directory, clock.now);
  client = world.clients[0];
  await demand(world, client, { reviews: true });
  kept = await newAssignedUser(world, 'Kept On');
  ended = await newAssignedUser(world, 'Sent Off');
  forgotten = await newAssignedUser(world, 'Left Out');
});
after(async () => {
  await other?.close();
  await world?.close();
});

const open = (token: string, url = world.url) =>
  ask(url, token, 'people.read', { params: { c: client, sub: world.people[1]!.id } });
const hr = (id: Parameters<typeof ask>[2], asked: object) =>
  ask(world.url, world.tokens.hr, id, asked);
const latest = async () =>
  (await must(world.url, world.tokens.hr, 'reviews.list', { params: { c: client } })).items[0];
const decide = (id: string, decisions: object[], token = world.tokens.hr) =>
  ask(world.url, token, 'reviews.decide', { params: { c: client, id }, body: { decisions } });
const look = () => Promise.all([world.server.scheduler.look(), other.scheduler.look()]);

/** Since a rate limit was last reached, or never. */
async function assertOpen(token: string, status: number, reason?: string): Promise<void> {
  forgetRefusals(clock);
  for (const url of [world.url, other.url]) {
    const answer = await open(token, url);
    assert.equal(answer.status, status, answer.text);
    if (reason) assert.deepEqual(answer.json.reasons, [reason]);
  }
}

async function recorded(type: Fact['type']): Promise<Fact[]> {
  const entries = await readLedger(world.url, world.tokens.hr, client);
  return entries.flatMap(({ fact }) => (fact?.type === type ? [fact] : []));
}

test('nothing is reviewed in the quarter in which all of it was approved', async () => {
  await look();
  assert.equal(await latest(), undefined);
});

test('of two processes that look at once, one opens the review of the quarter', async () => {
  await assertOpen(kept.token, 200);
  await open(kept.token);
  clock.pass(Date.UTC(2024, 6, 1) - clock.now() + HOUR);
  await look();
  const review = await latest();
  const { state, due, undecided, assignments } = review;
  // The two of the world itself beside those of this test.
  assert.deepEqual([state, undecided, assignments], ['open', 5, 5]);
  assert.equal(due, iso(Date.parse(review.openedAt) + 14 * DAY));
  clock.pass(2 * HOUR);
  await look();
  assert.equal((await latest()).id, review.id);
  assert.equal((await recorded('review.opened')).length, 1);
});

test('a review says who has access, how often it was used and what for', async () => {
  const { id } = await latest();
  const params = { c: client, id };
  const { items } = await must(world.url, world.tokens.executive, 'reviews.read', { params });
  const item = (assignment: string) =>
    items.find((each: { assignment: string }) => each.assignment === assignment);
  const mine = item(kept.assignment);
  assert.deepEqual(
    [mine.name, mine.team, mine.calls, mine.people, mine.byOperation, mine.byPurpose, mine.kept],
    ['Kept On', 'servicing', 3, 3, { 'people.read': 3 }, { 'hr-administration': 3 }, null],
  );
  assert.deepEqual([item(ended.assignment).calls, item(ended.assignment).lastUsedAt], [0, null]);
  // Read again, only what is new is counted on.
  await open(kept.token);
  const again = await must(world.url, world.tokens.auditor, 'reviews.read', { params });
  assert.equal(
    again.items.find((each: { user: string }) => each.user === kept.user).calls,
    mine.calls + 1,
  );
});

test('what is kept goes on, what is ended is over with the next request', async () => {
  const { id } = await latest();
  await assertOpen(ended.token, 200);
  const decided = await decide(id, [
    { assignment: kept.assignment, keep: true },
    { assignment: ended.assignment, keep: false },
  ]);
  assert.deepEqual([decided.status, decided.json.kept, decided.json.undecided], [201, 1, 3]);
  await assertOpen(kept.token, 200);
  await assertOpen(ended.token, 404);
});

test('a decision that cannot be taken changes nothing', async () => {
  const { id } = await latest();
  const before = (await recorded('review.decided')).length;
  const unlisted = (await newAssignedUser(world, 'Not Listed')).assignment;
  const one = { assignment: forgotten.assignment, keep: true };
  for (const [decisions, status, reason] of [
    [[one, { assignment: unlisted, keep: true }], 400, 'bad-input'],
    [[one, one], 400, 'bad-input'],
    [[], 400, 'bad-input'],
    [[one, { assignment: kept.assignment, keep: false }], 409, 'already-decided'],
    [[one, { assignment: ended.assignment, keep: true }], 409, 'already-decided'],
  ] as const) {
    const answer = await decide(id, [...decisions]);
    assert.deepEqual([answer.status, answer.json.reasons], [status, [reason]], answer.text);
  }
  for (const persona of ['servicing', 'administrator', 'security', 'manager', 'staff'] as const) {
    const { status } = await decide(id, [one], world.tokens[persona]);
    assert.ok([403, 404].includes(status), persona);
  }
  assert.equal((await decide(id, [one], world.tokens.auditor)).status, 403);
  assert.equal((await decide(id, [one], world.otherHr)).status, 404);
  assert.equal((await recorded('review.decided')).length, before);
});

test('nobody keeps their own access through a second account', async () => {
  const own = await newTeamUser(world, 'Twice Here');
  const assignment = await assign(world, own.user);
  const body = {
    side: 'client',
    client,
    roles: ['hr'],
    name: 'Twice There',
    address: 'twice.there@example.test',
    person: own.person,
  };
  const { id } = await must(world.url, world.tokens.hr, 'users.register', { body });
  const issued = await must(world.url, world.tokens.hr, 'tokens.issue', {
    params: { id },
    body: {},
  });
  const review = await openReview(world, client, [assignment]);
  const refused = await decide(review, [{ assignment, keep: true }], issued.token);
  assert.deepEqual([refused.status, refused.json.reasons], [403, ['same-person']]);
  assert.equal((await decide(review, [{ assignment, keep: false }], issued.token)).status, 201);
});

test('fifty decisions at once: the first one counts', async () => {
  const { assignment } = await newAssignedUser(world, 'Fifty Times');
  const review = await openReview(world, client, [assignment]);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      ask(i % 2 ? world.url : other.url, world.tokens.hr, 'reviews.decide', {
        params: { c: client, id: review },
        body: { decisions: [{ assignment, keep: i % 3 > 0 }] },
      }),
    ),
  );
  assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  assert.ok(answers.every(({ status }) => [201, 409, 429].includes(status)));
  forgetRefusals(clock);
  const mine = (await recorded('review.decided')).filter(
    (fact) => fact.type === 'review.decided' && fact.ref === review,
  );
  assert.equal(mine.length, 1);
});

test('what nobody decides on ends on the last millisecond of the 14 days, with nothing running', async () => {
  const { due } = await latest();
  const first = (await recorded('review.opened'))[0]!;
  const until = first.type === 'review.opened' ? Date.parse(first.due) : Number.NaN;
  assert.ok(until <= Date.parse(due));
  clock.pass(until - clock.now() - 11_000);
  await assertOpen(forgotten.token, 200);
  clock.pass(until - 1 - clock.now());
  assert.equal((await open(forgotten.token)).status, 200);
  clock.pass(1);
  for (const url of [world.url, other.url]) {
    const answer = await open(forgotten.token, url);
    assert.deepEqual([answer.status, answer.json.reasons], [403, ['not-reviewed']]);
  }
  assert.equal((await open(kept.token)).status, 200);
});

test('a late decision revives nothing, and the end is recorded by whoever looks first', async () => {
  const [first] = await recorded('review.opened');
  const late = await decide(first!.id!, [{ assignment: forgotten.assignment, keep: true }]);
  assert.deepEqual([late.status, late.json.reasons], [409, ['review-closed']]);
  clock.pass(2 * HOUR);
  await look();
  const ends = (await recorded('assignment.ended')).filter(
    (fact) => fact.type === 'assignment.ended' && fact.ref === forgotten.assignment,
  );
  assert.deepEqual(
    ends.map((fact) => fact.type === 'assignment.ended' && fact.by),
    ['sys:reviews'],
  );
  await assertOpen(forgotten.token, 404);
});

test('an assignment that an alert suspended opens nothing until it is restored', async () => {
  const user = await newAssignedUser(world, 'Under Suspicion');
  await assertOpen(user.token, 200);
  const ref = user.assignment;
  const alert = 'alr_01900000-0000-7000-8000-000000000001';
  const common = { id: null, ref, signature: null };
  await recordFact(world, client, { type: 'assignment.suspended', alert, ...common });
  await assertOpen(user.token, 403, 'assignment-suspended');
  const by = world.users.security;
  await recordFact(world, client, { type: 'assignment.restored', by, ...common });
  await assertOpen(user.token, 200);
});

test('another client’s review is not there', async () => {
  const theirs = await openReview(world, world.clients[1], []);
  const params = { c: client, id: theirs };
  assert.equal((await hr('reviews.read', { params })).status, 404);
  const keep = [{ assignment: kept.assignment, keep: true }];
  assert.equal((await decide(theirs, keep)).status, 404);
});

test('an outsider who verifies the ledger of all this finds every access covered', async () => {
  const report = await verifyLedger(world.url, world.tokens.auditor, client);
  assert.deepEqual([report.failures, report.verified], [[], true]);
});
