/** kill -9 of the server in the middle of an import: nothing of it is left, nothing else is lost, and
 * the client can import again. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { must } from '../support/api.ts';
import { launchTestPostgres, type TestPostgres, tempDir } from '../support/cluster.ts';
import { readLedger, verifyLedger } from '../support/evidence.ts';
import { type Furnished, furnish } from '../support/furnish.ts';
import {
  ended,
  type ImportStatus,
  importFile,
  readStatus,
  type Sender,
  STAFF_MAPPING,
  sendFile,
  staffFile,
} from '../support/imports.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

/** Enough for many blocks, so that the process dies between two of them. */
const COUNT = 12_000;

const directory = tempDir();
let cluster: TestPostgres;
let server: ServerProcess;
let house: Furnished;
let owner: pg.Client;

before(async () => {
  const settings = { fsync: 'off', full_page_writes: 'off' };
  cluster = await launchTestPostgres(directory, settings);
  server = await startServerProcess(directory);
  house = await furnish(server.url, server.token!, 'Interrupted Works');
  owner = new pg.Client(cluster.connection('admin'));
  await owner.connect();
});

after(async () => {
  await server?.stop();
  await owner?.end();
  await cluster?.stop();
});

const sender = (): Sender => ({ url: server.url, token: house.hr, client: house.client });

/** Starts an import, kills the server once some of its rows are stored, and starts another one. */
async function killedIn(file: string, mapping: unknown): Promise<ImportStatus> {
  const started = await sendFile(sender(), 'commit', file, mapping);
  assert.equal(started.status, 202);
  const id = started.json.id as string;
  for (;;) {
    const text = 'select count(*)::int as stored from record where import_id = $1';
    const { rows } = await owner.query(text, [id.slice(4)]);
    if (rows[0].stored > 0) break;
    assert.equal((await readStatus(sender(), id)).state.match(/failed|refused/), null);
  }
  await server.kill();
  server = await startServerProcess(directory);
  const status = await ended(sender(), id);
  assert.deepEqual([status.state, status.rows.added, status.rows.changed], ['failed', 0, 0]);
  return status;
}

async function leftOf(id: string): Promise<number[]> {
  const { rows } = await owner.query({
    text: `select (select count(*) from record where import_id = $1 or replaced_in = $1)::int,
      (select count(*) from subject where import_id = $1)::int,
      (select count(*) from import_chunk where import_id = $1)::int,
      (select count(*) from ledger_attachment where attachment_id = $1)::int,
      (select count(*) from head where pending is not null)::int`,
    values: [id.slice(4)],
    rowMode: 'array',
  });
  return rows[0] as number[];
}

async function staffCount(): Promise<number> {
  const { url, token, client } = sender();
  return (await must(url, token, 'people.list', { params: { c: client } })).total as number;
}

test('an import that adds people leaves nothing, and can be done again', async () => {
  const count = await staffCount();
  const file = staffFile(1, COUNT);
  const dead = await killedIn(file, STAFF_MAPPING);
  assert.deepEqual(await leftOf(dead.id), [0, 0, 0, 0, 0]);
  assert.equal(await staffCount(), count);
  const entry = (await readLedger(server.url, house.hr, house.client)).find(
    (each) => each.via === dead.id,
  )!;
  assert.deepEqual([entry.kind, entry.actor, entry.outcome], ['system', 'sys:imports', 'failed']);

  const again = await importFile(sender(), 'commit', file, STAFF_MAPPING);
  assert.notEqual(again.id, dead.id);
  assert.deepEqual([again.state, again.rows.added], ['done', COUNT]);
  assert.equal(await staffCount(), count + COUNT);
});

test('an import that changes people leaves them as they were', async () => {
  const count = await staffCount();
  const file = staffFile(1, COUNT, () => ({ title: 'Head Clerk' }));
  const mapping = { ...STAFF_MAPPING, effective: '2026-07-01' };
  const dead = await killedIn(file, mapping);
  assert.deepEqual(await leftOf(dead.id), [0, 0, 0, 0, 0]);
  assert.equal(await staffCount(), count);
  const again = await importFile(sender(), 'commit', file, mapping);
  assert.deepEqual([again.state, again.rows.changed], ['done', COUNT]);
  await verifyLedger(server.url, house.hr, house.client);
});
