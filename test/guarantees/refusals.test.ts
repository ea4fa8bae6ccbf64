// Every promise refuses at the very next request after what it rests on is missing, has lapsed or
// was ended; the refusal names the promise and says it in a sentence.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PROMISES, REASONS, type ReasonId } from '../../src/contract/promises.ts';
import { type Answered, ask, must } from '../support/api.ts';
import { type Clock, DAY, HOUR, iso, movableClock, SECOND } from '../support/clock.ts';
import { verifyLedger } from '../support/evidence.ts';
import { type Observer, ofCalls, openObserver } from '../support/observe.ts';
import { DOCUMENT, instruction } from '../support/request-bodies.ts';
import { forgetRefusals } from '../support/scene.ts';
import { openWorld, type World } from '../support/world.ts';

let clock: Clock;
let world: World;
let observer: Observer;
let params: { c: string };
before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now });
  observer = await openObserver(world);
  params = { c: world.clients[0] };
});
after(async () => {
  await observer.close();
  await world.close();
});

const reading = (token = world.tokens.servicing, headers: Record<string, string> = {}) =>
  ask(world.url, token, 'people.read', {
    params: { ...params, sub: world.people[3]!.id },
    query: { types: 'person' },
    headers,
  });

async function assertAllowed(): Promise<void> {
  assert.equal((await reading()).status, 200);
}

/** A 403 that gives these reasons, the promise of the first, every sentence, and nothing else. */
function assertRefusedFor(answer: Answered, reasons: readonly ReasonId[]): void {
  const { type, title, status, detail, promise, reasons: given, request, ...rest } = answer.json;
  assert.deepEqual([status, given, rest], [403, reasons, {}], answer.text);
  assert.equal(promise, REASONS[reasons[0]!].promise);
  assert.ok(promise in PROMISES);
  for (const reason of reasons) assert.ok(detail.includes(REASONS[reason].sentence), detail);
  assert.ok(type && title && request);
}

/** The reading is allowed, then refused for these reasons from the next request on, with an entry
 * that says the same; afterwards `restore` lets it be allowed again. */
async function assertEnds(
  end: () => Promise<unknown>,
  reasons: readonly ReasonId[],
  restore: () => Promise<unknown>,
): Promise<void> {
  forgetRefusals(clock);
  await assertAllowed();
  await end();
  const { answer, appended } = await observer.observe(() => reading());
  assertRefusedFor(answer, reasons);
  assert.deepEqual(
    ofCalls(appended).map(({ entry }) => [entry.outcome, entry.reasons, entry.subjects]),
    [['refused', reasons, []]],
  );
  await restore();
  await assertAllowed();
}

const by = (persona: keyof World['tokens']) => world.tokens[persona];
const executive = (operation: Parameters<typeof must>[2], asked: object) =>
  must(world.url, by('executive'), operation, { params, ...asked });
const sign = (more: object = {}) =>
  must(world.url, by('servicing'), 'ndas.sign', {
    params: { id: world.users.servicing },
    body: { ...DOCUMENT, ...more },
  });

describe('provider staff are refused at the very next request', () => {
  test('when their non-disclosure agreement is ended', async () => {
    const end = () =>
      must(world.url, by('security'), 'ndas.end', { params: { id: world.facts.nda } });
    await assertEnds(end, ['no-nda'], () => sign());
  });

  test('when the agreement, the notice or the instruction of the client is ended', async () => {
    const { agreement, notice, instruction: given } = world.facts;
    const { instructions } = await must(world.url, by('hr'), 'authority.read', { params });
    const { type: _, id: __, from: ___, signature: ____, by: _____, ...again } = instructions[0];
    const cases = [
      ['agreements.end', agreement, 'no-agreement', 'agreements.accept', DOCUMENT],
      ['notices.end', notice, 'no-notice', 'notices.accept', DOCUMENT],
      ['instructions.end', given, 'no-instruction', 'instructions.give', again],
    ] as const;
    for (const [ending, id, reason, giving, body] of cases) {
      await assertEnds(
        () => executive(ending, { params: { ...params, id } }),
        [reason],
        () => executive(giving, { body }),
      );
    }
  });

  test('when the client is frozen', async () => {
    await assertEnds(
      () => executive('clients.status', { body: { status: 'frozen' } }),
      ['client-not-active'],
      () => executive('clients.status', { body: { status: 'active' } }),
    );
  });
});

test('an agreement that lapses by the clock ends on its last millisecond', async () => {
  forgetRefusals(clock);
  const { ndas } = await must(world.url, by('hr'), 'authority.read', { params });
  for (const { id, user } of ndas) {
    if (user !== world.users.servicing) continue;
    await must(world.url, by('security'), 'ndas.end', { params: { id } });
  }
  const until = clock.now() + HOUR;
  await sign({ until: iso(until) });
  clock.pass(HOUR - 1);
  await assertAllowed();
  clock.pass(1);
  assertRefusedFor(await reading(), ['no-nda']);
  await sign({ from: iso(clock.now() + HOUR) });
  assertRefusedFor(await reading(), ['no-nda']);
  clock.pass(HOUR);
  await assertAllowed();
});

test('a purpose or a record type that no instruction names is refused, alone and together', async () => {
  forgetRefusals(clock);
  const { tokens, url } = world;
  const read = (types: string, purpose?: string) =>
    ask(url, tokens.servicing, 'people.read', {
      params: { ...params, sub: world.people[3]!.id },
      query: { types },
      ...(purpose && { headers: { 'WorkSmartly-Purpose': purpose } }),
    });
  assertRefusedFor(await read('person', 'study'), ['purpose-not-instructed']);
  assertRefusedFor(await read('person,injury'), ['type-not-instructed']);
  assertRefusedFor(await read('bank', 'study'), ['purpose-not-instructed', 'type-not-instructed']);
  const { id } = await executive('instructions.give', { body: instruction(['study']) });
  assert.equal((await read('person', 'study')).status, 200);
  assertRefusedFor(await read('pay', 'study'), ['type-not-instructed']);
  await executive('instructions.end', { params: { ...params, id } });
  assertRefusedFor(await read('person', 'study'), ['purpose-not-instructed']);
});

test('all missing promises are told together in one refusal', async () => {
  forgetRefusals(clock);
  const authority = await must(world.url, by('hr'), 'authority.read', { params });
  const { agreements, notices, instructions, ndas } = authority;
  for (const [operation, facts] of [
    ['agreements.end', agreements],
    ['notices.end', notices],
    ['instructions.end', instructions],
  ] as const) {
    for (const { id } of facts) await executive(operation, { params: { ...params, id } });
  }
  for (const { id, user } of ndas) {
    if (user !== world.users.servicing) continue;
    await must(world.url, by('security'), 'ndas.end', { params: { id } });
  }
  await executive('clients.status', { body: { status: 'frozen' } });
  const missing = [
    'client-not-active',
    'no-agreement',
    'no-instruction',
    'no-nda',
    'no-notice',
  ] as const;
  assertRefusedFor(await reading(), missing);
  await sign();
  const left = missing.filter((reason) => reason !== 'no-nda');
  assertRefusedFor(await reading(), left);
  const { instruction: given } = world.facts;
  const first = instructions.find(({ id }: { id: string }) => id === given) ?? instructions[0];
  const { type: _, id: __, from: ___, signature: ____, by: _____, ...again } = first;
  await executive('clients.status', { body: { status: 'active' } });
  await executive('agreements.accept', { body: DOCUMENT });
  await executive('notices.accept', { body: DOCUMENT });
  await executive('instructions.give', { body: again });
  await assertAllowed();
});

test('a frozen client’s own people reach no data either, but its proof', async () => {
  forgetRefusals(clock);
  await executive('clients.status', { body: { status: 'frozen' } });
  const hr = await ask(world.url, by('hr'), 'people.list', { params });
  assertRefusedFor(hr, ['client-not-active']);
  assert.equal((await ask(world.url, by('auditor'), 'evidence.export', { params })).status, 200);
  await executive('clients.status', { body: { status: 'active' } });
  assert.equal((await ask(world.url, by('hr'), 'people.list', { params })).status, 200);
});

/** Assigns the servicing persona, from its approval on. */
async function assign(until: string | null = null): Promise<void> {
  const body = { user: world.users.servicing, team: 'servicing', until };
  const { id } = await must(world.url, by('administrator'), 'assignments.start', { params, body });
  assert.equal((await reading()).status, 404, 'a proposal alone opens nothing');
  const approval = { params: { ...params, kind: 'assignments', id } };
  await must(world.url, by('hr'), 'proposals.approve', approval);
}

async function endAssignments(): Promise<void> {
  const { assignments } = await must(world.url, by('hr'), 'authority.read', { params });
  for (const { id, user } of assignments) {
    if (user !== world.users.servicing) continue;
    await must(world.url, by('security'), 'assignments.end', { params: { ...params, id } });
  }
}

test('whoever is no longer assigned is answered as about an unknown client', async () => {
  forgetRefusals(clock);
  const unknown = await ask(world.url, by('servicing'), 'people.list', {
    params: { c: 'cli_01900000-0000-7000-8000-00000000ffff' },
  });
  await endAssignments();
  const { answer, appended } = await observer.observe(() => reading());
  assert.deepEqual([answer.status, answer.text], [404, unknown.text]);
  assert.deepEqual(appended[0]!.entry.reasons, ['no-assignment']);
  const { items } = await must(world.url, by('servicing'), 'clients.list');
  assert.deepEqual(items, []);
  await assign();
});

test('an assignment is in force from its approval to its end, and not a millisecond longer', async () => {
  forgetRefusals(clock);
  await endAssignments();
  await assign(iso(clock.now() + DAY));
  await assertAllowed();
  clock.pass(DAY - 1);
  await assertAllowed();
  clock.pass(1);
  assert.equal((await reading()).status, 404);
  await assign();
});

test('a token that is revoked or expires opens nothing more', async () => {
  forgetRefusals(clock);
  const issue = (until: number) =>
    must(world.url, by('hr'), 'tokens.issue', {
      params: { id: world.users.auditor },
      body: { until: iso(until) },
    });
  const list = (token: string) => ask(world.url, token, 'authority.read', { params });
  const expiring = await issue(clock.now() + SECOND);
  const revoked = await issue(clock.now() + DAY);
  assert.deepEqual(
    [(await list(expiring.token)).status, (await list(revoked.token)).status],
    [200, 200],
  );
  clock.pass(SECOND);
  assert.equal((await list(expiring.token)).status, 401);
  await must(world.url, by('hr'), 'tokens.revoke', { params: { id: revoked.id } });
  assert.equal((await list(revoked.token)).status, 401);
});

test('a disabled user opens nothing more, with any token', async () => {
  forgetRefusals(clock);
  const body = { ...{ side: 'client', client: params.c, roles: ['hr'] } };
  const { id } = await must(world.url, by('hr'), 'users.register', {
    body: { ...body, name: 'Short Stay', address: 'short@example.test' },
  });
  const issue = () => must(world.url, by('hr'), 'tokens.issue', { params: { id }, body: {} });
  const { token } = await issue();
  assert.equal((await ask(world.url, token, 'people.list', { params })).status, 200);
  await must(world.url, by('security'), 'users.disable', { params: { id } });
  // The first answer may still come from the facts, the later ones from the token that died.
  assert.ok([401, 404].includes((await ask(world.url, token, 'people.list', { params })).status));
  assert.equal((await ask(world.url, token, 'people.list', { params })).status, 401);
  const again = await ask(world.url, by('hr'), 'tokens.issue', { params: { id }, body: {} });
  assert.deepEqual([again.status, again.json?.reasons], [409, ['user-disabled']]);
});

test('nobody approves what the same person proposed, under whichever account', async () => {
  forgetRefusals(clock);
  const { users } = world.server.house.ledgers.provider.authority;
  const { person } = users.get(world.users.administrator)!;
  const account = { name: 'Same Person', address: 'same@example.test', person };
  const { id: user } = await must(world.url, by('hr'), 'users.register', {
    body: { side: 'client', client: params.c, roles: ['hr'], ...account },
  });
  const asked = { params: { id: user }, body: {} };
  const { token } = await must(world.url, by('hr'), 'tokens.issue', asked);
  const { id } = await must(world.url, by('administrator'), 'assignments.start', {
    params,
    body: { user: world.users.outsider, team: 'servicing' },
  });
  const approval = { params: { ...params, kind: 'assignments', id } };
  const refused = await ask(world.url, token, 'proposals.approve', approval);
  assert.deepEqual([refused.status, refused.json?.reasons], [403, ['same-person']]);
  await must(world.url, by('hr'), 'proposals.approve', approval);
});

test('twenty refusals at once and two a second: then 429, without an entry', async () => {
  forgetRefusals(clock);
  const refused = () => ask(world.url, by('manager'), 'people.add', { params, body: {} });
  const statuses = async (times: number) => {
    const all = [];
    for (let i = 0; i < times; i++) all.push((await refused()).status);
    return all;
  };
  const { answer, appended } = await observer.observe(() => statuses(22));
  assert.deepEqual(answer, [...Array(20).fill(400), 429, 429]);
  assert.equal(appended.length, 20);
  // What would be allowed has to wait as well, and other users and clients do not.
  assert.equal((await ask(world.url, by('manager'), 'people.list', { params })).status, 429);
  assert.equal((await ask(world.url, by('hr'), 'people.list', { params })).status, 200);
  assert.equal((await ask(world.url, by('manager'), 'clients.list')).status, 200);
  clock.pass(SECOND);
  assert.deepEqual(await statuses(3), [400, 400, 429]);
  forgetRefusals(clock);
  assert.equal((await ask(world.url, by('manager'), 'people.list', { params })).status, 200);
});

test('an outsider who verifies the ledger of all this finds every access covered', async () => {
  const report = await verifyLedger(world.url, by('hr'), params.c);
  assert.deepEqual([report.failures, report.verified], [[], true]);
});
