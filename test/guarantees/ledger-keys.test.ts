/** The keys of a ledger are exchanged while it is read and appended to: no request fails, whoever kept an
 * older checkpoint still verifies the whole, and nothing opens with the keys of before. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { leafHash } from '#verifier/merkle.ts';
import { openEntry } from '../../src/server/ledger/entries.ts';
import type { LedgerKeys } from '../../src/server/ledger/ledger-keys.ts';
import type { RunningServer } from '../../src/server/main.ts';
import { type LedgerRotationHouse, rotateLedger } from '../../src/server/rotate-ledger.ts';
import { SealError } from '../../src/server/vault/crypto/seal-error.ts';
import { type Database, openDatabase } from '../../src/server/vault/database.ts';
import { must } from '../support/api.ts';
import { diagnose, faults } from '../support/diagnosis.ts';
import { verifyLedger } from '../support/evidence.ts';
import { addPerson, leastRecords } from '../support/furnish.ts';
import { importFile, STAFF_MAPPING, staffFile } from '../support/imports.ts';
import { type Intruder, openIntruder } from '../support/tampering.ts';
import { openWorld, startTestServer, type World } from '../support/world.ts';

let world: World;
let other: RunningServer;
let db: Intruder;
let owner: Database;
let client: string;
let house: LedgerRotationHouse;

before(async () => {
  world = await openWorld();
  other = await startTestServer(world.database, world.directory);
  db = await openIntruder(world.database);
  owner = openDatabase(world.database.connection('owner'), 2);
  client = world.clients[0];
  house = { ...world.server.house, owner };
  const sender = { url: world.url, token: world.tokens.hr, client };
  // Lists of more than a hundred lie beside their entries.
  await importFile(sender, 'commit', staffFile(1, 150), STAFF_MAPPING);
  await must(world.url, world.tokens.hr, 'reports.run', headcount());
});

after(async () => {
  await owner?.close();
  await db?.close();
  await other?.close();
  await world?.close();
});

const asked = (more: object = {}) => ({ params: { c: client, ...more } });
const headcount = () => ({ params: { c: client, id: 'headcount' }, body: {} });

async function work(url: string, round: number): Promise<void> {
  const { tokens, people } = world;
  await must(url, tokens.hr, 'people.read', asked({ sub: people[round % people.length]!.id }));
  await addPerson(url, { client, hr: tokens.hr }, leastRecords(`L-${url.slice(-5)}-${round}`));
  await must(url, tokens.hr, 'reports.run', headcount());
  await must(url, tokens.auditor, 'ledger.entries', { ...asked(), query: { limit: '300' } });
  await must(url, tokens.auditor, 'ledger.checkpoint', asked());
  const server = url === world.url ? world.server : other;
  await server.house.activity.drop(client.slice(4));
  const { id: subject } = people[round % people.length]!;
  const seen = await must(url, tokens.auditor, 'activity.list', { ...asked(), query: { subject } });
  assert.ok(seen.items.some(({ op }: { op: string }) => op === 'reports.run'));
  const report = await verifyLedger(url, tokens.auditor, client);
  assert.deepEqual([report.failures, report.verified], [[], true]);
}

const stateOf = async () => (await world.server.house.ledgers.find(client.slice(4)))!;
const storedEntries = () =>
  db.query('select idx::int, leaf, ct from ledger_entry where client_id = $1 order by idx', [
    client.slice(4),
  ]);

let old: LedgerKeys;
let checkpoint: string;

test('reading, writing, reports and evidence go on, through both servers, while the ledger’s keys change', async () => {
  old = (await stateOf()).keys;
  old = { ...old, sealing: new Map(old.sealing) };
  checkpoint = await must(world.url, world.tokens.auditor, 'ledger.checkpoint', asked());
  const leaves = (await storedEntries()).map((row) => (row.leaf as Buffer).toString('hex'));
  const isOver = { yes: false };
  const workers = [world.url, other.url].map(async (url) => {
    let round = 0;
    while (!isOver.yes || round < 2) await work(url, round++);
    return round;
  });
  let rotation: Awaited<ReturnType<typeof rotateLedger>>;
  try {
    let steps = 0;
    const interrupted = rotateLedger(house, client.slice(4), () => {
      if (++steps === 1) throw new Error('interrupted');
    });
    await assert.rejects(interrupted, /interrupted/);
    rotation = await rotateLedger(house, client.slice(4));
  } finally {
    isOver.yes = true;
  }
  const rounds = await Promise.all(workers);
  assert.ok(
    rounds.every((count) => count >= 2),
    String(rounds),
  );
  assert.deepEqual(rotation.destroyed.length, 2);
  assert.notEqual(rotation.vkey, old.vkey);
  const after = (await storedEntries()).map((row) => (row.leaf as Buffer).toString('hex'));
  assert.deepEqual(after.slice(0, leaves.length), leaves);
});

test('no entry and no list opens with the keys of before; every one with those of now', async () => {
  const { keys, id } = await stateOf();
  for (const row of await storedEntries()) {
    const [index, ct] = [row.idx as number, row.ct as Buffer];
    assert.throws(() => openEntry(old.sealing, id, index, ct), SealError);
    assert.ok(leafHash(openEntry(keys.sealing, id, index, ct)).equals(row.leaf as Buffer));
  }
  const lists = await db.query(
    `select distinct substring(ct from 3 for 4) as version from ledger_attachment where client_id = $1`,
    [id],
  );
  assert.deepEqual(
    lists.map((row) => (row.version as Buffer).readUInt32BE()),
    [...keys.sealing.keys()],
  );
  const held = await db.query(
    `select count(*)::int as left from wrapped_key
      where client_id = $1 and purpose in ('log', 'ledger') and wrapped <> ''`,
    [id],
  );
  assert.deepEqual(held, [{ left: 2 }]);
});

test('whoever kept a checkpoint of before verifies the ledger of now; the new key signs it', async () => {
  const { url, tokens } = world;
  const since = await verifyLedger(url, tokens.auditor, client, { since: checkpoint });
  assert.deepEqual([since.failures, since.verified], [[], true]);
  const { keys } = await stateOf();
  const pinned = await verifyLedger(url, tokens.auditor, client, { key: keys.vkey });
  assert.deepEqual([pinned.failures, pinned.verified], [[], true]);
  const wrong = await verifyLedger(url, tokens.auditor, client, { key: old.vkey });
  assert.equal(wrong.verified, false);
});

test('a server that starts afterwards works, the doctor finds no fault, and the inventory knows', async () => {
  const started = await startTestServer(world.database, world.directory);
  await work(started.url, 9000);
  await started.close();
  assert.deepEqual(faults(await diagnose(world.directory, { records: true }, world.database)), []);
  const { items, faults: contradictions } = await must(
    world.url,
    world.tokens.auditor,
    'keys.list',
    asked(),
  );
  assert.deepEqual(contradictions, []);
  const states = items
    .filter(({ key }: { key: string }) => key === 'log' || key === 'ledger')
    .map(({ key, state }: { key: string; state: string }) => `${key} ${state}`);
  assert.deepEqual(states.sort(), [
    'ledger active',
    'ledger destroyed',
    'log active',
    'log destroyed',
  ]);
});

test('the provider’s own ledger can be given new keys, too', async () => {
  const { provider } = world.server.house.ledgers;
  const before = provider.keys.vkey;
  const { vkey } = await rotateLedger(house, provider.id);
  assert.notEqual(vkey, before);
  await work(other.url, 9100);
  assert.deepEqual(faults(await diagnose(world.directory, {}, world.database)), []);
});

test('an entry that is not the one of its leaf hash stops it, and stays as it is', async () => {
  const id = client.slice(4);
  const [first, second] = await storedEntries();
  const swap = () =>
    db.query('update ledger_entry set leaf = $2 where client_id = $1 and idx = 0', [
      id,
      second!.leaf,
    ]);
  const started = await startTestServer(world.database, world.directory);
  await db.tamper(['ledger_entry'], swap, async () => {
    const rotating = rotateLedger({ ...started.house, owner }, id);
    await assert.rejects(rotating, { code: 'ledger-unreadable' });
  });
  assert.ok(first);
  await started.close();
});
