/** Where the ledger cannot be written, or the clock cannot be right, nothing is answered and nothing
 * is changed; where a key is missing, nothing starts. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { OperationId } from '../../src/contract/operations.ts';
import { readConfig } from '../../src/server/config.ts';
import { type RunningServer, startServer } from '../../src/server/main.ts';
import { registerFirst } from '../../src/server/register-first.ts';
import { type Asked, ask, must } from '../support/api.ts';
import {
  databaseEnvironment,
  launchTestPostgres,
  type TestDatabase,
  type TestPostgres,
  tempDir,
  testDatabase,
} from '../support/cluster.ts';
import {
  type AddedPerson,
  addPerson,
  type Furnished,
  furnish,
  leastRecords,
} from '../support/furnish.ts';
import { type Intruder, openIntruder } from '../support/tampering.ts';
import { openWorld, startTestServer, type World } from '../support/world.ts';

let world: World;
let db: Intruder;
/** What the server's clock shows, beside the real one. */
let ahead = 0;

before(async () => {
  world = await openWorld({ now: () => Date.now() + ahead });
  db = await openIntruder(world.database);
});

after(async () => {
  await db?.close();
  await world?.close();
});

/** Reads, writes, lists, reports, facts, tokens, proofs and evidence, on both kinds of ledger. */
function calls(): [token: string, id: OperationId, asked: Asked][] {
  const { tokens, people, clients, users } = world;
  const params = { c: clients[0], sub: people[1]!.id };
  const rec = people[1]!.records.person!;
  const body = { values: { firstName: 'Nobody' } };
  const c = { params: { c: clients[0] } };
  return [
    [tokens.hr, 'people.read', { params }],
    [tokens.servicing, 'people.read', { params }],
    [tokens.staff, 'people.read', { params }],
    [tokens.hr, 'people.list', c],
    [tokens.hr, 'records.correct', { params: { ...params, type: 'person', rec }, body }],
    [tokens.hr, 'reports.run', { params: { ...c.params, id: 'headcount' }, body: {} }],
    [tokens.executive, 'clients.status', { ...c, body: { status: 'active' } }],
    [tokens.hr, 'authority.read', c],
    [tokens.auditor, 'ledger.checkpoint', c],
    [tokens.auditor, 'ledger.entries', c],
    [tokens.auditor, 'evidence.export', c],
    [tokens.hr, 'clients.list', {}],
    [tokens.administrator, 'tokens.issue', { params: { id: users.hr }, body: {} }],
    // What would be refused is not even told so.
    [tokens.outsider, 'people.read', { params }],
    [tokens.hr, 'people.read', { params: { ...params, sub: world.otherPerson.id } }],
  ];
}

/** No call is answered, none leaves a trace in the database, and all problems look alike. */
async function assertNothingAnswered(reason: string | null) {
  const counts = () =>
    db.query(`select (select count(*) from ledger_entry) as entries, (select count(*) from record)
      as records, (select count(*) from token) as tokens, (select sum(size) from head) as sizes`);
  const before = await counts();
  for (const [token, id, asked] of calls()) {
    const { status, text, json } = await ask(world.url, token, id, asked);
    assert.equal(status, 503, `${id}: ${status} ${text.slice(0, 200)}`);
    if (reason) assert.deepEqual(json.reasons, [reason], id);
    assert.doesNotMatch(text, /Brackenfield|Orrin|items|wst_|worksmartly\/cli/, id);
  }
  assert.deepEqual(await counts(), before);
}

async function assertAnswered() {
  const [[token, id, asked]] = calls() as [[string, OperationId, Asked]];
  const { status, text } = await ask(world.url, token, id, asked);
  assert.equal(status, 200, text.slice(0, 200));
  assert.match(text, /Brackenfield/);
}

test('where no entry can be inserted, nothing is answered', async () => {
  await assertAnswered();
  await db.query('revoke insert on ledger_entry from ws_app');
  try {
    await assertNothingAnswered('ledger-unwritable');
  } finally {
    await db.query('grant insert on ledger_entry to ws_app');
  }
  await assertAnswered();
});

test('where the head cannot be moved, nothing is answered', async () => {
  await db.query('revoke update on head from ws_app');
  try {
    await assertNothingAnswered('ledger-unwritable');
  } finally {
    await db.query('grant update on head to ws_app');
  }
  await assertAnswered();
});

describe('where the clock cannot be right, nothing is answered', () => {
  test('more than two seconds behind the ledger', async () => {
    ahead = -60_000;
    await assertNothingAnswered('clock-behind');
    ahead = 0;
    await assertAnswered();
  });

  test('more than two seconds ahead of the database', async () => {
    ahead = 60_000;
    await assertNothingAnswered('clock-ahead');
    ahead = 0;
    await assertAnswered();
  });

  test('a clock up to two seconds behind is answered, and time does not go back', async () => {
    const { hr } = world.tokens;
    const c = { params: { c: world.clients[0] } };
    await assertAnswered();
    ahead = -1000;
    await assertAnswered();
    ahead = 0;
    const { entries } = await must(world.url, hr, 'ledger.entries', {
      ...c,
      query: { limit: '1000' },
    });
    const times = entries.map((entry: { at: string }) => entry.at);
    assert.deepEqual(times, times.toSorted());
  });
});

describe('where the database has stopped', () => {
  let cluster: TestPostgres;
  let server: RunningServer;
  let client: Furnished;
  let person: AddedPerson;
  const dir = tempDir();
  const settings = { fsync: 'off', full_page_writes: 'off' };

  before(async () => {
    cluster = await launchTestPostgres(dir, settings);
    const { config, secrets } = readConfig(
      { data: dir, port: 0 },
      { WORKSMARTLY_CLIENT_RULES: 'open', ...databaseEnvironment(dir) },
    );
    server = await startServer({ config, secrets, log: () => {} });
    const admin = await registerFirst(server.house, { name: 'Ad Min', address: 'ad@example.test' });
    client = await furnish(server.url, admin!, 'Stopped Works');
    person = await addPerson(server.url, client, leastRecords('S-1', 'Stillwater'));
  });

  after(async () => {
    await server?.close().catch(() => {});
    await cluster?.stop();
  });

  test('nothing is answered until it runs again', async () => {
    const call = { params: { c: client.client, sub: person.id } };
    const read = () => ask(server.url, client.hr, 'people.read', call);
    assert.match((await read()).text, /Stillwater/);
    await cluster.stop();
    for (let i = 0; i < 3; i++) {
      const { status, text } = await read();
      assert.ok(status === 500 || status === 503, text.slice(0, 200));
      assert.doesNotMatch(text, /Stillwater/);
    }
    cluster = await launchTestPostgres(dir, settings);
    const { status, text } = await read();
    assert.equal(status, 200, text.slice(0, 200));
    assert.match(text, /Stillwater/);
  });
});

describe('without the right root key nothing starts, and no other key is made', () => {
  let database: TestDatabase;
  const directory = tempDir();
  const key = join(directory, 'keys', 'root.json');
  const start = (passphrase: string | undefined) => {
    const env = passphrase === undefined ? {} : { WORKSMARTLY_ROOT_PASSPHRASE: passphrase };
    const { config, secrets } = readConfig(
      { data: directory, port: 0 },
      { WORKSMARTLY_CLIENT_RULES: 'open', ...env },
    );
    const connections = { app: database.connection('app'), owner: database.connection('owner') };
    return startServer({ config, secrets, connections, log: () => {} });
  };

  before(async () => {
    database = await testDatabase();
    await (await start('correct horse battery')).close();
  });
  after(() => database?.drop());

  test('the key file is gone, and the database is in use', async () => {
    renameSync(key, `${key}.away`);
    await assert.rejects(start('correct horse battery'), { code: 'root-key-missing' });
    assert.equal(existsSync(key), false);
    renameSync(`${key}.away`, key);
  });

  test('the passphrase is wrong, or missing', async () => {
    await assert.rejects(start('incorrect horse battery'), /passphrase .* is wrong/);
    await assert.rejects(start(undefined), /needs its passphrase/);
  });

  test('the key file is open to others', async () => {
    chmodSync(key, 0o640);
    await assert.rejects(start('correct horse battery'), /root\.json/);
    chmodSync(key, 0o600);
  });

  test('the key is that of another database', async () => {
    const elsewhere = tempDir();
    const other = await testDatabase();
    await (await startTestServer(other, elsewhere)).close();
    await other.drop();
    renameSync(key, `${key}.away`);
    renameSync(join(elsewhere, 'keys', 'root.json'), key);
    await assert.rejects(start(undefined), { name: 'SealError' });
    rmSync(key);
    renameSync(`${key}.away`, key);
  });
});
