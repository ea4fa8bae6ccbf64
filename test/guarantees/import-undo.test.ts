/** An import can be undone for an hour by who started it, as long as nothing stands on top of it. Then
 * everything is as it was before, for every reader, for the ledger and in the database. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { cleanUpImports } from '../../src/server/domain/imports/clean-up.ts';
import { accessOf } from '../../src/server/domain/read-model-access.ts';
import { checkRecords } from '../../src/server/readmodel/check-records.ts';
import { ask, must } from '../support/api.ts';
import { type Clock, HOUR, movableClock, SECOND } from '../support/clock.ts';
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

const LATER = { ...STAFF_MAPPING, effective: '2026-07-01' };

let world: World;
let clock: Clock;
let sender: Sender;

before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now });
  sender = { url: world.url, token: world.tokens.servicing, client: world.clients[0] };
});

after(() => world?.close());

const undo = (id: string, by = sender) =>
  ask(by.url, by.token, 'imports.undo', { params: { c: by.client, id } });

async function undone(id: string): Promise<ImportStatus> {
  const answer = await undo(id);
  assert.equal(answer.status, 202, answer.text);
  return ended(sender, id);
}

async function staff(url = world.url, query: Record<string, string> = {}) {
  const params = { c: sender.client };
  return must(url, world.tokens.hr, 'people.list', { params, query: { limit: '200', ...query } });
}

/** What is visible of everybody: every list field, and every current record. */
async function picture() {
  const { items, total } = await staff();
  const held = await openAll(world.server.house, sender.client);
  const rows = held.map(({ subject, revision, current, body }) =>
    JSON.stringify([subject, revision, current, body]),
  );
  return { items, total, rows: rows.toSorted() };
}

async function assertLedgerAgrees(): Promise<void> {
  const state = (await world.server.house.ledgers.find(sender.client.slice(4)))!;
  const { ok, detail } = await checkRecords(world.database.connection('owner'), accessOf(state));
  assert.ok(ok, detail);
  const report = await verifyLedger(world.url, world.tokens.hr, sender.client);
  assert.deepEqual(report.failures, []);
}

async function correct(subject: string, type: string, values: object) {
  const params = { c: sender.client, sub: subject };
  const read = await must(sender.url, world.tokens.hr, 'people.read', { params });
  const found = read.types.find((each: { id: string }) => each.id === type);
  const rec = found.records.at(-1).id;
  const asked = { params: { ...params, type, rec }, body: { values } };
  return ask(sender.url, world.tokens.hr, 'records.correct', asked);
}

for (const [size, first, count] of [
  ['a few', 100, 4],
  ['more than an entry holds', 1000, 180],
] as const) {
  test(`undoing an import of ${size} leaves everything as it was before`, async () => {
    const base = await importFile(sender, 'commit', staffFile(first, count), STAFF_MAPPING);
    assert.equal(base.state, 'done');
    const before = await picture();
    const file = staffFile(first, count + 3, (number) =>
      number % 2 ? { title: 'Head Clerk', pay: `${number}.25` } : {},
    );
    const imported = await importFile(sender, 'commit', file, LATER);
    assert.deepEqual([imported.state, imported.rows.added], ['done', 3]);
    assert.ok(imported.undoUntil);
    assert.equal((await staff()).total, before.total + 3);
    const from = (await readLedger(world.url, world.tokens.hr, sender.client)).length;

    const status = await undone(imported.id);
    assert.deepEqual([status.state, status.undoUntil], ['undone', null]);
    assert.deepEqual(await picture(), before);
    await assertLedgerAgrees();
    const entries = (await readLedger(world.url, world.tokens.hr, sender.client)).slice(from);
    const [call, effect, ...rest] = entries.filter((entry) => entry.op === 'imports.undo');
    assert.deepEqual(rest, []);
    assert.deepEqual([call!.via, call!.changes], [null, null]);
    assert.deepEqual([effect!.via, effect!.outcome], [imported.id, 'allowed']);
    assert.equal(effect!.actor, call!.actor);
    const { changes } = effect!;
    const changed = imported.rows.changed * 4 + 3 * 5;
    assert.equal('digest' in changes! ? changes.count : changes!.length, changed);

    const again = await importFile(sender, 'commit', file, LATER);
    assert.deepEqual([again.state, again.rows.added], ['done', 3]);
    assert.notEqual(again.id, imported.id);
    await assertLedgerAgrees();
  });
}

test('a second process drops what it holds of the client before its next answer', async () => {
  const second = await startTestServer(world.database, world.directory, clock.now);
  try {
    const { total } = await staff(second.url);
    const imported = await importFile(sender, 'commit', staffFile(2000, 5), STAFF_MAPPING);
    assert.equal((await staff(second.url)).total, total + 5);
    await undone(imported.id);
    assert.equal((await staff(second.url)).total, total);
  } finally {
    await second.close();
  }
});

test('only who started it, still permitted, within the hour, and only once', async () => {
  const { id } = await importFile(sender, 'commit', staffFile(3000, 2), STAFF_MAPPING);
  const hr = await undo(id, { ...sender, token: world.tokens.hr });
  assert.deepEqual([hr.status, hr.json.reasons], [403, ['not-who-started-it']]);
  const checked = await importFile(sender, 'check', staffFile(3000, 1), STAFF_MAPPING);
  const never = await undo(checked.id);
  assert.deepEqual([never.status, never.json.reasons], [409, ['import-not-done']]);
  clock.pass(HOUR - SECOND);
  const late = await importFile(sender, 'commit', staffFile(3010, 2), STAFF_MAPPING);
  clock.pass(SECOND);
  const over = await undo(id);
  assert.deepEqual([over.status, over.json.reasons], [409, ['undo-over']]);
  assert.equal((await undone(late.id)).state, 'undone');
  const twice = await undo(late.id);
  assert.deepEqual([twice.status, twice.json.reasons], [409, ['import-not-done']]);
  clock.pass(HOUR);
  await cleanUpImports(world.server.house);
  const gone = await undo(id);
  assert.deepEqual([gone.status, gone.json.reasons], [409, ['undo-over']]);
});

test('what was changed since is never taken away: the answer says how many', async () => {
  const changed = await importFile(sender, 'commit', staffFile(4000, 3), STAFF_MAPPING);
  const { items } = await staff(world.url, { 'employment.staffNumber': 'N-4001' });
  const corrected = await correct(items[0].id, 'person', { firstName: 'Renamed' });
  assert.equal(corrected.status, 200, corrected.text);
  const one = await undo(changed.id);
  assert.deepEqual([one.status, one.json.reasons], [409, ['changed-since']]);
  assert.match(one.json.detail, /^1 records/);

  const added = await importFile(sender, 'commit', staffFile(4100, 2), STAFF_MAPPING);
  const list = await staff(world.url, { 'employment.staffNumber': 'N-4100' });
  const params = { c: sender.client, sub: list.items[0].id, type: 'demographic' };
  await must(sender.url, world.tokens.hr, 'records.create', {
    params,
    body: { values: { sex: 'female' } },
  });
  const other = await undo(added.id);
  assert.match(other.json.detail, /^1 records/);

  const overwritten = await importFile(sender, 'commit', staffFile(4200, 150), STAFF_MAPPING);
  const raise = staffFile(4200, 150, () => ({ pay: '1.00' }));
  const later = await importFile(sender, 'commit', raise, LATER);
  // Of each, one record was ended and another begun.
  assert.match((await undo(overwritten.id)).json.detail, /^300 records/);
  assert.equal((await undone(later.id)).state, 'undone');
  assert.equal((await undone(overwritten.id)).state, 'undone');
  await assertLedgerAgrees();
});

test('somebody else’s records do not keep an import from being undone', async () => {
  const imported = await importFile(sender, 'commit', staffFile(5000, 2), STAFF_MAPPING);
  const elsewhere = await correct(world.people[0]!.id, 'person', { firstName: 'Mavisa' });
  assert.equal(elsewhere.status, 200);
  await importFile(sender, 'commit', staffFile(5100, 2), STAFF_MAPPING);
  assert.equal((await undone(imported.id)).state, 'undone');
  await assertLedgerAgrees();
});

test('while an undoing goes on no import begins, and another undoing neither', async () => {
  const imported = await importFile(sender, 'commit', staffFile(6000, 200), STAFF_MAPPING);
  const [first, ...others] = await Promise.all([
    undo(imported.id),
    undo(imported.id),
    undo(imported.id),
  ]);
  const statuses = [first, ...others].map((answer) => answer.status).toSorted();
  assert.deepEqual(statuses, [202, 409, 409]);
  const meanwhile = await sendFile(sender, 'commit', staffFile(6500, 1), STAFF_MAPPING);
  assert.ok([202, 409].includes(meanwhile.status));
  assert.equal((await ended(sender, imported.id)).state, 'undone');
  if (meanwhile.status === 202) await ended(sender, meanwhile.json.id);
  assert.equal((await staff(world.url, { 'employment.staffNumber': 'N-6000' })).total, 0);
  await assertLedgerAgrees();
});

test('whoever loses the authority while it goes on undoes nothing', async () => {
  const { id } = await importFile(sender, 'commit', staffFile(7000, 2), STAFF_MAPPING);
  const { house } = world.server;
  const { reauthorise } = house;
  const refusing = { allowed: false, role: null, reasons: ['no-assignment'] } as const;
  Object.assign(house, { reauthorise: async () => refusing });
  try {
    assert.equal((await undo(id)).status, 202);
    assert.equal((await ended(sender, id)).state, 'done');
  } finally {
    Object.assign(house, { reauthorise });
  }
  assert.equal((await staff(world.url, { 'employment.staffNumber': 'N-7000' })).total, 1);
  assert.equal((await undone(id)).state, 'undone');
  assert.equal((await readStatus(sender, id)).rows.added, 2);
});
