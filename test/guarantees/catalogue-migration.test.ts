// A new version of the catalogue: a client goes on with the one it adopted until it adopts the new one,
// sees before what changes, and finds everything it holds in its new place, or destroyed by its word.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RunningServer } from '../../src/server/main.ts';
import { registerFirst } from '../../src/server/register-first.ts';
import { ask, must } from '../support/api.ts';
import { type TestDatabase, tempDir, testDatabase } from '../support/cluster.ts';
import { verifyLedger } from '../support/evidence.ts';
import { type AddedPerson, addPerson, type Furnished, furnish } from '../support/furnish.ts';
import { importFile, openAll, STAFF_MAPPING, staffFile } from '../support/imports.ts';
import { GIVEN_UP, nextCatalogue } from '../support/next-catalogue.ts';
import { ownElement, ownProcedures } from '../support/request-bodies.ts';
import { startTestServer } from '../support/world.ts';

/** Enough for several steps of the job. */
const MANY = 450;
const JURISDICTIONS = ['US', 'US-CA'];

let database: TestDatabase;
let server: RunningServer;
let works: Furnished;
let mills: Furnished;
let person: AddedPerson;
let theirs: AddedPerson;
const directory = tempDir();

before(async () => {
  database = await testDatabase();
  server = await startTestServer(database, directory);
  const admin = await registerFirst(server.house, { name: 'Ad', address: 'ad@example.test' });
  works = await furnish(server.url, admin!, 'Moving Works');
  mills = await furnish(server.url, admin!, 'Staying Mills');
  await must(server.url, works.executive, 'procedures.propose', {
    params: { c: works.client },
    body: ownProcedures('ownParking'),
  });
  const badge = { elements: [{ ...ownElement('ownBadge'), of: 'employment' }] };
  await must(server.url, works.executive, 'procedures.propose', {
    params: { c: works.client },
    body: badge,
  });
  person = await addPerson(server.url, works, VALUES('A-1'));
  const { ownParking: _, employment, ...others } = VALUES('A-1');
  const { ownBadge: __, ...ours } = employment!;
  theirs = await addPerson(server.url, mills, { ...others, employment: ours });
  const mapped = await importFile(
    { url: server.url, token: works.hr, client: works.client },
    'commit',
    staffFile(1, MANY),
    {
      ...STAFF_MAPPING,
      constants: { ...STAFF_MAPPING.constants, 'employment.type': 'full-time' },
    },
  );
  assert.equal(mapped.state, 'done', JSON.stringify(mapped));
});

after(async () => {
  await server.close();
  await database.drop();
});

const VALUES = (staffNumber: string): Record<string, Record<string, unknown>> => ({
  person: { firstName: 'Maren', lastName: 'Invented', preferredName: 'Mari', suffix: 'Jr.' },
  employment: {
    staffNumber,
    hireDate: '2019-04-01',
    rehireDate: '2021-02-03',
    type: 'full-time',
    voluntary: true,
    ownBadge: 'B-7',
  },
  job: { title: 'Clerk', department: 'OPS', remote: 'hybrid' },
  pay: { base: { amount: '50000.50', currency: 'USD' }, basis: 'annual' },
  polygraph: { examinedOn: '2020-01-01' },
  ownParking: { plate: 'ABC 123' },
});

const params = (of: Furnished, more = {}) => ({ c: of.client, ...more });

async function fileOf(of: Furnished, sub: string, query: Record<string, string> = {}) {
  const file = await must(server.url, of.hr, 'people.read', { params: params(of, { sub }), query });
  const values: Record<string, unknown> = {};
  for (const type of file.types) {
    for (const record of type.records) {
      for (const { id, value } of record.elements) values[`${type.id}.${id}`] = value;
    }
  }
  return { file, values };
}

async function jobEnd(of: Furnished, id: string) {
  for (;;) {
    const status = await must(server.url, of.hr, 'jobs.read', { params: params(of, { id }) });
    if (!['queued', 'running'].includes(status.state)) return status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const adopt = (of: Furnished, body: object) =>
  ask(server.url, of.executive, 'catalogue.adopt', {
    params: params(of),
    body: { jurisdictions: JURISDICTIONS, ...body },
  });

test('after a start with a newer catalogue a client goes on with the one that it adopted', async () => {
  const correct = async (values: object) =>
    must(server.url, works.hr, 'records.correct', {
      params: params(works, { sub: person.id, type: 'employment', rec: person.records.employment }),
      body: { values },
    });
  await correct({ voluntary: false });
  await correct({ voluntary: null, workWeekStart: 'monday' });
  const before = await fileOf(works, person.id);
  const held = await must(server.url, works.hr, 'catalogue.read', { params: params(works) });
  await server.close();
  server = await startTestServer(database, directory, undefined, {
    env: { WORKSMARTLY_CATALOGUE: nextCatalogue() },
  });
  assert.deepEqual((await fileOf(works, person.id)).file, before.file);
  const same = await must(server.url, works.hr, 'catalogue.read', { params: params(works) });
  assert.deepEqual(same, held);
  await correct({ type: 'full-time', voluntary: true });
});

test('the preview says what is added, given up, renamed, moved, and how long things are kept', async () => {
  const changes = await must(server.url, works.executive, 'catalogue.changes', {
    params: params(works),
  });
  assert.deepEqual(changes.jurisdictions, JURISDICTIONS);
  assert.equal(changes.to.version, changes.from.version + 1);
  const ids = (list: { element: string; becomes?: string }[]) =>
    list.map(({ element, becomes }) => (becomes ? `${element} → ${becomes}` : element)).sort();
  assert.deepEqual(ids(changes.removed), GIVEN_UP);
  const [why] = changes.removed as [{ reason: string }];
  assert.equal(why.reason, 'No law asks for it any more');
  assert.deepEqual(ids(changes.renamed), ['person.preferredName → person.calledName']);
  assert.deepEqual(ids(changes.moved), [
    'employment.rehireDate → person.rehiredOn',
    'job.remote → pay.workPlace',
    'person.suffix → identity.suffix',
  ]);
  assert.deepEqual(changes.recoded[0].codes, { 'full-time': 'whole' });
  assert.deepEqual(changes.types.toSorted(), ['employment', 'job', 'person', 'polygraph']);
  assert.equal(changes.rewrites, true);
  assert.deepEqual(changes.added, []);
});

test('nothing is destroyed that the executive has not named', async () => {
  const cases = [{}, { destroy: GIVEN_UP.slice(1) }, { destroy: [...GIVEN_UP, 'person.lastName'] }];
  for (const body of cases) {
    const answer = await adopt(works, body);
    assert.deepEqual([answer.status, answer.json.reasons], [409, ['destroys-data']]);
  }
  const hr = await ask(server.url, works.hr, 'catalogue.adopt', {
    params: params(works),
    body: { jurisdictions: JURISDICTIONS, destroy: GIVEN_UP },
  });
  assert.equal(hr.status, 403);
});

test('while the job goes on answers are those of before, and nothing else long begins', async () => {
  const before = (await fileOf(works, person.id)).values;
  const started = await adopt(works, { destroy: GIVEN_UP });
  assert.equal(started.status, 200, started.text);
  const second = await adopt(works, { destroy: GIVEN_UP });
  assert.equal(second.status, 409);
  const own = await ask(server.url, works.executive, 'procedures.propose', {
    params: params(works),
    body: ownProcedures('ownElse'),
  });
  assert.equal(own.status, 409);
  const added = await addPerson(server.url, works, {
    person: { lastName: 'Late', preferredName: 'Tardy' },
    employment: { staffNumber: 'L-1', hireDate: '2020-01-01', type: 'full-time' },
  });
  const during = await fileOf(works, person.id);
  const end = await jobEnd(works, started.json.job);
  assert.equal(end.state, 'done', JSON.stringify(end));
  const after = (await fileOf(works, person.id)).values;
  const seen = Object.keys(during.values).includes('person.calledName') ? after : before;
  assert.deepEqual(during.values, seen);
  const late = (await fileOf(works, added.id)).values;
  assert.deepEqual(
    [late['person.calledName'], late['employment.type'], late['person.preferredName']],
    ['Tardy', 'whole', undefined],
  );
});

test('everything held stands in its new place, under its new code, as it was collected', async () => {
  const { values, file } = await fileOf(works, person.id);
  assert.deepEqual(values, {
    'person.firstName': 'Maren',
    'person.lastName': 'Invented',
    'person.calledName': 'Mari',
    'person.rehiredOn': '2021-02-03',
    'identity.suffix': 'Jr.',
    'employment.staffNumber': 'A-1',
    'employment.hireDate': '2019-04-01',
    'employment.type': 'whole',
    'employment.workWeekStart': 'monday',
    'employment.ownBadge': 'B-7',
    'job.title': 'Clerk',
    'job.department': 'OPS',
    'pay.base': { amount: '50000.50', currency: 'USD' },
    'pay.basis': 'annual',
    'pay.workPlace': 'hybrid',
    'ownParking.plate': 'ABC 123',
  });
  const pay = file.types.find((type: { id: string }) => type.id === 'pay');
  assert.equal(pay.records.length, 1);
  const list = await must(server.url, works.hr, 'people.list', {
    params: params(works),
    query: { 'employment.type': 'whole', limit: '1' },
  });
  assert.equal(list.total, MANY + 2);
});

test('old revisions are told under the new names, and those that held what was given up are gone', async () => {
  const { file } = await fileOf(works, person.id, { history: 'true' });
  const history = file.types.flatMap((type: { history?: object[] }) => type.history ?? []);
  assert.doesNotMatch(JSON.stringify(history), /voluntary|preferredName|rehireDate|full-time/);
  const rows = await openAll(server.house, works.client);
  for (const { body, current } of rows) {
    assert.ok(!('voluntary' in body.e), `voluntary, current ${current}`);
    if (body.t === 'polygraph') assert.deepEqual(body.e, {});
    if (body.t === 'person') assert.ok(!('suffix' in body.e));
    if (body.t === 'job') assert.ok(!('remote' in body.e));
  }
});

test('what was given up can be neither read, written, imported nor asked for', async () => {
  const at = params(works, { sub: person.id, type: 'employment', rec: person.records.employment });
  const write = await ask(server.url, works.hr, 'records.correct', {
    params: at,
    body: { values: { voluntary: true } },
  });
  assert.equal(write.status, 400);
  const create = await ask(server.url, works.hr, 'records.create', {
    params: params(works, { sub: person.id, type: 'polygraph' }),
    body: { values: { examinedOn: '2024-01-01' } },
  });
  assert.equal(create.status, 400);
  const again = await must(server.url, works.hr, 'records.correct', {
    params: at,
    body: { values: { type: 'part-time' } },
  });
  assert.ok(again.revision > 1);
});

test('another client stays with its own version, untouched', async () => {
  const { values } = await fileOf(mills, theirs.id);
  assert.deepEqual(
    [values['person.preferredName'], values['employment.type'], values['employment.voluntary']],
    ['Mari', 'full-time', true],
  );
  const foreign = await ask(server.url, mills.executive, 'catalogue.changes', {
    params: params(works),
  });
  assert.equal(foreign.status, 404);
});

test('the ledger tells what was rewritten, by whom, and verifies', async () => {
  const report = await verifyLedger(server.url, works.executive, works.client);
  assert.deepEqual([report.failures, report.verified], [[], true]);
  const { entries } = await must(server.url, works.executive, 'ledger.entries', {
    params: params(works),
    query: { from: '0', limit: '1000' },
  });
  const ending = entries.find(
    (entry: { op: string; changes: unknown }) => entry.op === 'catalogue.adopt' && entry.changes,
  );
  assert.ok(ending.changes.count > MANY);
  assert.ok(ending.subjects.count > MANY);
  assert.match(ending.via, /^job_/);
  const adopted = entries.findLast((entry: { fact: { type: string } | null }) => entry.fact);
  assert.equal(adopted.fact.type, 'catalogue.adopted');
  // The read model holds every record against the ledger: a list is refused when one differs.
  await server.house.readModel.drop(works.client.slice(4));
  const list = await must(server.url, works.hr, 'people.list', {
    params: params(works),
    query: { q: 'late' },
  });
  assert.equal(list.total, 1);
});
