// Detection over the ledgers as they are written: what a person does sets off a rule, once, whichever
// process evaluates and whenever one is gone.
import assert from 'node:assert/strict';
import { cpSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import type { Entry } from '#verifier/entry.ts';
import { readEntries } from '../../src/server/ledger/read-entries.ts';
import type { RunningServer } from '../../src/server/main.ts';
import { ask, must } from '../support/api.ts';
import { type Clock, DAY, iso, movableClock, SECOND } from '../support/clock.ts';
import { tempDir } from '../support/cluster.ts';
import { DOCUMENT } from '../support/request-bodies.ts';
import { forgetRefusals } from '../support/scene.ts';
import { openWorld, startTestServer, type World } from '../support/world.ts';

const RULES = join(import.meta.dirname, '..', '..', 'detection-rules');

let clock: Clock;
let world: World;
let other: RunningServer;
before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now });
  // Whoever looks first evaluates from then on.
  await world.server.detector.look();
  other = await startTestServer(world.database, world.directory, clock.now);
});
after(async () => {
  await other?.close();
  await world?.close();
});

async function lookEverywhere() {
  await Promise.all([world.server, other, world.server].map(({ detector }) => detector.look()));
}
/** Of `provider`, or of a client. */
async function alertsIn(ledger: string) {
  const { house } = world.server;
  const { provider } = house.ledgers;
  const state = ledger === 'provider' ? provider : (await house.ledgers.find(ledger.slice(4)))!;
  await house.ledgers.refresh(state);
  const entries: Entry[] = await readEntries(house, state, 0, state.head.size);
  return entries.flatMap(({ fact }) => (fact?.type === 'alert.raised' ? [fact] : []));
}
/** What comes of it in the provider's ledger. */
async function raisedBy(act: () => Promise<unknown>) {
  await lookEverywhere();
  const before = (await alertsIn('provider')).length;
  await act();
  await lookEverywhere();
  await lookEverywhere();
  return (await alertsIn('provider')).slice(before);
}
/** A new provider user who has nothing to do with any client. */
async function newProber(): Promise<{ id: string; token: string }> {
  const { url, tokens } = world;
  const address = `prober${clock.now()}@example.test`;
  const body = { side: 'provider', roles: ['servicing'], name: 'Prober', address };
  const { id } = await must(url, tokens.administrator, 'users.register', { body });
  const { token } = await must(url, tokens.administrator, 'tokens.issue', {
    params: { id },
    body: {},
  });
  return { id, token };
}
async function probe(token: string, count: number, url = world.url) {
  for (let i = 0; i < count; i++) {
    forgetRefusals(clock);
    const params = { c: `cli_01900000-0000-7000-8000-${String(i).padStart(12, '0')}` };
    assert.equal((await ask(url, token, 'people.list', { params })).status, 404);
  }
}

test('a burst of unknown ids alerts once, wherever the calls go and whichever process looks', async () => {
  const { id, token } = await newProber();
  const raised = await raisedBy(async () => {
    for (let i = 0; i < 10; i++) {
      await probe(token, 1);
      await probe(token, 1, other.url);
      if (i % 3 === 0) await lookEverywhere();
    }
  });
  assert.deepEqual(
    raised.map(({ rule, severity, effect }) => [rule, severity, effect]),
    [['unknown-ids', 'high', 'none']],
  );
  assert.ok(raised[0]!.about!.includes(id));
  const { items } = await must(world.url, world.tokens.security, 'provider-alerts.list');
  assert.deepEqual([items[0].id, items[0].state], [raised[0]!.id, 'open']);
});

test('one less does not', async () => {
  const { token } = await newProber();
  assert.deepEqual(await raisedBy(() => probe(token, 19)), []);
});

test('a ledger that is put back, and an agreement that ends, are told once', async () => {
  const { house } = world.server;
  const state = (await house.ledgers.find(world.clients[1].slice(4)))!;
  const raised = await raisedBy(async () => {
    state.closed = 'ledger-rolled-back';
    await must(world.url, world.tokens.servicing, 'ndas.sign', {
      params: { id: world.users.servicing },
      body: { ...DOCUMENT, until: iso(clock.now() + 5 * DAY) },
    });
    for (let i = 0; i < 3; i++) {
      clock.pass(70 * SECOND);
      await lookEverywhere();
    }
  });
  state.closed = null;
  assert.deepEqual(raised.map(({ rule }) => rule).sort(), ['ledger-shorter', 'nda-expiring']);
});

test('what was done is found in the client’s own ledger, with the entries that led to it', async () => {
  const { url, tokens, clients } = world;
  const params = { c: clients[0] };
  await must(url, tokens.auditor, 'evidence.export', { params });
  await must(url, tokens.auditor, 'evidence.export', { params });
  await lookEverywhere();
  const { items } = await must(url, tokens.executive, 'alerts.list', { params });
  const firsts = items.filter(({ rule }: { rule: string }) => rule === 'first-export');
  assert.equal(firsts.length, 1, 'the second time is not the first');
  const read = await must(url, tokens.executive, 'alerts.read', {
    params: { ...params, id: firsts[0].id },
  });
  assert.deepEqual(
    [read.entries.at(-1).op, read.entries.at(-1).index],
    ['evidence.export', read.index],
  );
  const foreign = { params: { c: clients[1], id: firsts[0].id } };
  assert.equal((await ask(url, world.otherHr, 'alerts.read', foreign)).status, 404);
  assert.equal(
    (await ask(url, tokens.security, 'provider-alerts.read', { params: { id: firsts[0].id } }))
      .status,
    404,
  );
});

test('whoever removes what detection has kept makes it look again, and nothing is told twice', async () => {
  await lookEverywhere();
  const before = [await alertsIn('provider'), await alertsIn(world.clients[0])];
  const admin = new pg.Client(world.database.connection('admin'));
  await admin.connect();
  const { rowCount } = await admin.query('delete from detection_state');
  assert.ok(rowCount! >= 3);
  await admin.query("update detection_state set place = 'x'");
  await admin.end();
  for (const { detector } of [world.server, other, world.server, other]) await detector.look();
  assert.deepEqual([await alertsIn('provider'), await alertsIn(world.clients[0])], before);
});

test('a ledger that does not open is told of, and keeps no other one from being watched', async () => {
  const admin = new pg.Client(world.database.connection('admin'));
  await admin.connect();
  const { token } = await newProber();
  const raised = await raisedBy(async () => {
    const params = { c: world.clients[1] };
    await must(world.url, world.otherHr, 'people.list', { params });
    const { rows } = await admin.query(
      `update ledger_entry set ct = set_byte(ct, 60, get_byte(ct, 60) # 1) where client_id = $1
        and idx = (select size - 1 from head where client_id = $1) returning idx`,
      [world.clients[1].slice(4)],
    );
    assert.equal(rows.length, 1);
    await probe(token, 20);
  });
  assert.deepEqual(raised.map(({ rule }) => rule).sort(), ['ledger-shorter', 'unknown-ids']);
  await admin.end();
});

test('rules that do not parse are refused at the start, with file, line and reason', async () => {
  const rules = tempDir();
  cpSync(RULES, rules, { recursive: true });
  writeFileSync(join(rules, 'clock-jump.yml'), 'title: A rule\nid: [\n');
  const sizes = await alertsIn('provider');
  await assert.rejects(
    startTestServer(world.database, world.directory, clock.now, {
      env: { WORKSMARTLY_DETECTION_RULES: rules },
    }),
    /clock-jump\.yml:\d+: YAML/,
  );
  assert.deepEqual(await alertsIn('provider'), sizes);
});

test('a process that takes over goes on counting where the other one was', async () => {
  const { token } = await newProber();
  await probe(token, 12);
  await world.server.detector.look();
  await world.server.detector.close();
  await other.detector.look();
  const raised = await raisedBy(() => probe(token, 8, other.url));
  assert.deepEqual(
    raised.map(({ rule }) => rule),
    ['unknown-ids'],
  );
  const third = await startTestServer(world.database, world.directory, clock.now);
  await other.detector.close();
  await third.detector.look();
  assert.equal((await alertsIn('provider')).at(-1)!.id, raised[0]!.id);
  await third.close();
});
