/** What becomes of an import on its way: bad rows left out, every error listed, cancelled by who may,
 * and its key destroyed when nobody needs it any more. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { cleanUpImports } from '../../src/server/domain/imports/clean-up.ts';
import { ask, must } from '../support/api.ts';
import { readLedger, verifyLedger } from '../support/evidence.ts';
import {
  ended,
  type ImportStatus,
  importFile,
  openAll,
  readStatus,
  type Sender,
  STAFF_MAPPING,
  sendFile,
  staffFile,
} from '../support/imports.ts';
import { openWorld, startTestServer, type World } from '../support/world.ts';

let world: World;
let sender: Sender;
let owner: pg.Client;

before(async () => {
  world = await openWorld();
  sender = { url: world.url, token: world.tokens.servicing, client: world.clients[0] };
  owner = new pg.Client(world.database.connection('owner'));
  await owner.connect();
  await owner.query(`set app.client = '${sender.client.slice(4)}'`);
});

after(async () => {
  await owner?.end();
  await world?.close();
});

async function staffCount(): Promise<number> {
  const params = { c: sender.client };
  return (await must(world.url, world.tokens.hr, 'people.list', { params })).total as number;
}

/** Keeps imports from writing records until `release`; reading goes on. */
async function holdWrites(): Promise<{ release: () => Promise<void> }> {
  const connection = new pg.Client(world.database.connection('owner'));
  await connection.connect();
  await connection.query('begin');
  await connection.query('lock table record in exclusive mode');
  return { release: () => connection.end() };
}

const cancel = (id: string, by = sender) =>
  ask(by.url, by.token, 'imports.cancel', { params: { c: by.client, id } });

/** How many rows an import has left anywhere, and whether it holds the client's place. */
async function leftOf(id: string): Promise<number[]> {
  const text = `select (select count(*) from record where import_id = $1 or replaced_in = $1)::int,
    (select count(*) from subject where import_id = $1)::int,
    (select count(*) from import_chunk where import_id = $1)::int,
    (select count(*) from import_block where import_id = $1)::int,
    (select count(*) from import_error where import_id = $1)::int,
    (select count(*) from ledger_attachment where attachment_id = $1)::int,
    (select count(*) from head where pending is not null)::int`;
  const query = { text, values: [id.slice(4)], rowMode: 'array' as const };
  return (await owner.query(query)).rows[0] as number[];
}

async function errorCsv(id: string): Promise<string[]> {
  const asked = { params: { c: sender.client, id }, headers: { accept: 'text/csv' } };
  const answer = await ask(sender.url, sender.token, 'imports.errors', asked);
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.headers.get('content-type')!, /^text\/csv/);
  return answer.text.trimEnd().split('\r\n');
}

test('rows with errors are left out and told, the others stored', async () => {
  const count = await staffCount();
  const file = staffFile(100, 300, (number) => (number % 100 === 7 ? { pay: 'much' } : {})).replace(
    'N-250,',
    'n-120,',
  );
  const refused = await importFile(sender, 'commit', file, STAFF_MAPPING);
  assert.deepEqual([refused.state, refused.rows.skipped], ['refused', 0]);
  const status = await importFile(sender, 'commit', file, STAFF_MAPPING, 'skip');
  assert.deepEqual([status.state, status.errorCount], ['done', 4]);
  assert.deepEqual(status.rows, {
    read: 300,
    added: 296,
    changed: 0,
    unchanged: 0,
    discarded: 4,
    skipped: 4,
  });
  assert.equal(await staffCount(), count + 296);
  assert.deepEqual(
    status.errors.map(({ row, column }) => [row, column]),
    [
      [9, 'Pay'],
      [109, 'Pay'],
      [152, 'No'],
      [209, 'Pay'],
    ],
  );
  const held = await openAll(world.server.house, sender.client);
  const own = held.filter(({ body }) => body.via === status.id);
  assert.equal(own.length, 296 * 5);
  const again = await sendFile(sender, 'commit', file, STAFF_MAPPING, 'skip');
  assert.deepEqual(again.json, { id: status.id });
  await verifyLedger(world.url, world.tokens.hr, sender.client);
});

test('a file of bad rows alone is refused, and so is one that is no table', async () => {
  const bad = staffFile(1000, 3, () => ({ pay: 'x' }));
  const status = await importFile(sender, 'commit', bad, STAFF_MAPPING, 'skip');
  assert.deepEqual([status.state, status.rows.discarded], ['refused', 3]);
  const ragged = `${staffFile(1000, 3)}N-9,too,short\n`;
  const broken = await importFile(sender, 'commit', ragged, STAFF_MAPPING, 'skip');
  assert.deepEqual([broken.state, broken.rows.added], ['refused', 0]);
});

test('every error can be had as CSV, up to the bound, by row, column and reason alone', async () => {
  const file = staffFile(2000, 2500, () => ({ pay: '=1+1' }));
  const status = await importFile(sender, 'check', file, STAFF_MAPPING);
  assert.equal(status.errorCount, 2500);
  assert.equal(status.errors.length, 1000);
  const lines = await errorCsv(status.id);
  assert.equal(lines[0], 'row,column,reason');
  assert.equal(lines.length, 2501);
  assert.match(lines[2500]!, /^2501,Pay,"?is not an amount of USD/);
  assert.ok(lines.every((line) => !line.includes('=1+1')));
  const params = { c: sender.client, id: status.id };
  const json = await must(sender.url, sender.token, 'imports.errors', { params });
  assert.deepEqual([json.errorCount, json.listed, json.items.length], [2500, 2500, 1000]);
  const fault = await importFile(sender, 'check', 'No,=cmd|calc\n1,2\n', STAFF_MAPPING);
  assert.ok((await errorCsv(fault.id)).some((line) => line.includes("'=cmd|calc")));
});

test('a cancelled import leaves nothing, whoever may cancels it, and the place is free', async () => {
  const count = await staffCount();
  const hold = await holdWrites();
  const file = staffFile(5000, 400);
  const first = await sendFile(sender, 'commit', file, STAFF_MAPPING);
  const product = await cancel(first.json.id, { ...sender, token: world.tokens.product });
  assert.deepEqual([product.status, product.json.reasons], [403, ['not-who-started-it']]);
  const answer = await cancel(first.json.id);
  assert.equal(answer.status, 202);
  const twice = await cancel(first.json.id);
  assert.deepEqual([twice.status, twice.json.reasons], [409, ['import-not-under-way']]);
  await hold.release();
  const status = await ended(sender, first.json.id);
  assert.deepEqual([status.state, status.rows.added], ['cancelled', 0]);
  assert.deepEqual(await leftOf(status.id), [0, 0, 0, 0, 0, 0, 0]);
  assert.equal(await staffCount(), count);
  const entries = await readLedger(world.url, world.tokens.hr, sender.client);
  const end = entries.find((entry) => entry.via === status.id)!;
  assert.deepEqual([end.outcome, end.reasons], ['failed', ['cancelled']]);
  const again = await importFile(sender, 'commit', file, STAFF_MAPPING);
  assert.deepEqual([again.state, again.rows.added], ['done', 400]);
  assert.equal((await cancel(again.id)).status, 409);
});

test('another process’s import is cancelled too', async () => {
  const second = await startTestServer(world.database, world.directory);
  const hold = await holdWrites();
  try {
    const first = await sendFile(sender, 'commit', staffFile(6000, 400), STAFF_MAPPING);
    const hr = { ...sender, url: second.url, token: world.tokens.hr };
    assert.equal((await cancel(first.json.id, hr)).status, 202);
    await hold.release();
    const status = await ended({ ...sender, url: second.url }, first.json.id);
    assert.equal(status.state, 'cancelled');
    assert.deepEqual(await leftOf(status.id), [0, 0, 0, 0, 0, 0, 0]);
  } finally {
    await hold.release().catch(() => {});
    await second.close();
  }
});

test('a server that stops leaves the import interrupted; another one carries it on to its end', async () => {
  const count = await staffCount();
  const second = await startTestServer(world.database, world.directory);
  const hold = await holdWrites();
  const elsewhere = { ...sender, url: second.url };
  const file = staffFile(7000, 5000);
  const started = await sendFile(elsewhere, 'commit', file, STAFF_MAPPING);
  const id = started.json.id as string;
  // Nothing can be written before the server has begun to stop.
  const { stopping } = second.house;
  stopping.addEventListener('abort', () => void hold.release(), { once: true });
  await second.close();
  const waiting = await readStatus(sender, id);
  assert.equal(waiting.state, 'interrupted');
  const other = await sendFile(sender, 'commit', staffFile(20_000, 1), STAFF_MAPPING);
  assert.deepEqual([other.status, other.json.reasons], [409, ['import-running']]);
  assert.deepEqual((await sendFile(sender, 'commit', file, STAFF_MAPPING)).json, { id });
  const params = { c: sender.client, id };
  const stranger = await ask(world.url, world.tokens.hr, 'imports.resume', { params });
  assert.deepEqual([stranger.status, stranger.json.reasons], [403, ['not-who-started-it']]);
  assert.equal((await ask(world.url, sender.token, 'imports.resume', { params })).status, 202);
  const status: ImportStatus = await ended(sender, id);
  assert.deepEqual([status.state, status.rows.added], ['done', 5000]);
  assert.equal(await staffCount(), count + 5000);
  const late = await ask(world.url, sender.token, 'imports.resume', { params });
  assert.deepEqual([late.status, late.json.reasons], [409, ['import-not-interrupted']]);
  await verifyLedger(world.url, world.tokens.hr, sender.client);
});

test('the key of a done import goes after the undo hour; that of a refused one a day later, its errors with it', async () => {
  const done = await importFile(sender, 'commit', staffFile(9500, 1), STAFF_MAPPING);
  const refused = await importFile(
    sender,
    'check',
    staffFile(9500, 1, () => ({ pay: 'x' })),
    STAFF_MAPPING,
  );
  assert.equal(refused.errors.length, 1);
  const keyOf = async ({ id }: { id: string }) => {
    const text = 'select wrapped from staff_import where import_id = $1';
    return (await owner.query(text, [id.slice(4)])).rows[0].wrapped as Buffer | null;
  };
  const makeOlder = (minutes: number, { id }: { id: string }) => {
    const text = `update staff_import set reached_at = now() - interval '${minutes} minutes'
      where import_id = $1`;
    return owner.query(text, [id.slice(4)]);
  };
  await makeOlder(59, done);
  await makeOlder(61, refused);
  await cleanUpImports(world.server.house);
  assert.notEqual(await keyOf(done), null);
  assert.notEqual(await keyOf(refused), null);
  await makeOlder(61, done);
  await makeOlder(25 * 60, refused);
  await cleanUpImports(world.server.house);
  assert.equal(await keyOf(done), null);
  assert.equal((await readStatus(sender, done.id)).undoUntil, null);
  assert.equal(await keyOf(refused), null);
  const status = await readStatus(sender, refused.id);
  assert.deepEqual([status.state, status.errorCount, status.errors], ['refused', 1, []]);
});
