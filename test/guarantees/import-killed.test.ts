/** kill -9 of the server in the middle of an import or of its undoing: nothing of it is ever half there,
 * and it can be carried on, cancelled or done again. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { ask, must } from '../support/api.ts';
import { launchTestPostgres, type TestPostgres, tempDir } from '../support/cluster.ts';
import { diagnose, faults } from '../support/diagnosis.ts';
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
import { seededRandom } from '../support/seeded-random.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

/** Wide rows, so that a few make many blocks and the process dies between two of them. */
const COUNT = 1_500;
const WIDE = { ...STAFF_MAPPING, columns: { ...STAFF_MAPPING.columns, Note: { discard: true } } };

function wideFile(...of: Parameters<typeof staffFile>): string {
  const [header, ...rows] = staffFile(...of)
    .trimEnd()
    .split('\n');
  const note = 'x'.repeat(600);
  return [`${header},Note`, ...rows.map((row) => `${row},${note}`), ''].join('\n');
}

const directory = tempDir();
const settings = { fsync: 'off', full_page_writes: 'off' };
let cluster: TestPostgres;
let server: ServerProcess;
let house: Furnished;
let owner: pg.Client;

before(async () => {
  cluster = await launchTestPostgres(directory, settings);
  server = await startServerProcess(directory);
  house = await furnish(server.url, server.token!, 'Interrupted Works');
  await connect();
});

after(async () => {
  await server?.stop();
  await owner?.end();
  await cluster?.stop();
});

const sender = (): Sender => ({ url: server.url, token: house.hr, client: house.client });

async function connect(): Promise<void> {
  owner = new pg.Client(cluster.connection('admin'));
  owner.on('error', () => {});
  await owner.connect();
}

async function storedOf(id: string): Promise<number> {
  const text = 'select count(*)::int as stored from record where import_id = $1';
  return (await owner.query(text, [id.slice(4)])).rows[0].stored as number;
}

/** Waits until an import has stored more than `stored` records; false when it ended before. */
async function hasStored(id: string, stored: number): Promise<boolean> {
  for (;;) {
    if ((await storedOf(id)) > stored) return true;
    if (!['queued', 'running'].includes((await readStatus(sender(), id)).state)) return false;
  }
}

async function restart(): Promise<void> {
  await server.kill();
  server = await startServerProcess(directory);
}

/** Starts an import and kills the server once some of its rows are stored. */
async function killedIn(file: string, mapping: unknown): Promise<ImportStatus> {
  const started = await sendFile(sender(), 'commit', file, mapping);
  assert.equal(started.status, 202, started.text);
  assert.ok(await hasStored(started.json.id, 0));
  await restart();
  return ended(sender(), started.json.id);
}

const call = (operation: 'imports.resume' | 'imports.cancel' | 'imports.undo', id: string) =>
  ask(server.url, house.hr, operation, { params: { c: house.client, id } });

async function leftOf(id: string): Promise<number[]> {
  const { rows } = await owner.query({
    text: `select (select count(*) from record where import_id = $1 or replaced_in = $1)::int,
      (select count(*) from subject where import_id = $1)::int,
      (select count(*) from import_chunk where import_id = $1)::int,
      (select count(*) from import_block where import_id = $1)::int,
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

async function assertSound(): Promise<void> {
  assert.deepEqual(faults(await diagnose(directory, { records: true })), []);
  const report = await verifyLedger(server.url, house.hr, house.client);
  assert.deepEqual(report.failures, []);
}

test('an import that adds people waits, holds its place, and goes on without writing twice', async () => {
  const count = await staffCount();
  const file = wideFile(1, COUNT);
  const dead = await killedIn(file, WIDE);
  assert.equal(dead.state, 'interrupted');
  assert.equal(await staffCount(), count);
  const stored = await storedOf(dead.id);
  assert.ok(stored > 0 && stored < 5 * COUNT);
  const other = await sendFile(sender(), 'commit', staffFile(90_000, 1), STAFF_MAPPING);
  assert.deepEqual([other.status, other.json.reasons], [409, ['import-running']]);

  assert.equal((await call('imports.resume', dead.id)).status, 202);
  if (await hasStored(dead.id, stored)) {
    await restart();
    const again = await ended(sender(), dead.id);
    if (again.state === 'interrupted') {
      assert.equal((await call('imports.resume', dead.id)).status, 202);
    }
  }
  const status = await ended(sender(), dead.id);
  assert.deepEqual([status.state, status.rows.added, status.rows.read], ['done', COUNT, COUNT]);
  assert.equal(await storedOf(dead.id), 5 * COUNT);
  assert.equal(await staffCount(), count + COUNT);
  assert.deepEqual((await leftOf(dead.id)).slice(2, 4), [0, 0]);
  await assertSound();
});

test('an import that changes people leaves them as they were when it is cancelled', async () => {
  const count = await staffCount();
  const file = wideFile(1, COUNT, () => ({ title: 'Head Clerk' }));
  const mapping = { ...WIDE, effective: '2026-07-01' };
  const dead = await killedIn(file, mapping);
  assert.equal(dead.state, 'interrupted');
  assert.equal((await call('imports.cancel', dead.id)).status, 202);
  await restart();
  const status = await ended(sender(), dead.id);
  assert.deepEqual([status.state, status.rows.changed], ['cancelled', 0]);
  assert.deepEqual(await leftOf(dead.id), [0, 0, 0, 0, 0, 0]);
  assert.equal(await staffCount(), count);
  const entries = await readLedger(server.url, house.hr, house.client);
  const entry = entries.find((each) => each.via === dead.id)!;
  assert.deepEqual([entry.kind, entry.actor, entry.outcome], ['system', 'sys:imports', 'failed']);
  assert.equal((await call('imports.resume', dead.id)).status, 409);
});

test('nobody carries it on for an hour: it is taken back, and the same file comes in anew', async () => {
  const count = await staffCount();
  const file = wideFile(100_000, COUNT);
  const dead = await killedIn(file, WIDE);
  await owner.query(
    `update staff_import set reached_at = reached_at - interval '61 minutes' where import_id = $1`,
    [dead.id.slice(4)],
  );
  const late = await call('imports.resume', dead.id);
  assert.deepEqual([late.status, late.json.reasons], [409, ['import-not-interrupted']]);
  await restart();
  assert.equal((await readStatus(sender(), dead.id)).state, 'failed');
  assert.deepEqual(await leftOf(dead.id), [0, 0, 0, 0, 0, 0]);
  const again = await importFile(sender(), 'commit', file, WIDE);
  assert.notEqual(again.id, dead.id);
  assert.equal(await staffCount(), count + COUNT);
});

test('an undoing that is killed at any point is undone or not, and can be done again', async () => {
  const count = await staffCount();
  const file = wideFile(1, COUNT + 500, (number) => (number % 2 ? { title: 'Chief' } : {}));
  const mapping = { ...WIDE, effective: '2026-08-01' };
  const done = await importFile(sender(), 'commit', file, mapping);
  assert.deepEqual([done.state, done.rows.added], ['done', 500]);
  const random = seededRandom(7);
  let state = 'done';
  for (let kills = 0; state !== 'undone'; ) {
    if (state === 'done') assert.equal((await call('imports.undo', done.id)).status, 202);
    if (kills < 3) {
      kills++;
      await new Promise((resolve) => setTimeout(resolve, random.below(200)));
      await restart();
      // Whatever it was, it is all there or all gone.
      assert.ok([count, count + 500].includes(await staffCount()));
    }
    ({ state } = await ended(sender(), done.id));
    assert.ok(['done', 'undone'].includes(state), state);
  }
  assert.equal(await staffCount(), count);
  const left = await leftOf(done.id);
  assert.deepEqual([left[0], left[1], left[5]], [0, 0, 0]);
  await assertSound();
});

test('PostgreSQL dies in the middle: the import waits, and goes on', async () => {
  const count = await staffCount();
  const file = wideFile(300_000, COUNT);
  const started = await sendFile(sender(), 'commit', file, WIDE);
  const id = started.json.id as string;
  assert.ok(await hasStored(id, 0));
  process.kill(cluster.pid, 'SIGKILL');
  await owner.end().catch(() => {});
  cluster = await launchTestPostgres(directory, settings);
  await connect();
  await restart();
  const status = await ended(sender(), id);
  assert.equal(status.state, 'interrupted');
  assert.equal(await staffCount(), count);
  assert.equal((await call('imports.resume', id)).status, 202);
  const end = await ended(sender(), id);
  assert.deepEqual([end.state, end.rows.added], ['done', COUNT]);
  assert.equal(await storedOf(id), 5 * COUNT);
  assert.equal(await staffCount(), count + COUNT);
  await assertSound();
});
