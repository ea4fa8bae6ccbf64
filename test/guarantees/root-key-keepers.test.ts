/** Who keeps the root key: several custodians, none of whom starts the server alone; or a token, which
 * never lets it out. Either way the server works as with a file, and the root key can be exchanged. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readConfig } from '../../src/server/config.ts';
import { type RunningServer, startServer } from '../../src/server/main.ts';
import { registerFirst } from '../../src/server/register-first.ts';
import { rotateRoot } from '../../src/server/rotate-root.ts';
import { splitRoot } from '../../src/server/split-root.ts';
import { openUnderRoot } from '../../src/server/vault/client-keys.ts';
import { SealError } from '../../src/server/vault/crypto/seal-error.ts';
import { wrappedUnderVersion } from '../../src/server/vault/crypto/wrap.ts';
import { openFileProvider } from '../../src/server/vault/keys/file-provider.ts';
import { loadCryptoki } from '../../src/server/vault/keys/pkcs11/cryptoki.ts';
import { parseShare, type Share } from '../../src/server/vault/keys/shares/share.ts';
import { must } from '../support/api.ts';
import { type TestDatabase, tempDir, testDatabase } from '../support/cluster.ts';
import { addPerson, type Furnished, furnish, leastRecords } from '../support/furnish.ts';
import { makeToken, SOFT_HSM, withoutSoftHsm } from '../support/soft-hsm.ts';
import { openIntruder } from '../support/tampering.ts';

const closing: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const close of closing.reverse()) await close().catch(() => {});
});

interface Place {
  readonly database: TestDatabase;
  readonly directory: string;
}

async function start(
  { database, directory }: Place,
  env: NodeJS.ProcessEnv = {},
  rootShares?: readonly Share[],
): Promise<RunningServer> {
  const { config, secrets } = readConfig(
    { data: directory, port: 0 },
    { WORKSMARTLY_CLIENT_RULES: 'open', ...env },
  );
  const connections = { app: database.connection('app'), owner: database.connection('owner') };
  const all = { ...secrets, ...(rootShares && { rootShares }) };
  const server = await startServer({ config, secrets: all, connections, log: () => {} });
  closing.push(() => server.close());
  return server;
}

async function begin(env?: NodeJS.ProcessEnv) {
  const place = { database: await testDatabase(), directory: tempDir() };
  const server = await start(place, env);
  const first = { name: 'Ad Min', address: 'admin@example.test' };
  const admin = (await registerFirst(server.house, first))!;
  const house = await furnish(server.url, admin, 'Guarded Works');
  const person = await addPerson(server.url, house, leastRecords('G-1'));
  return { place, server, house, person };
}

async function readPerson({ url }: RunningServer, { client, hr }: Furnished, sub: string) {
  await must(url, hr, 'people.read', { params: { c: client, sub } });
}

const open = (texts: readonly string[]) =>
  Promise.all(texts.map((text) => parseShare(text).open()));

test('with the root key split, no custodian starts the server alone and enough of them do', async () => {
  const { place, server, house, person } = await begin();
  let first: readonly string[] = [];
  const split = { total: 5, threshold: 3 };
  const file = join(place.directory, 'keys', 'root.json');
  await splitRoot(server.house, {
    ...split,
    handOut(shares) {
      first = shares;
    },
  });
  await readPerson(server, house, person.id);
  await server.close();
  await assert.rejects(start(place), /needs 3 of its 5 shares/);
  await assert.rejects(start(place, {}, await open(first.slice(0, 2))), /3 shares are needed/);
  const again = await start(place, {}, await open([first[4]!, first[0]!, first[2]!]));
  await readPerson(again, house, person.id);

  // A copy of the file from now, for whoever keeps it beside the shares of now.
  const kept = join(tempDir(), 'keys');
  mkdirSync(kept, { mode: 0o700 });
  cpSync(file, join(kept, 'root.json'));
  let second: readonly string[] = [];
  await splitRoot(again.house, {
    ...split,
    handOut(shares) {
      second = shares;
    },
  });
  await again.close();
  await assert.rejects(start(place, {}, await open(first.slice(0, 3))), /another splitting/);
  const old = await openFileProvider(kept, undefined, await open(first.slice(0, 3)));
  const db = await openIntruder(place.database);
  const rows = await db.query(`select * from wrapped_key where parent = 'root' and wrapped <> ''`);
  await db.close();
  assert.ok(rows.length > 4);
  for (const row of rows) {
    assert.throws(() => openUnderRoot(old, row.client_id as string, row), SealError);
  }
  const last = await start(place, {}, await open(second.slice(1, 4)));
  await readPerson(last, house, person.id);
});

test('with the root key in a token the server works, rotates it, and starts again', {
  skip: withoutSoftHsm,
}, async () => {
  const token = { token: 'worksmartly-guarantee', pin: '31415926' };
  makeToken(tempDir(), token);
  const env = {
    WORKSMARTLY_ROOT: 'pkcs11',
    WORKSMARTLY_PKCS11_MODULE: SOFT_HSM,
    WORKSMARTLY_PKCS11_TOKEN: token.token,
    WORKSMARTLY_PKCS11_PIN: token.pin,
  };
  const { place, server, house, person } = await begin(env);
  const rotation = await rotateRoot(server.house);
  assert.deepEqual([rotation.version, rotation.destroyed], [2, [1]]);
  const db = await openIntruder(place.database);
  const rows = await db.query(`select wrapped from wrapped_key where parent = 'root'
      union all select wrapped from user_account`);
  await db.close();
  assert.ok(rows.length > 4);
  assert.ok(rows.every((row) => wrappedUnderVersion(row.wrapped as Buffer) === 2));
  // The token restarts: whoever makes keys meanwhile notices nothing.
  loadCryptoki(SOFT_HSM).finalize();
  await readPerson(server, house, person.id);
  await addPerson(server.url, house, leastRecords('G-2'));
  await server.close();
  const again = await start(place, env);
  await readPerson(again, house, person.id);
  await again.close();
  await assert.rejects(start(place, { ...env, WORKSMARTLY_PKCS11_PIN: '00000000' }), {
    code: 'root-key-unavailable',
  });
  await assert.rejects(start(place), { code: 'root-key-missing' });
});
