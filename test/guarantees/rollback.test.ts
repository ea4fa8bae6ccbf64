/** A database put back from an older copy: the client whose ledger is behind its mark is closed, the
 * others stay open, and whoever accepts the loss is recorded. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { appendLeaf } from '#verifier/merkle.ts';
import { toId, uuidOf } from '../../src/contract/ids.ts';
import type { RunningServer } from '../../src/server/main.ts';
import { ask } from '../support/api.ts';
import { diagnose, faults } from '../support/diagnosis.ts';
import { readLedger, verifyLedger } from '../support/evidence.ts';
import { type Intruder, openIntruder } from '../support/tampering.ts';
import { openWorld, startTestServer, type World } from '../support/world.ts';

let world: World;
let db: Intruder;
let server: RunningServer | undefined;
/** The client whose rows are put back (uuid), and a copy of its rows. */
let client: string;
const TABLES = ['head', 'ledger_entry', 'ledger_attachment', 'record', 'subject'];

before(async () => {
  world = await openWorld();
  db = await openIntruder(world.database);
  client = uuidOf(world.clients[0]);
});

after(async () => {
  await db?.close();
  await server?.close();
  await world?.database.drop();
});

const read = (url: string) => {
  const params = { c: world.clients[0], sub: world.people[1]!.id };
  return ask(url, world.tokens.hr, 'people.read', { params });
};
const readOther = (url: string) => {
  const params = { c: world.clients[1], sub: world.otherPerson.id };
  return ask(url, world.otherHr, 'people.read', { params });
};

async function keep() {
  for (const table of TABLES) {
    await db.query(`create table kept.${table} as select * from ${table} where client_id = $1`, [
      client,
    ]);
  }
}

async function putBack() {
  for (const table of TABLES) {
    await db.query(`delete from ${table} where client_id = $1`, [client]);
    await db.query(`insert into ${table} table kept.${table}`);
  }
}

test('a server that runs while its database is put back answers nothing about that client', async () => {
  await keep();
  assert.equal((await read(world.url)).status, 200);
  assert.equal((await readOther(world.url)).status, 200);
  await putBack();
  const refused = await read(world.url);
  assert.equal(refused.status, 503, refused.text.slice(0, 200));
  assert.doesNotMatch(refused.text, /Brackenfield/);
  assert.equal((await readOther(world.url)).status, 200);
});

test('a server that starts on it closes that client, and says why', async () => {
  await world.server.close();
  server = await startTestServer(world.database, world.directory);
  const refused = await read(server.url);
  assert.equal(refused.status, 503);
  assert.deepEqual(refused.json.reasons, ['ledger-rolled-back']);
  assert.equal((await readOther(server.url)).status, 200);
  const facts = { params: { c: world.clients[0] }, body: { status: 'frozen' } };
  assert.equal((await ask(server.url, world.tokens.hr, 'clients.status', facts)).status, 503);
});

test('the doctor names the client, and only that one', async () => {
  assert.deepEqual(faults(await diagnose(world.directory, {}, world.database)), [
    `ledger of ${world.clients[0]}: ledger-rolled-back`,
  ]);
});

test('it stays closed until somebody accepts it, which is recorded', async () => {
  await server!.close();
  const by = toId('user', '01900000-0000-7000-8000-000000000009');
  const accepted = await diagnose(
    world.directory,
    { acceptRollback: { client, by } },
    world.database,
  );
  assert.deepEqual(faults(accepted), []);
  server = await startTestServer(world.database, world.directory);
  assert.equal((await read(server.url)).status, 200);
  const entries = await readLedger(server.url, world.tokens.hr, world.clients[0]);
  const acceptance = entries.find((entry) => entry.op === 'ledgers.accept')!;
  assert.deepEqual(acceptance.reasons, [`by-${by}`]);
  const { fact } = acceptance;
  assert.equal(fact?.type === 'alert.raised' && fact.rule, 'rollback-accepted');
  const report = await verifyLedger(server.url, world.tokens.hr, world.clients[0]);
  assert.equal(report.verified, true, JSON.stringify(report.failures));
});

test('what nobody rolled back cannot be accepted', async () => {
  const acceptRollback = { client: uuidOf(world.clients[1]), by: 'usr_nobody' };
  const findings = await diagnose(world.directory, { acceptRollback }, world.database);
  const [accepting] = findings.filter(({ check }) => check === 'accept-rollback');
  assert.equal(accepting!.ok, false);
});

test('a ledger that was rewritten to the same length is closed too', async () => {
  const { size } = (await server!.house.ledgers.find(client))!.head;
  await server!.close();
  // With a head that fits: only the mark knows better.
  await db.query(
    `update ledger_entry set leaf = sha256(leaf) where client_id = $1 and idx = ${size - 1}`,
    [client],
  );
  const frontier = await frontierOf(size);
  await db.query('update head set frontier = $2 where client_id = $1', [client, frontier]);
  server = await startTestServer(world.database, world.directory);
  const refused = await read(server.url);
  assert.deepEqual(refused.json.reasons, ['ledger-rolled-back']);
  assert.equal((await readOther(server.url)).status, 200);
});

/** The frontier over the stored leaves, as somebody would compute it who rewrites a ledger. */
async function frontierOf(size: number): Promise<Buffer> {
  const rows = await db.query(
    'select leaf from ledger_entry where client_id = $1 order by idx limit $2',
    [client, size],
  );
  let frontier: Buffer[] = [];
  for (const [i, row] of rows.entries()) frontier = appendLeaf(frontier, i, row.leaf as Buffer);
  return Buffer.concat(frontier);
}
