/** What an import does, and that it does all of it or nothing. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { ask, must } from '../support/api.ts';
import { readLedger, verifyLedger } from '../support/evidence.ts';
import {
  ended,
  importFile,
  openAll,
  readStatus,
  type Sender,
  STAFF_MAPPING,
  sendFile,
  staffFile,
} from '../support/imports.ts';
import { openWorld, type World } from '../support/world.ts';

let world: World;
let sender: Sender;
/** Of a client without staff of its own but one. */
let other: Sender;

before(async () => {
  world = await openWorld();
  const { url, tokens, clients, otherHr } = world;
  sender = { url, token: tokens.servicing, client: clients[0] };
  other = { url, token: otherHr, client: clients[1] };
});

after(() => world?.close());

async function staffCount(of: Sender): Promise<number> {
  const { total } = await must(of.url, of.token, 'people.list', { params: { c: of.client } });
  return total as number;
}

/** What the client's ledger holds, but for this reading of it. */
async function ledgerOf(client: string) {
  const token = client === other.client ? world.otherHr : world.tokens.hr;
  return readLedger(world.url, token, client);
}

/** Keeps imports from writing records until `release`; reading goes on. */
async function holdWrites(): Promise<{ release: () => Promise<void> }> {
  const connection = new pg.Client(world.database.connection('owner'));
  await connection.connect();
  await connection.query('begin');
  await connection.query('lock table record in exclusive mode');
  return { release: () => connection.end() };
}

test('a file comes in whole, with one entry at its start and one that names all it changed', async () => {
  const before = await staffCount(other);
  const from = (await ledgerOf(other.client)).length;
  const status = await importFile(other, 'commit', staffFile(1, 150), STAFF_MAPPING);
  assert.deepEqual(status, {
    id: status.id,
    mode: 'commit',
    state: 'done',
    rows: { read: 150, added: 150, changed: 0, unchanged: 0, discarded: 0, skipped: 0 },
    errorCount: 0,
    errors: [],
    onError: 'refuse',
    progress: null,
    undoUntil: status.undoUntil,
  });
  assert.equal(await staffCount(other), before + 150);

  const entries = (await ledgerOf(other.client)).slice(from);
  const [start, end, ...rest] = entries.filter((entry) => entry.op === 'imports.start');
  const types = ['contact', 'employment', 'job', 'pay', 'person'];
  assert.deepEqual(rest, []);
  assert.deepEqual([start!.via, start!.changes, start!.types], [null, null, types]);
  assert.deepEqual([end!.via, end!.outcome, end!.purpose], [status.id, 'allowed', 'import']);
  assert.equal(end!.actor, start!.actor);
  assert.deepEqual(end!.types, types);
  assert.equal((end!.subjects as { count: number }).count, 150);
  assert.equal((end!.changes as { count: number }).count, 750);

  const held = await openAll(world.server.house, other.client);
  const own = held.filter((row) => row.body.via === status.id);
  assert.equal(own.length, 750);
  const jobs = own.filter((row) => row.body.t === 'job');
  assert.ok(jobs.every(({ body }) => body.from === '2026-01-01' && body.until === null));
  await verifyLedger(world.url, world.otherHr, other.client);
});

test('few changes stand in the entry itself, and the person file names the import', async () => {
  const status = await importFile(sender, 'commit', staffFile(1, 3), STAFF_MAPPING);
  const end = (await ledgerOf(sender.client)).find((entry) => entry.via === status.id)!;
  assert.equal((end.subjects as string[]).length, 3);
  assert.equal((end.changes as unknown[]).length, 15);
  assert.notEqual(end.instruction, null);
  const { items } = await must(sender.url, sender.token, 'people.list', {
    params: { c: sender.client },
    query: { 'employment.staffNumber': 'N-2' },
  });
  assert.equal(items.length, 1);
  const file = await must(sender.url, sender.token, 'people.read', {
    params: { c: sender.client, sub: items[0].id },
  });
  const records = file.types.flatMap((type: { records: unknown[] }) => type.records);
  assert.ok(records.every((record: { via: string }) => record.via === status.id));
});

test('the same file under the same mapping answers the first import and changes nothing', async () => {
  const file = staffFile(200, 5);
  const first = await importFile(sender, 'commit', file, STAFF_MAPPING);
  const count = await staffCount(sender);
  const again = await sendFile(sender, 'commit', file, {
    ...STAFF_MAPPING,
    columns: Object.fromEntries(Object.entries(STAFF_MAPPING.columns).reverse()),
  });
  assert.deepEqual([again.status, again.json], [202, { id: first.id }]);
  assert.equal(await staffCount(sender), count);
  const entry = (await ledgerOf(sender.client)).findLast((each) => each.op === 'imports.start')!;
  assert.deepEqual([entry.reasons, entry.via, entry.changes], [['replay'], null, null]);
});

test('check changes nothing, and what it finds is told by row and column and never by value', async () => {
  const count = await staffCount(sender);
  const good = await importFile(sender, 'check', staffFile(300, 4), STAFF_MAPPING);
  assert.deepEqual([good.state, good.rows.read, good.rows.added], ['done', 4, 0]);
  const file = staffFile(300, 4, (number) => (number === 302 ? { pay: '12.3.4' } : {}));
  const bad = await importFile(
    sender,
    'check',
    file.replace('2019-04-01', '2019-02-31'),
    STAFF_MAPPING,
  );
  assert.equal(bad.state, 'refused');
  assert.deepEqual(
    bad.errors.map(({ row, column }) => [row, column]),
    [
      [2, 'Hired'],
      [4, 'Pay'],
    ],
  );
  assert.equal(bad.errorCount, 2);
  assert.deepEqual([bad.rows.read, bad.rows.discarded], [4, 2]);
  assert.doesNotMatch(JSON.stringify(bad.errors), /12\.3\.4|02-31/);
  assert.equal(await staffCount(sender), count);
});

test('one bad row and nothing of the file is kept; the client can import again at once', async () => {
  const count = await staffCount(sender);
  const file = staffFile(400, 120, (number) => (number === 519 ? { pay: 'much' } : {}));
  const status = await importFile(sender, 'commit', file, STAFF_MAPPING);
  assert.deepEqual([status.state, status.rows.added, status.errorCount], ['refused', 0, 1]);
  assert.equal(status.errors[0]!.row, 121);
  assert.equal(await staffCount(sender), count);
  const entry = (await ledgerOf(sender.client)).find((each) => each.via === status.id)!;
  assert.deepEqual([entry.outcome, entry.reasons], ['refused', ['bad-input']]);
  const next = await importFile(sender, 'commit', staffFile(400, 2), STAFF_MAPPING);
  assert.equal(next.state, 'done');
});

test('columns that are not mapped, and elements that are not adopted, are refused by name', async () => {
  const { Mail: _, ...columns } = STAFF_MAPPING.columns;
  const mapping = {
    ...STAFF_MAPPING,
    columns: { ...columns, Dept: { element: 'job.shoeSize' }, Gone: { discard: true } },
  };
  const status = await importFile(sender, 'commit', staffFile(1, 1), mapping);
  assert.equal(status.state, 'refused');
  const columnsNamed = status.errors.map(({ column }) => column).toSorted();
  assert.deepEqual(columnsNamed, ['Dept', 'Gone', 'Mail']);
  assert.ok(status.errors.every(({ row }) => row === 1));
});

test('a staff number that stands twice is refused, whatever its letter case', async () => {
  const file = staffFile(600, 3).replace('N-602', 'n-600');
  const status = await importFile(sender, 'commit', file, STAFF_MAPPING);
  assert.equal(status.state, 'refused');
  assert.deepEqual(status.errors, [
    { row: 4, column: 'No', reason: 'has the staff number of row 2' },
  ]);
});

test('staff numbers find whom to change: a new value begins on its day, the rest stays', async () => {
  await importFile(sender, 'commit', staffFile(700, 4), STAFF_MAPPING);
  const raised = staffFile(700, 6, (number) => (number < 702 ? { title: 'Head Clerk' } : {}));
  const mapping = { ...STAFF_MAPPING, effective: '2026-07-01' };
  const status = await importFile(sender, 'commit', raised, mapping);
  assert.deepEqual(status.rows, {
    read: 6,
    added: 2,
    changed: 2,
    unchanged: 2,
    discarded: 0,
    skipped: 0,
  });

  const held = await openAll(world.server.house, sender.client);
  const promoted = held.find((row) => row.current && row.body.e.staffNumber === 'N-700')!.subject;
  const jobs = held.filter((row) => row.subject === promoted && row.body.t === 'job');
  const told = jobs.map(({ current, revision, body }) => {
    const { e, from, until, via } = body;
    return [current, revision, e.title, from, until, via === status.id];
  });
  assert.deepEqual(
    told.toSorted((a, b) => (String(a) < String(b) ? -1 : 1)),
    [
      [false, 1, 'Clerk', '2026-01-01', null, false],
      [true, 1, 'Head Clerk', '2026-07-01', null, true],
      [true, 2, 'Clerk', '2026-01-01', '2026-07-01', true],
    ],
  );
  const end = (await ledgerOf(sender.client)).find((each) => each.via === status.id)!;
  assert.equal((end.subjects as string[]).length, 6);
  assert.equal((end.changes as unknown[]).length, 2 * 5 + 2 * 2);
  assert.equal(await staffCount(sender), (await staffOf(held)).size);
});

/** Without employment: it can only say more of people who are there. */
const SEX_MAPPING = {
  version: 1,
  columns: { No: { element: 'employment.staffNumber' }, Sex: { element: 'demographic.sex' } },
  key: { element: 'employment.staffNumber' },
};

async function staffOf(held: Awaited<ReturnType<typeof openAll>>): Promise<Set<string>> {
  return new Set(held.map((row) => row.subject));
}

test('a first value in a compartment with a key of its own gives the person that key', async () => {
  await importFile(sender, 'commit', staffFile(800, 2), STAFF_MAPPING);
  const status = await importFile(sender, 'commit', 'No,Sex\nN-800,female\nN-801,\n', SEX_MAPPING);
  assert.deepEqual(status.rows, {
    read: 2,
    added: 0,
    changed: 1,
    unchanged: 1,
    discarded: 0,
    skipped: 0,
  });
  const held = await openAll(world.server.house, sender.client);
  const row = held.find((each) => each.body.via === status.id)!;
  assert.deepEqual([row.body.t, row.body.e], ['demographic', { sex: 'female' }]);
});

test('a file without employment adds nobody, and generated numbers change nobody', async () => {
  const stranger = await importFile(
    sender,
    'check',
    'No,Sex\nN-1,female\nNOBODY,male\n',
    SEX_MAPPING,
  );
  assert.equal(stranger.state, 'refused');
  assert.deepEqual([stranger.errors.length, stranger.errors[0]!.row], [1, 3]);

  const { No: _, ...columns } = STAFF_MAPPING.columns;
  const generated = { ...STAFF_MAPPING, columns, key: { generate: 'row', prefix: 'GEN-' } };
  const file = (first: number) =>
    staffFile(first, 2)
      .split('\n')
      .map((line) => line.slice(line.indexOf(',') + 1))
      .join('\n');
  const once = await importFile(sender, 'commit', file(900), generated);
  assert.deepEqual([once.state, once.rows.added], ['done', 2]);
  const twice = await importFile(sender, 'commit', file(910), generated);
  assert.deepEqual([twice.state, twice.errorCount, twice.rows.added], ['refused', 2, 0]);
});

test('while an import is written nobody sees any of it, and another one is told to wait', async () => {
  const count = await staffCount(other);
  const hold = await holdWrites();
  const first = await sendFile(other, 'commit', staffFile(2000, 50), STAFF_MAPPING);
  try {
    const second = await sendFile(other, 'commit', staffFile(3000, 2), STAFF_MAPPING);
    assert.deepEqual([second.status, second.json.reasons], [409, ['import-running']]);
    const same = await sendFile(other, 'commit', staffFile(2000, 50), STAFF_MAPPING);
    assert.deepEqual(same.json, first.json);
    assert.equal(await staffCount(other), count);
    assert.ok(['queued', 'running'].includes((await readStatus(other, first.json.id)).state));
    const checked = await importFile(other, 'check', staffFile(3000, 2), STAFF_MAPPING);
    assert.equal(checked.state, 'done');
  } finally {
    await hold.release();
  }
  assert.equal((await ended(other, first.json.id)).state, 'done');
  assert.equal(await staffCount(other), count + 50);
  const [{ chunks }] = (
    await world.server.house.database.batch(
      [other.client.slice(4)],
      [
        {
          name: 'test/chunks',
          text: 'select count(*)::int as chunks from import_chunk',
          values: [],
        },
      ],
    )
  )[0] as [{ chunks: number }];
  assert.equal(chunks, 0);
});

test('record types that no instruction covers are refused before anything is kept', async () => {
  const mapping = {
    ...STAFF_MAPPING,
    columns: { ...STAFF_MAPPING.columns, Mail: { element: 'bank.accountHolder' } },
  };
  const answer = await sendFile(sender, 'check', staffFile(1, 1), mapping);
  assert.equal(answer.status, 403);
  assert.deepEqual(answer.json.reasons, ['type-not-instructed']);
  assert.equal(answer.json.promise, 'client-is-controller');
});

test('a mapping that is none, and an upload with a part missing, are refused at once', async () => {
  const { url, token, client } = sender;
  const send = (parts: Record<string, string>) => {
    const body = new FormData();
    for (const [name, text] of Object.entries(parts)) body.set(name, new Blob([text]), name);
    const query = { mode: 'check' };
    return ask(url, token, 'imports.start', { params: { c: client }, query, body });
  };
  const mapping = JSON.stringify(STAFF_MAPPING);
  for (const parts of [
    { mapping },
    { file: 'a\n1\n' },
    { mapping: '{', file: 'a\n1\n' },
    { mapping: '{"version":2}', file: 'a\n1\n' },
    { mapping, file: 'a\n1\n', third: 'x' },
  ]) {
    const { status, json } = await send(parts);
    assert.deepEqual([status, json.reasons], [400, ['bad-input']], Object.keys(parts).join());
  }
});

test('a file that is no table is refused with the place and the remedy', async () => {
  for (const [file, row] of [
    ['', 0],
    ['No,Sex\n', 0],
    ['No,No\n1,2\n', 1],
    ['No,Sex\n1,"open\n', 2],
  ] as const) {
    const status = await importFile(sender, 'commit', file, SEX_MAPPING);
    assert.deepEqual([status.state, status.errorCount, status.errors[0]!.row], ['refused', 1, row]);
    assert.match(status.errors[0]!.reason, /[.]$/);
  }
});

test('whoever loses the authority meanwhile does not get the import', async () => {
  const { url, tokens, clients, facts } = world;
  const count = await staffCount(sender);
  const hold = await holdWrites();
  const first = await sendFile(sender, 'commit', staffFile(5000, 150), STAFF_MAPPING);
  try {
    assert.equal(first.status, 202);
    const params = { c: clients[0], id: facts.assignment };
    await must(url, tokens.hr, 'assignments.end', { params, body: {} });
  } finally {
    await hold.release();
  }
  const hr = { ...sender, token: tokens.hr };
  const status = await ended(hr, first.json.id);
  assert.deepEqual([status.state, status.rows.added], ['refused', 0]);
  assert.equal(await staffCount(hr), count);
  const entry = (await ledgerOf(sender.client)).find((each) => each.via === status.id)!;
  assert.deepEqual([entry.outcome, entry.reasons], ['refused', ['no-assignment']]);
  const held = await openAll(world.server.house, sender.client);
  assert.ok(held.every((row) => row.body.via !== status.id));
  await verifyLedger(url, tokens.hr, clients[0]);
});
