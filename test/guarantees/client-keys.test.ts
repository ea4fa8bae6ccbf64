/** A client's keys are exchanged while people read, write and import through two servers: no request
 * fails, and nothing in the database opens with the keys of before. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { unwrapImportKey } from '../../src/server/domain/imports/import-key.ts';
import { COMPARTMENTS } from '../../src/server/ledger/changed-records.ts';
import type { RunningServer } from '../../src/server/main.ts';
import type { ClientKeys } from '../../src/server/vault/client-keys.ts';
import { openUnderClient } from '../../src/server/vault/client-keys.ts';
import { compartmentKey } from '../../src/server/vault/crypto/compartment-key.ts';
import { unwrapKeyring } from '../../src/server/vault/crypto/keyring.ts';
import { openRecord } from '../../src/server/vault/crypto/seal.ts';
import { SealError } from '../../src/server/vault/crypto/seal-error.ts';
import { tagOf } from '../../src/server/vault/crypto/tag.ts';
import { resealRow, SEALED_UNDER_RECORD } from '../../src/server/vault/sealed-columns.ts';
import { ask, must } from '../support/api.ts';
import { diagnose, faults } from '../support/diagnosis.ts';
import { readLedger, verifyLedger } from '../support/evidence.ts';
import { addPerson, leastRecords } from '../support/furnish.ts';
import { ended, STAFF_MAPPING, sendFile, staffFile } from '../support/imports.ts';
import { jobEnd } from '../support/scene.ts';
import { type Intruder, openIntruder } from '../support/tampering.ts';
import { openWorld, startTestServer, type World } from '../support/world.ts';

let world: World;
let other: RunningServer;
let db: Intruder;
let client: string;

before(async () => {
  world = await openWorld();
  other = await startTestServer(world.database, world.directory);
  db = await openIntruder(world.database);
  client = world.clients[0];
});

after(async () => {
  await db?.close();
  await other?.close();
  await world?.close();
});

const asked = (more: object = {}) => ({ params: { c: client, ...more } });

/** Everything that touches keys, in turn; throws when any of it fails. */
async function work(url: string, round: number): Promise<void> {
  const { tokens, people } = world;
  const { id: sub, records } = people[round % people.length]!;
  await must(url, tokens.hr, 'people.read', { ...asked({ sub }), query: { history: 'true' } });
  await must(url, tokens.servicing, 'people.list', { ...asked(), query: { limit: '2' } });
  const correction = { sub, type: 'contact', rec: records.contact! };
  const body = { values: { city: `Town ${url.slice(-5)} ${round}` } };
  const corrected = await ask(url, tokens.hr, 'records.correct', { ...asked(correction), body });
  // The other server may have corrected the same record: that is told, and no failure.
  assert.ok([200, 409].includes(corrected.status), corrected.text);
  await addPerson(
    url,
    { client, hr: tokens.hr },
    leastRecords(`W-${url.slice(-5)}-${round}`),
    `key-${url.slice(-5)}-${round}`,
  );
  await must(url, tokens.hr, 'reports.run', {
    params: { c: client, id: 'headcount' },
    body: {},
  });
  await must(url, tokens.administrator, 'clients.list');
  await must(url, tokens.hr, 'proposals.list', asked());
}

async function rotate(body: object = {}) {
  const { id } = await must(world.url, world.tokens.hr, 'keys.rotate', { ...asked(), body });
  return { id: id as string, end: () => jobEnd(world, id) };
}

/** Runs `rotating` while both servers are worked with; how many rounds each did. */
async function underLoad(rotating: () => Promise<void>): Promise<number[]> {
  const isOver = { yes: false };
  const workers = [world.url, other.url].map(async (url) => {
    let round = 0;
    while (!isOver.yes || round < 2) await work(url, counter++ * 2 + (round++ % 2));
    return round;
  });
  try {
    await rotating();
  } finally {
    isOver.yes = true;
  }
  return Promise.all(workers);
}
let counter = 1;

const keysOf = (server: RunningServer): ClientKeys =>
  server.house.ledgers.provider && stateOf(server).clientKeys;
const stateOf = (server: RunningServer) => states.get(server)!;
const states = new Map<RunningServer, { clientKeys: ClientKeys }>();

test('reading, writing, reports and an import go on, through both servers, while the keys change', async () => {
  for (const server of [world.server, other]) {
    states.set(server, (await server.house.ledgers.find(client.slice(4)))!);
  }
  old = keysOf(world.server);
  const sender = { url: other.url, token: world.tokens.servicing, client };
  const rounds = await underLoad(async () => {
    const sent = await sendFile(sender, 'commit', staffFile(1, 1500), STAFF_MAPPING);
    assert.equal(sent.status, 202, sent.text);
    const { end } = await rotate();
    assert.equal((await end()).state, 'done');
    const imported = await ended(sender, sent.json.id);
    assert.deepEqual([imported.state, imported.rows.added], ['done', 1500]);
  });
  assert.ok(
    rounds.every((count) => count >= 2),
    String(rounds),
  );
});
let old: ClientKeys;

test('with the keys of before nothing in the database opens any more', async () => {
  const id = client.slice(4);
  const rows = (sql: string) => db.query(sql, [id]);
  const people = await rows('select * from subject where client_id = $1');
  assert.ok(people.length > 1500);
  for (const row of people) {
    const owner = { client: id, subject: row.subject_id as string };
    assert.throws(() => unwrapKeyring(old.client, owner, row.keyring as Buffer), SealError);
  }
  for (const row of await rows(
    `select * from wrapped_key where client_id = $1 and parent = 'client'`,
  )) {
    assert.throws(() => openUnderClient(old.client, id, row), SealError);
  }
  for (const row of await rows(
    'select * from staff_import where client_id = $1 and wrapped is not null',
  )) {
    const wrapped = row.wrapped as Buffer;
    assert.throws(
      () => unwrapImportKey(old.client, id, row.import_id as string, wrapped),
      SealError,
    );
  }
  let sealed = 0;
  for (const column of SEALED_UNDER_RECORD) {
    for (const row of await rows(`select * from ${column.table} where client_id = $1`)) {
      sealed++;
      assert.throws(() => resealRow(column, id, old.record, row), SealError, column.table);
    }
  }
  assert.ok(sealed > 10);
  const [gone] = await rows(
    `select length(wrapped) as left from wrapped_key
      where client_id = $1 and purpose = 'client' and version = 1`,
  );
  assert.equal(gone!.left, 0);
});

test('both servers and one that starts anew open everything, and the doctor finds no fault', async () => {
  const { id: sub } = world.people[0]!;
  const started = await startTestServer(world.database, world.directory);
  for (const url of [world.url, other.url, started.url]) {
    await must(url, world.tokens.hr, 'people.read', asked({ sub }));
    await must(url, world.tokens.hr, 'people.list', asked());
  }
  await started.close();
  assert.deepEqual(faults(await diagnose(world.directory, { records: true }, world.database)), []);
});

test('people get new keys in the middle of it all: what the old ones sealed is sealed anew, and history with it', async () => {
  const id = client.slice(4);
  const all = async () => {
    const keys = keysOf(world.server);
    const held = await db.query('select * from subject where client_id = $1', [id]);
    return held.map((row) => {
      const subject = row.subject_id as string;
      const keyring = unwrapKeyring(keys.client, { client: id, subject }, row.keyring as Buffer);
      return { subject, keyring, tag: keys.tag };
    });
  };
  const before = await all();
  const rounds = await underLoad(async () => {
    const { end } = await rotate({ subjects: true });
    const done = await end();
    assert.equal(done.state, 'done', JSON.stringify(done));
    assert.ok(
      done.progress.done >= before.length,
      `${done.progress.done} of ${done.progress.total}, ${before.length} before`,
    );
  });
  assert.ok(
    rounds.every((count) => count >= 2),
    String(rounds),
  );
  let opened = 0;
  const rows = await db.query('select * from record where client_id = $1', [id]);
  const byTag = Map.groupBy(rows, (row) => row.tag as string);
  const opensAny = (person: (typeof before)[0]) => {
    for (const compartment of COMPARTMENTS) {
      const key = compartmentKey(person.keyring, compartment);
      for (const row of byTag.get(tagOf(person.tag, person.subject, compartment)) ?? []) {
        const meta = { record: row.record_id as string, revision: row.revision as number };
        const place = { client: id, subject: person.subject, keyVersion: 1, ...meta };
        if (!key) continue;
        opened++;
        try {
          openRecord(key, place, row.ct as Buffer);
          return true;
        } catch (error) {
          assert.ok(error instanceof SealError);
        }
      }
    }
    return false;
  };
  assert.deepEqual(before.filter(opensAny), []);
  assert.ok(opened > 3000);
  assert.equal((await all()).filter(opensAny).length, (await all()).length);
  const { id: sub } = world.people[0]!;
  for (const url of [world.url, other.url]) {
    const query = { history: 'true' };
    await must(url, world.tokens.hr, 'people.read', { ...asked({ sub }), query });
    await must(url, world.tokens.hr, 'people.list', asked());
  }
  assert.deepEqual(faults(await diagnose(world.directory, { records: true }, world.database)), []);
  const report = await verifyLedger(world.url, world.tokens.auditor, client);
  assert.deepEqual([report.failures, report.verified], [[], true]);
});

test('whoever sees no data cannot have people given new keys', async () => {
  const answer = await ask(world.url, world.tokens.security, 'keys.rotate', {
    ...asked(),
    body: { subjects: true },
  });
  assert.deepEqual([answer.status, answer.json.reasons], [403, ['role-not-permitted']]);
});

test('the ledger tells every new and every destroyed key, in the name of whoever ordered it', async () => {
  const { url, tokens, users } = world;
  const entries = await readLedger(url, tokens.hr, client);
  const facts = entries.filter(({ fact, via }) => fact?.type === 'key.changed' && via !== null);
  assert.deepEqual(
    facts.map(({ fact }) => {
      const { key, event, version } = fact as Extract<typeof fact, { type: 'key.changed' }>;
      return `${key} ${event} ${version}`;
    }),
    [
      'client rotated 2',
      'record rotated 2',
      'cursor rotated 2',
      'client destroyed 1',
      'record destroyed 1',
      'client rotated 3',
      'record rotated 3',
      'cursor rotated 3',
      'subjects rotated 2',
      'subjects destroyed 1',
      'client destroyed 2',
      'record destroyed 2',
      'cursor destroyed 1',
    ],
  );
  assert.ok(facts.every(({ actor, via }) => actor === users.hr && via?.startsWith('job_')));
  const report = await verifyLedger(url, tokens.auditor, client);
  assert.deepEqual([report.failures, report.verified], [[], true]);
});

test('the provider’s security staff can order it, too, and their entries show no data', async () => {
  const { url, tokens } = world;
  const { id } = await must(url, tokens.security, 'keys.rotate', { ...asked(), body: {} });
  assert.equal((await jobEnd(world, id)).state, 'done');
  const report = await verifyLedger(url, tokens.auditor, client);
  assert.deepEqual([report.failures, report.verified], [[], true]);
});

test('the inventory tells the state of every key, contradicts nothing, and shows no key', async () => {
  const { url, tokens } = world;
  const {
    items,
    advice,
    faults: contradictions,
  } = await must(url, tokens.auditor, 'keys.list', asked());
  assert.deepEqual([advice, contradictions], [[], []]);
  const stateOf = (id: string) => items.find((item: { id: string }) => item.id === id)?.state;
  const last = Math.max(
    ...items.flatMap((i: { key: string; version: number }) =>
      i.key === 'client' ? i.version : [],
    ),
  );
  assert.ok(last >= 4);
  assert.deepEqual(
    ['client/1', `client/${last}`, 'record/1', 'subjects/1', 'subjects/2', 'tag/1'].map(stateOf),
    ['destroyed', 'active', 'destroyed', 'destroyed', 'active', 'active'],
  );
  assert.equal(stateOf(`cursor/${last - 1}`), 'deactivated');
  const body = { key: 'record', version: last };
  await must(url, tokens.security, 'keys.compromise', { ...asked(), body });
  const after = await must(url, tokens.executive, 'keys.list', asked());
  assert.match(after.advice.join(), new RegExp(`record/${last} is compromised: rotate it`));
  const unknown = { ...asked(), body: { key: 'record', version: 99 } };
  assert.equal((await ask(url, tokens.security, 'keys.compromise', unknown)).status, 404);
  const { id } = await must(url, tokens.security, 'keys.rotate', { ...asked(), body: {} });
  assert.equal((await jobEnd(world, id)).state, 'done');
  const healed = await must(url, tokens.auditor, 'keys.list', asked());
  assert.deepEqual([healed.advice, healed.faults], [[], []]);
  const row = healed.items.find((item: { id: string }) => item.id === `record/${last}`);
  assert.deepEqual([row.state, row.wrappedUnder], ['destroyed-compromised', null]);
  assert.ok(row.created < row.compromised && row.compromised < row.destroyed);
  const report = await verifyLedger(url, tokens.auditor, client);
  assert.deepEqual([report.failures, report.verified], [[], true]);
});
