/** The root key is exchanged while people work: nothing fails, nothing is lost, and what the old key
 * could open it opens no more. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readEntries } from '../../src/server/ledger/read-entries.ts';
import type { RunningServer } from '../../src/server/main.ts';
import { rotateRoot } from '../../src/server/rotate-root.ts';
import { openUnderRoot } from '../../src/server/vault/client-keys.ts';
import { SealError } from '../../src/server/vault/crypto/seal-error.ts';
import { unwrapKey, wrappedUnderVersion } from '../../src/server/vault/crypto/wrap.ts';
import { type FileProvider, openFileProvider } from '../../src/server/vault/keys/file-provider.ts';
import { must } from '../support/api.ts';
import { tempDir } from '../support/cluster.ts';
import { diagnose, faults } from '../support/diagnosis.ts';
import { addPerson, furnish, leastRecords } from '../support/furnish.ts';
import { type Intruder, openIntruder } from '../support/tampering.ts';
import { openWorld, startTestServer, type World } from '../support/world.ts';

let world: World;
let db: Intruder;
/** A second server on the same database, which is not told of the rotation. */
let other: RunningServer;
/** A copy of the keys as they were at first. */
let old: FileProvider;

before(async () => {
  world = await openWorld();
  db = await openIntruder(world.database);
  other = await startTestServer(world.database, world.directory);
  const copy = join(tempDir(), 'keys');
  mkdirSync(copy, { mode: 0o700 });
  cpSync(join(world.directory, 'keys', 'root.json'), join(copy, 'root.json'));
  old = await openFileProvider(copy);
});

after(async () => {
  old?.close();
  await db?.close();
  await other?.close();
  await world?.close();
});

const heldVersions = () =>
  JSON.parse(readFileSync(join(world.directory, 'keys', 'root.json'), 'utf8')).keys.map(
    (key: { version: number }) => key.version,
  );

/** The versions of the root key under which something lies. */
async function usedVersions(): Promise<number[]> {
  const rows = await db.query(`select wrapped from wrapped_key where parent = 'root'
    union all select wrapped from user_account`);
  const versions = rows.map((row) => wrappedUnderVersion(row.wrapped as Buffer));
  return [...new Set(versions)].sort();
}

/** Reads, writes, and makes new keys, in turn, through both servers. */
async function work(url: string, round: number): Promise<void> {
  const { tokens, clients, people } = world;
  const sub = people[round % people.length]!.id;
  await must(url, tokens.hr, 'people.read', { params: { c: clients[0], sub } });
  const hr = { client: clients[0], hr: tokens.hr };
  const name = `${url.at(-1)}${url.slice(-5).replace(/\D/g, '')}-${round}`;
  await addPerson(url, hr, leastRecords(`R-${name}`));
  const made = await furnish(url, tokens.administrator, `Made Meanwhile ${name}`);
  await addPerson(url, made, leastRecords('N-1'));
}

test('reading, writing, new people, new users and new clients go on while the root key rotates', async () => {
  const rotating = { is: true };
  const workers = [world.url, other.url].map(async (url) => {
    let round = 0;
    while (rotating.is || round < 3) await work(url, round++);
    return round;
  });
  await work(world.url, 1000);
  const rotated = [];
  try {
    rotated.push(await rotateRoot(world.server.house), await rotateRoot(world.server.house));
  } finally {
    rotating.is = false;
  }
  const rounds = await Promise.all(workers);
  assert.ok(rounds.every((count) => count >= 3));
  assert.deepEqual(
    rotated.map(({ version, destroyed }) => ({ version, destroyed })),
    [
      { version: 2, destroyed: [1] },
      { version: 3, destroyed: [2] },
    ],
  );
  assert.deepEqual(await usedVersions(), [3]);
  assert.deepEqual(heldVersions(), [3]);
});

test('nothing opens any more with the key of before', async () => {
  const keys = await db.query(`select * from wrapped_key where parent = 'root'`);
  assert.ok(keys.length > 20);
  for (const row of keys) {
    assert.throws(() => openUnderRoot(old, row.client_id as string, row), SealError);
  }
  const before = old.current();
  for (const row of await db.query('select * from user_account')) {
    const parts = ['user-key', row.user_id as string];
    const wrapped = row.wrapped as Buffer;
    for (const version of [before.version, wrappedUnderVersion(wrapped)]) {
      assert.throws(() => unwrapKey(before.key, version, parts, wrapped), SealError);
    }
  }
});

test('a server that starts afterwards opens everything, the doctor agrees, and it is recorded', async () => {
  const started = await startTestServer(world.database, world.directory);
  const { tokens, clients, people } = world;
  for (const { id: sub } of people) {
    const params = { c: clients[0], sub };
    const file = await must(started.url, tokens.hr, 'people.read', { params });
    assert.ok(file.types.length > 3);
  }
  const { provider } = started.house.ledgers;
  const entries = await readEntries(started.house, provider, 0, provider.head.size);
  const rotations = entries.flatMap(({ fact }) => (fact?.type === 'key.changed' ? [fact] : []));
  assert.deepEqual(
    rotations.map(({ key, event, version }) => ({ key, event, version })),
    [
      { key: 'root', event: 'rotated', version: 2 },
      { key: 'root', event: 'destroyed', version: 1 },
      { key: 'root', event: 'rotated', version: 3 },
      { key: 'root', event: 'destroyed', version: 2 },
    ],
  );
  await started.close();
  assert.deepEqual(faults(await diagnose(world.directory, { records: true }, world.database)), []);
});

test('a rotation that was interrupted is taken up where it stopped', async () => {
  const { house } = world.server;
  let done = 0;
  const interrupted = rotateRoot(house, () => {
    if (++done === 2) throw new Error('interrupted');
  });
  await assert.rejects(interrupted, /interrupted/);
  assert.deepEqual(heldVersions(), [3, 4]);
  assert.deepEqual(await usedVersions(), [3, 4]);
  // What is there now can be used, by both servers.
  await work(world.url, 2000);
  await work(other.url, 2001);
  const { version, destroyed, rewrapped } = await rotateRoot(house);
  assert.deepEqual([version, destroyed], [4, [3]]);
  assert.ok(rewrapped > 0);
  assert.deepEqual(await usedVersions(), [4]);
  assert.deepEqual(heldVersions(), [4]);
  await work(other.url, 2002);
});

test('the key of one user does not open as that of another', async () => {
  const [a, b] = await db.query('select * from user_account order by user_id limit 2');
  const { root } = world.server.house;
  const parts = ['user-key', b!.user_id as string];
  root.unwrap(parts, b!.wrapped as Buffer);
  assert.throws(() => root.unwrap(parts, a!.wrapped as Buffer), SealError);
});
