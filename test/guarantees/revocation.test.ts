// What goes on ends when what allowed it ends: streams in the middle, in the process that hears of it
// first and in every other; and nothing is answered after the fact.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunningServer } from '../../src/server/main.ts';
import { ask, must } from '../support/api.ts';
import { type Clock, HOUR, iso, movableClock } from '../support/clock.ts';
import { type DocumentDesk, documentDesk, type RecordPlace } from '../support/document-desk.ts';
import { pdfFile } from '../support/documents.ts';
import { readLedger } from '../support/evidence.ts';
import { type HeldStream, holdStream } from '../support/held-stream.ts';
import { ALWAYS, openOffice } from '../support/premises.ts';
import { forgetRefusals } from '../support/scene.ts';
import { openWorld, startTestServer, type World } from '../support/world.ts';

/** More than sockets and streams hold between them. */
const BYTES = 12 * 1024 * 1024;

let clock: Clock;
let world: World;
let second: RunningServer;
let desk: DocumentDesk;
let params: RecordPlace;
let document: string;
/** The provider user who reads, and the assignment that lets them. */
let assignment: string;

before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now, compartments: ['personnel', 'contact', 'conduct'] });
  second = await startTestServer(world.database, world.directory, clock.now);
  desk = documentDesk(world.url, world.tokens.hr, world.clients[0]);
  params = await desk.contractOf(world.people[1]!.id);
  document = await desk.attached(pdfFile({ filler: randomBytes(BYTES) }), params);
  assignment = world.facts.assignment;
});
beforeEach(() => forgetRefusals(clock));
after(async () => {
  await second?.close();
  await world?.close();
});

const client = () => world.clients[0];

function streamFrom(server: { url: string }, token = world.tokens.servicing): Promise<HeldStream> {
  const path = desk.addressOf(document, params).slice(world.url.length);
  return holdStream(`${server.url}${path}`, token);
}

/** Entries since `from` that tell of a stream that was cut. */
async function cutsSince(from: number) {
  const entries = (await readLedger(world.url, world.tokens.executive, client())).slice(from);
  return entries.filter(({ outcome }) => outcome === 'failed');
}

const sizeNow = async () => (await readLedger(world.url, world.tokens.executive, client())).length;

async function endAssignment(): Promise<void> {
  const call = { params: { c: client(), id: assignment } };
  await must(world.url, world.tokens.executive, 'assignments.end', call);
}

async function assignAgain(until: string | null = null): Promise<void> {
  const { url, tokens, users } = world;
  const body = { user: users.servicing, team: 'servicing', until };
  const { id } = await must(url, tokens.administrator, 'assignments.start', {
    params: { c: client() },
    body,
  });
  await must(url, tokens.hr, 'proposals.approve', {
    params: { c: client(), kind: 'assignments', id },
  });
  assignment = id;
}

test('a stream that nobody reads is cut when the assignment ends, here and in another process', async () => {
  const from = await sizeNow();
  const held = await Promise.all([streamFrom(world), streamFrom(second)]);
  assert.deepEqual(
    held.map(({ status }) => status),
    [200, 200],
  );
  await endAssignment();
  await untilAsync(async () => (await cutsSince(from)).length === 2);
  for (const stream of held) assert.equal((await stream.rest()).isWhole, false);
  for (const cut of await cutsSince(from)) {
    assert.deepEqual(
      [cut.op, cut.actor, cut.reasons],
      ['documents.read', world.users.servicing, ['no-assignment']],
    );
  }
  // The fact first, then what it ended.
  const entries = (await readLedger(world.url, world.tokens.executive, client())).slice(from);
  const ended = entries.findIndex(({ fact }) => fact?.type === 'assignment.ended');
  assert.ok(entries.findIndex(({ outcome }) => outcome === 'failed') > ended && ended > 0);
  await assignAgain();
});

test('a stream of somebody whom the fact does not concern goes on to its end', async () => {
  const held = await Promise.all([
    streamFrom(world, world.tokens.hr),
    streamFrom(second, world.tokens.hr),
  ]);
  await endAssignment();
  for (const stream of held) {
    const { bytes, isWhole } = await stream.rest();
    assert.ok(isWhole && bytes > BYTES);
  }
  await assignAgain();
});

test('a stream ends when the period of what allowed it does', async () => {
  await endAssignment();
  await assignAgain(iso(clock.now() + HOUR));
  const from = await sizeNow();
  const held = await streamFrom(world);
  clock.pass(HOUR);
  await untilAsync(async () => (await cutsSince(from)).length === 1);
  assert.equal((await held.rest()).isWhole, false);
  assert.deepEqual((await cutsSince(from))[0]!.reasons, ['no-assignment']);
  await assignAgain();
});

test('a download that crosses closing time ends at closing time; that of the client goes on', async () => {
  const { url, tokens } = world;
  const closing = iso(clock.now() + HOUR).slice(11, 16);
  const hours = [{ ...ALWAYS, until: closing }];
  const id = await openOffice(url, tokens.administrator, { zone: 'UTC', hours });
  const from = await sizeNow();
  const [held, own] = await Promise.all([streamFrom(world), streamFrom(world, tokens.hr)]);
  clock.pass(HOUR);
  await untilAsync(async () => (await cutsSince(from)).length === 1);
  assert.equal((await held.rest()).isWhole, false);
  assert.equal((await own.rest()).isWhole, true);
  const [cut] = await cutsSince(from);
  assert.deepEqual([cut!.actor, cut!.reasons], [world.users.servicing, ['outside-hours']]);
  await must(url, tokens.administrator, 'offices.close', { params: { id } });
});

test('a stream ends when the token is revoked, or the user disabled, in another process', async () => {
  const { url, tokens } = world;
  const body = {
    side: 'client',
    client: client(),
    roles: ['hr'],
    name: 'Passing Hr',
    address: 'passing@example.test',
  };
  const { id } = await must(url, tokens.hr, 'users.register', { body });
  const issued = async () => must(url, tokens.hr, 'tokens.issue', { params: { id }, body: {} });
  const [one, two] = [await issued(), await issued()];
  const held = await streamFrom(second, one.token);
  await must(url, tokens.hr, 'tokens.revoke', { params: { id: one.id } });
  await untilAsync(() => nothingGoesOnIn(second));
  assert.equal((await held.rest()).isWhole, false);
  const other = await streamFrom(second, two.token);
  await must(url, tokens.hr, 'users.disable', { params: { id } });
  await untilAsync(() => nothingGoesOnIn(second));
  assert.equal((await other.rest()).isWhole, false);
});

test('what is under way is let go of when it is over', async () => {
  await (await streamFrom(world, world.tokens.hr)).rest();
  const gone = await streamFrom(world, world.tokens.hr);
  void gone.rest().catch(() => {});
  await ask(world.url, world.tokens.hr, 'people.read', {
    params: { c: client(), sub: world.people[0]!.id },
  });
  await ask(world.url, world.tokens.hr, 'people.read', {
    params: { c: client(), sub: world.otherPerson.id },
  });
  await untilAsync(() => nothingGoesOnIn(world.server));
});

const nothingGoesOnIn = ({ house }: RunningServer) => house.live.count(client().slice(4)) === 0;

async function untilAsync(is: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await is())) await pause(10);
}
