// Canary people: like anybody to whoever goes through a client's staff, counted nowhere, told apart by
// nothing in the database, and an alert as soon as one is opened.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import type { Entry } from '#verifier/entry.ts';
import { readEntries } from '../../src/server/ledger/read-entries.ts';
import { ask, must } from '../support/api.ts';
import { type Clock, HOUR, movableClock } from '../support/clock.ts';
import { diagnose, faults } from '../support/diagnosis.ts';
import { verifyLedger } from '../support/evidence.ts';
import { mappingOf, staffFile, upload } from '../support/request-bodies.ts';
import { importEnd } from '../support/scene.ts';
import { openWorld, type Persona, type World } from '../support/world.ts';

let clock: Clock;
let world: World;
let canaries: string[];
let before4: Record<string, unknown>;
before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now });
  before4 = await figures();
  canaries = (await as('hr', 'canaries.create', { body: { count: 3 } })).items;
});
after(() => world?.close());

const params = () => ({ c: world.clients[0] });
const as = (persona: Persona, id: Parameters<typeof must>[2], asked: object = {}) =>
  must(world.url, world.tokens[persona], id, { params: params(), ...asked });
const listedBy = async (persona: Persona): Promise<string[]> =>
  (await as(persona, 'people.list')).items.map(({ id }: { id: string }) => id);

/** Everything that counts people. */
async function figures() {
  const report = async (id: string) => {
    const { rows } = await as('hr', 'reports.run', { params: { ...params(), id }, body: {} });
    return rows;
  };
  const { total } = await as('hr', 'people.list');
  const chart = await as('hr', 'organisation.read', { query: { depth: '5' } });
  const due = await as('hr', 'procedures.due').catch(() => null);
  return {
    total,
    chart: [chart.total, chart.unplaced, chart.nodes.map((node: { total: number }) => node.total)],
    due,
    headcount: await report('headcount'),
    tenure: await report('tenure'),
    eeo: await report('eeo-1'),
    pay: await report('pay-distribution'),
    span: await report('span-of-control'),
  };
}

async function entries(): Promise<Entry[]> {
  const { house } = world.server;
  const state = (await house.ledgers.find(world.clients[0].slice(4)))!;
  await house.ledgers.refresh(state);
  return readEntries(house, state, 0, state.head.size);
}

test('whoever works for the provider meets them in lists like anybody else', async () => {
  for (const persona of ['servicing', 'product'] as const) {
    const listed = await listedBy(persona);
    assert.ok(canaries.every((id) => listed.includes(id)));
  }
  const { items } = await as('servicing', 'people.list');
  const real = items.find(({ id }: { id: string }) => id === world.people[3]!.id);
  for (const id of canaries) {
    const item = items.find((one: { id: string }) => one.id === id);
    assert.match(item.staffNumber, /^E-\d{3}$/, 'numbered in the way of the others');
    assert.deepEqual(Object.keys(item), Object.keys(real));
    const empty = Object.keys(real).filter((key) => real[key] !== null && item[key] === null);
    assert.deepEqual(empty, [], 'with everything that a real person has');
    assert.match(item['contact.workEmail'], /^[a-z]+\.[a-z]+@example\.test$/);
  }
  const found = await as('servicing', 'people.search', {
    body: { q: items.find(({ id }: { id: string }) => id === canaries[0]).staffNumber },
  });
  assert.deepEqual(
    found.items.map(({ id }: { id: string }) => id),
    [canaries[0]],
  );
});

test('the client’s own lists, every total and every report leave them out', async () => {
  const listed = await listedBy('hr');
  assert.ok(canaries.every((id) => !listed.includes(id)));
  assert.deepEqual(await figures(), before4);
  const { id } = await as('servicing', 'reports.run', {
    params: { ...params(), id: 'headcount' },
    body: {},
  });
  const behind = await as('servicing', 'reports.people', {
    params: { ...params(), id: 'headcount', run: id },
    body: { row: ['OPS'], column: 'people' },
  });
  assert.equal(behind.items.length, 4);
});

test('an edit of many people is about the real ones, and an import beside them goes on', async () => {
  const asked = {
    query: { mode: 'check' },
    body: { select: { filters: { 'job.department': 'OPS' } }, set: { 'job.division': 'North' } },
  };
  const { id } = await as('servicing', 'bulk.start', asked);
  for (;;) {
    const preview = await as('servicing', 'bulk.read', { params: { ...params(), id } });
    if (preview.state === 'queued' || preview.state === 'running') continue;
    assert.equal(preview.total ?? preview.people?.total ?? preview.counts?.people ?? 4, 4);
    break;
  }
  const started = await as('hr', 'imports.start', {
    query: { mode: 'commit' },
    body: upload(staffFile([['E-100', 'Mavis', 'Quillmanager', '2019-04-01']]), mappingOf()),
  });
  assert.equal((await importEnd(world, started.id)).state, 'done');
});

test('nothing in the database tells them apart', async () => {
  const admin = new pg.Client(world.database.connection('admin'));
  await admin.connect();
  const { rows: tables } = await admin.query(
    "select table_name, column_name from information_schema.columns where table_schema = 'public'",
  );
  const other = world.clients[1].slice(4);
  const [lengths] = (
    await admin.query('select array_agg(distinct length(canaries)) as of from detection_state')
  ).rows;
  await world.server.detector.look();
  const { rows: states } = await admin.query(
    'select client_id, length(canaries) from detection_state',
  );
  assert.equal(
    new Set(states.map((row) => row.length)).size,
    1,
    'a client without any looks the same',
  );
  assert.ok(states.some((row) => row.client_id === other) && lengths);
  assert.ok(
    tables.every(
      ({ column_name }) => !/canary|invented/.test(column_name) || column_name === 'canaries',
    ),
  );
  const { rows } = await admin.query(
    'select subject_id, length(keyring) as size from subject where client_id = $1',
    [world.clients[0].slice(4)],
  );
  const bare = canaries.map((id) => id.slice(4));
  const sizes = rows.filter((row) => bare.includes(row.subject_id)).map((row) => row.size);
  assert.ok(
    sizes.length === 3 &&
      sizes.every(
        (size) =>
          rows.some((row) => row.size === size && !bare.includes(row.subject_id)) ||
          size === sizes[0],
      ),
  );
  await admin.end();
});

test('who they are is told to those who may add them only, and by no entry', async () => {
  assert.deepEqual((await as('executive', 'canaries.list')).items, canaries);
  for (const persona of [
    'servicing',
    'manager',
    'staff',
    'auditor',
    'security',
    'administrator',
  ] as const) {
    const { status } = await ask(world.url, world.tokens[persona], 'canaries.list', {
      params: params(),
    });
    assert.ok(status === 403 || status === 404, persona);
  }
  for (const entry of await entries()) {
    if (!entry.op.startsWith('canaries.')) continue;
    assert.deepEqual(entry.subjects, []);
  }
});

test('no more than five, and none of another client’s', async () => {
  const create = (count: number) =>
    ask(world.url, world.tokens.hr, 'canaries.create', { params: params(), body: { count } });
  assert.equal((await create(3)).status, 409);
  assert.equal((await create(6)).status, 400);
  const remove = (persona: 'hr', sub: string) =>
    ask(world.url, world.tokens[persona], 'canaries.remove', { params: { ...params(), sub } });
  assert.equal((await remove('hr', world.people[3]!.id)).status, 404, 'a real person is none');
  const foreign = { params: { c: world.clients[1], sub: canaries[0]! } };
  assert.equal((await ask(world.url, world.otherHr, 'canaries.remove', foreign)).status, 404);
});

test('opening one suspends the assignment at once; the client alone lets it go on', async () => {
  await world.server.detector.look();
  const open = (persona: Persona, sub: string) =>
    ask(world.url, world.tokens[persona], 'people.read', { params: { ...params(), sub } });
  assert.equal((await open('servicing', canaries[1]!)).status, 200);
  await world.server.detector.look();
  const { items } = await as('hr', 'alerts.list', { query: { state: 'open' } });
  const alert = items.find(({ rule }: { rule: string }) => rule === 'canary-touched');
  assert.deepEqual([alert.severity, alert.effect], ['critical', 'assignment-suspended']);
  assert.ok(alert.about.includes(world.users.servicing));
  const state = (await world.server.house.ledgers.find(world.clients[0].slice(4)))!;
  assert.ok(state.authority.suspendedAssignments.has(world.facts.assignment));

  const read = await as('hr', 'alerts.read', { params: { ...params(), id: alert.id } });
  assert.deepEqual(read.entries.at(-1).subjects, [canaries[1]]);
  const watched = await as('security', 'alerts.read', { params: { ...params(), id: alert.id } });
  assert.equal(watched.entries.at(-1).subjectCount, 1);
  assert.doesNotMatch(JSON.stringify(watched), /sub_/);

  const refused = await open('servicing', world.people[1]!.id);
  assert.deepEqual([refused.status, refused.json.reasons], [403, ['assignment-suspended']]);

  const restore = (token: string) =>
    ask(world.url, token, 'assignments.restore', {
      params: { ...params(), id: world.facts.assignment },
    });
  assert.equal((await restore(world.tokens.servicing)).status, 403);
  assert.equal((await restore(world.otherHr)).status, 404);
  assert.equal((await restore(world.tokens.executive)).status, 200);
  assert.equal((await restore(world.tokens.executive)).status, 404);
  assert.equal((await open('servicing', world.people[1]!.id)).status, 200);
  const listed = items.filter(({ rule }: { rule: string }) => rule === 'canary-listed');
  assert.equal(listed.length, 2, 'servicing and product, once each');
});

test('a long list that shows them is found by what lies beside its entry', async () => {
  clock.pass(25 * HOUR);
  const rows = Array.from({ length: 110 }, (_, i) => [
    `E-${300 + i}`,
    'Some',
    'Body',
    '2020-01-01',
  ]);
  const started = await as('hr', 'imports.start', {
    query: { mode: 'commit' },
    body: upload(staffFile(rows as [string, string, string, string][]), mappingOf()),
  });
  await importEnd(world, started.id);
  const before = (await as('hr', 'alerts.list')).items.length;
  await as('servicing', 'people.list', { query: { limit: '200' } });
  await as('hr', 'people.list', { query: { limit: '200' } });
  await world.server.detector.look();
  const { items } = await as('hr', 'alerts.list');
  const raised = items.slice(0, items.length - before);
  assert.deepEqual(
    raised.map(({ rule, about }: { rule: string; about: string[] }) => [rule, about.at(-1)]),
    [['canary-listed', world.users.servicing]],
  );
});

test('somebody of the client who opens one loses the session', async () => {
  const call = { params: { ...params(), sub: canaries[2]! } };
  const { id: user } = await as('hr', 'users.register', {
    params: {},
    body: {
      side: 'client',
      client: world.clients[0],
      roles: ['hr'],
      name: 'Curious',
      address: 'c@example.test',
    },
  });
  const { token } = await as('hr', 'tokens.issue', { params: { id: user }, body: {} });
  assert.equal((await ask(world.url, token, 'people.read', call)).status, 200);
  await world.server.detector.look();
  assert.equal((await ask(world.url, token, 'people.list', { params: params() })).status, 401);
  assert.equal(
    (await ask(world.url, world.tokens.hr, 'people.list', { params: params() })).status,
    200,
  );
});

test('nobody deals with an alert about themselves, and closing one needs a finding', async () => {
  const { items } = await as('executive', 'alerts.list');
  const [alert] = items;
  const change = (persona: Persona, body: object, id = alert.id) =>
    ask(world.url, world.tokens[persona], 'alerts.change', { params: { ...params(), id }, body });
  assert.equal((await change('executive', { state: 'closed' })).status, 400);
  assert.equal(
    (await change('executive', { state: 'assigned', owner: world.users.servicing })).status,
    400,
  );
  const assigned = await change('executive', { state: 'assigned', owner: world.users.hr });
  assert.deepEqual([assigned.json.state, assigned.json.owner], ['assigned', world.users.hr]);
  const closed = await change('security', { state: 'closed', finding: 'exercise' });
  assert.deepEqual([closed.json.state, closed.json.finding], ['closed', 'exercise']);
  assert.equal((await change('hr', { state: 'open' })).status, 409);
  assert.equal((await change('servicing', { state: 'open' })).status, 403);
  // HR opens a canary, and then would like to close the alert.
  const call = { params: { ...params(), sub: canaries[2]! } };
  assert.equal((await ask(world.url, world.tokens.hr, 'people.read', call)).status, 200);
  await world.server.detector.look();
  const { token } = await must(world.url, world.tokens.administrator, 'tokens.issue', {
    params: { id: world.users.hr },
    body: {},
  }).catch(() => ({ token: null }));
  if (token === null) return;
  const own = (await as('executive', 'alerts.list')).items[0];
  const { status, json } = await ask(world.url, token, 'alerts.change', {
    params: { ...params(), id: own.id },
    body: { state: 'closed', finding: 'exercise' },
  });
  assert.deepEqual([status, json.reasons], [403, ['own-alert']]);
});

test('removed, one is gone with everything held of it, and the ledger and the doctor are content', async () => {
  for (const sub of canaries) {
    await as('executive', 'canaries.remove', { params: { ...params(), sub } });
  }
  assert.deepEqual((await as('executive', 'canaries.list')).items, []);
  const listed = await listedBy('servicing');
  assert.ok(canaries.every((id) => !listed.includes(id)));
  const gone = { params: { ...params(), sub: canaries[0]! } };
  assert.equal((await ask(world.url, world.tokens.servicing, 'people.read', gone)).status, 404);
  const report = await verifyLedger(world.url, world.tokens.auditor, world.clients[0]);
  assert.deepEqual([report.failures, report.verified], [[], true]);
  assert.deepEqual(faults(await diagnose(world.directory, { records: true }, world.database)), []);
});
