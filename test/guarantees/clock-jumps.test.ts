// Only the server's clock counts, and when it jumps provider staff reach nothing until somebody has
// checked it; the clients' own people go on.
import assert from 'node:assert/strict';
import { globSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { ask, must } from '../support/api.ts';
import { movableClock, SECOND } from '../support/clock.ts';
import { type TestDatabase, tempDir, testDatabase } from '../support/cluster.ts';
import { verifyLedger } from '../support/evidence.ts';
import { type Furnished, furnish } from '../support/furnish.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { openWorld, type World } from '../support/world.ts';

describe('a clock that jumps beside one that only runs forward', () => {
  const clock = movableClock();
  let running = 0;
  let world: World;
  before(async () => {
    world = await openWorld({ now: clock.now, monotonic: () => running });
  });
  after(() => world?.close());

  const pass = (ms: number) => {
    clock.pass(ms);
    running += ms;
  };
  const people = (persona: 'servicing' | 'hr') =>
    ask(world.url, world.tokens[persona], 'people.list', { params: { c: world.clients[0] } });
  const stops = async () => (await must(world.url, world.tokens.security, 'clock.read')).stops;

  test('stops provider staff of every client at the very next call', async () => {
    pass(3600 * SECOND);
    assert.equal((await people('servicing')).status, 200);
    clock.pass(61 * SECOND);
    const { status, json } = await people('servicing');
    assert.deepEqual(
      [status, json.reasons, json.promise],
      [403, ['clock-unchecked'], 'where-and-when'],
    );
    assert.equal((await people('hr')).status, 200);
    for (const client of world.clients) {
      const state = (await world.server.house.ledgers.find(client.slice(4)))!;
      assert.equal(state.authority.clockStops.size, 1);
    }
  });

  test('fifty calls at once after a jump record one stop', async () => {
    pass(60 * SECOND);
    clock.pass(120 * SECOND);
    await Promise.all(Array.from({ length: 50 }, () => people('hr')));
    assert.deepEqual(
      (await stops()).map(({ seconds }: { seconds: number }) => seconds),
      [61, 120],
    );
  });

  test('a client that is opened meanwhile is stopped, too', async () => {
    const body = { name: 'Meanwhile Inc', jurisdictions: ['US'] };
    const { id } = await must(world.url, world.tokens.administrator, 'clients.open', { body });
    const state = (await world.server.house.ledgers.find(id.slice(4)))!;
    assert.equal(state.authority.clockStops.size, 2);
  });

  test('only security says that the clock is right, and of every stop', async () => {
    const [first, second] = (await stops()).map(({ id }: { id: string }) => ({ params: { id } }));
    const check = (persona: 'security' | 'administrator' | 'servicing', asked: object) =>
      ask(world.url, world.tokens[persona], 'clock.check', asked);
    pass(60 * SECOND);
    assert.equal((await check('administrator', first)).status, 403);
    assert.equal((await check('servicing', first)).status, 403);
    assert.equal((await check('security', first)).status, 201);
    assert.equal((await people('servicing')).status, 403);
    assert.equal((await check('security', second)).status, 201);
    assert.equal((await check('security', second)).status, 404);
    assert.equal((await people('servicing')).status, 200);
  });

  test('an outsider finds every access covered', async () => {
    const report = await verifyLedger(world.url, world.tokens.auditor, world.clients[0]);
    assert.deepEqual([report.failures, report.verified], [[], true]);
  });
});

const [FAKETIME] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1');
const DOCUMENT = { document: `sha256:${'d'.repeat(64)}`, version: '1', until: null };

describe('a server process whose clock is faked (libfaketime)', () => {
  const skip = FAKETIME === undefined && 'libfaketime is not installed: bin/setup --tests';
  let database: TestDatabase;
  let server: ServerProcess;
  let client: Furnished;
  let servicing: string;
  const directory = tempDir();
  const file = join(directory, 'offset');
  /** Relative to the real one, so that it runs on. */
  const setClock = (offset: string) => writeFileSync(file, offset);

  before(async () => {
    if (skip) return;
    database = await testDatabase();
    setClock('-3d');
    server = await startServerProcess(directory, {
      ...database.urls(),
      LD_PRELOAD: FAKETIME!,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      WORKSMARTLY_CLIENT_RULES: 'open',
    });
    client = await furnish(server.url, server.token!, 'Faked Works');
    servicing = await assigned();
  });
  after(async () => {
    await server?.kill();
    await database?.drop();
  });

  async function assigned(): Promise<string> {
    const { url, token: admin } = server;
    const c = { c: client.client };
    const user = { side: 'provider', roles: ['servicing'], name: 'S', address: 's@example.test' };
    const { id } = await must(url, admin!, 'users.register', { body: user });
    await must(url, admin!, 'ndas.sign', { params: { id }, body: DOCUMENT });
    const given = { purposes: ['hr-administration'], types: ['person', 'employment', 'job'] };
    const body = { ...given, recipients: [], document: DOCUMENT.document, until: null };
    await must(url, client.executive, 'instructions.give', { params: c, body });
    const asked = { user: id, team: 'servicing', until: null };
    const started = await must(url, admin!, 'assignments.start', { params: c, body: asked });
    const params = { ...c, kind: 'assignments', id: started.id };
    await must(url, client.hr, 'proposals.approve', { params, body: {} });
    return (await must(url, admin!, 'tokens.issue', { params: { id }, body: {} })).token;
  }

  const read = (token: string) =>
    ask(server.url, token, 'catalogue.read', { params: { c: client.client } });

  test('goes by the clock that it has, and stops provider staff when that is moved', {
    skip,
  }, async () => {
    assert.equal((await read(servicing)).status, 200);
    setClock('-2d');
    const jumped = await read(servicing);
    assert.deepEqual([jumped.status, jumped.json.reasons], [403, ['clock-unchecked']]);
    assert.equal((await read(client.hr)).status, 200);
    setClock('-10d');
    const back = await read(client.hr);
    assert.deepEqual([back.status, back.json.reasons], [503, ['clock-behind']]);
  });
});
