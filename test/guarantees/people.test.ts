// The person file: what is written stays in its history, with who wrote it and through which import;
// each element says why it is held, by which mandate and until when.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { ask, must } from '../support/api.ts';
import { type Clock, DAY } from '../support/clock.ts';
import { newPerson } from '../support/example-calls.ts';
import { ofCalls } from '../support/observe.ts';
import { mappingOf, staffFile, upload } from '../support/request-bodies.ts';
import { importEnd, openStage, type Stage } from '../support/scene.ts';
import type { World } from '../support/world.ts';

let stage: Stage;
let world: World;
let clock: Clock;
let c: string;
before(async () => {
  stage = await openStage();
  ({ world, clock } = stage);
  [c] = world.clients;
});
after(() => stage.close());

interface Held {
  id: string;
  revision: number;
  from: string | null;
  until: string | null;
  by: string;
  via: string | null;
  elements: { id: string; value: unknown; keepUntil: string | null }[];
}

let count = 0;
async function add(records: object[] = []): Promise<{ id: string; records: { id: string }[] }> {
  const { records: first } = newPerson(`P-${++count}`) as { records: object[] };
  const body = { records: [...first, ...records] };
  return must(world.url, world.tokens.hr, 'people.add', { params: { c }, body });
}

async function read(sub: string, type: string): Promise<{ records: Held[]; history: Held[] }> {
  const query = { types: type, history: 'true' };
  const file = await must(world.url, world.tokens.hr, 'people.read', { params: { c, sub }, query });
  const found = file.types.find(({ id }: { id: string }) => id === type);
  return { records: found?.records ?? [], history: found?.history ?? [] };
}

const create = (sub: string, type: string, body: object) =>
  ask(world.url, world.tokens.hr, 'records.create', { params: { c, sub, type }, body });
const correct = (sub: string, type: string, rec: string, body: object, token = world.tokens.hr) =>
  ask(world.url, token, 'records.correct', { params: { c, sub, type, rec }, body });
const valuesOf = ({ elements }: Held) => Object.fromEntries(elements.map((e) => [e.id, e.value]));

test('a correction keeps the revision before it, with who wrote each', async () => {
  const { id, records } = await add();
  const [person] = records as [{ id: string }];
  const done = await correct(id, 'person', person.id, { values: { firstName: 'Ignatia' } });
  assert.deepEqual(done.json, { id: person.id, revision: 2 });
  const { servicing } = world.tokens;
  await correct(id, 'person', person.id, { values: { firstName: null } }, servicing);
  const { records: now, history } = await read(id, 'person');
  assert.deepEqual(valuesOf(now[0]!), { lastName: 'Featherby' });
  assert.deepEqual(
    [...history, ...now].map(({ revision, by }) => [revision, by]),
    [
      [1, world.users.hr],
      [2, world.users.hr],
      [3, world.users.servicing],
    ],
  );
  assert.equal(valuesOf(history[0]!).firstName, 'Ignatius');
  assert.equal(valuesOf(history[1]!).firstName, 'Ignatia');
  const plain = await must(world.url, world.tokens.hr, 'people.read', { params: { c, sub: id } });
  assert.ok(plain.types.every((type: object) => !('history' in type)));
});

test('a revision names the import that it came from, and a later correction does not', async () => {
  const importing = async (first: string) => {
    const file = staffFile([['I-1', first, 'Marrowby', '2021-05-01']]);
    const asked = { params: { c }, query: { mode: 'commit' }, body: upload(file, mappingOf()) };
    const { id } = await must(world.url, world.tokens.hr, 'imports.start', asked);
    const { rows } = await importEnd(world, id);
    return { id, rows };
  };
  const first = await importing('Cornelia');
  const second = await importing('Cordelia');
  assert.deepEqual([first.rows.added, second.rows.changed], [1, 1]);
  const list = await must(world.url, world.tokens.hr, 'people.list', {
    params: { c },
    query: { 'employment.staffNumber': 'I-1' },
  });
  const sub = list.items[0].id;
  const rec = (await read(sub, 'person')).records[0]!.id;
  await correct(sub, 'person', rec, { values: { middleName: 'Ada' } });
  const { records, history } = await read(sub, 'person');
  const vias = [...history, ...records].map(({ via }) => via);
  assert.deepEqual(vias, [first.id, second.id, null]);
  const employment = await read(sub, 'employment');
  assert.deepEqual(
    [...employment.history, ...employment.records].map(({ via }) => via),
    [first.id],
  );
});

test('a record ends on the day that it is told, and says so in its file', async () => {
  const { id, records } = await add([{ type: 'training', values: { course: 'Ladders' } }]);
  const rec = records[2]!.id;
  await correct(id, 'training', rec, { until: '2024-06-01' });
  const { records: now, history } = await read(id, 'training');
  assert.deepEqual([now[0]!.until, history[0]!.until], ['2024-06-01', null]);
});

const jobs = async (sub: string) =>
  (await read(sub, 'job')).records.map((job) => [valuesOf(job).title, job.from, job.until]);

test('an effective-dated record ends the one before it on its first day', async () => {
  const { id } = await add([{ type: 'job', values: { title: 'Clerk' }, from: '2020-01-01' }]);
  await create(id, 'job', { values: { title: 'Steward' }, from: '2023-03-01' });
  assert.deepEqual(await jobs(id), [
    ['Clerk', '2020-01-01', '2023-03-01'],
    ['Steward', '2023-03-01', null],
  ]);
  // One in between, and one before all others.
  await create(id, 'job', { values: { title: 'Senior Clerk' }, from: '2021-07-01' });
  await create(id, 'job', { values: { title: 'Trainee' }, from: '2019-09-01' });
  assert.deepEqual(await jobs(id), [
    ['Trainee', '2019-09-01', '2020-01-01'],
    ['Clerk', '2020-01-01', '2021-07-01'],
    ['Senior Clerk', '2021-07-01', '2023-03-01'],
    ['Steward', '2023-03-01', null],
  ]);
  const again = await create(id, 'job', { values: { title: 'Baker' }, from: '2021-07-01' });
  assert.deepEqual([again.status, again.json.reasons], [409, ['record-exists']]);
});

test('records that come with a new person take their turns too', async () => {
  const { id } = await add([
    { type: 'job', values: { title: 'Steward' }, from: '2023-03-01' },
    { type: 'job', values: { title: 'Clerk' }, from: '2020-01-01' },
  ]);
  assert.deepEqual(await jobs(id), [
    ['Clerk', '2020-01-01', '2023-03-01'],
    ['Steward', '2023-03-01', null],
  ]);
});

test('the list shows the job in force on the day', async () => {
  const { id } = await add([{ type: 'job', values: { title: 'Clerk' }, from: '2020-01-01' }]);
  const tomorrow = new Date(clock.now() + DAY).toISOString().slice(0, 10);
  await create(id, 'job', { values: { title: 'Archivist' }, from: tomorrow });
  const titles = async () => {
    const body = { filters: { 'employment.staffNumber': `P-${count}` } };
    const found = await must(world.url, world.tokens.hr, 'people.search', { params: { c }, body });
    return found.items.map((item: Record<string, unknown>) => item['job.title']);
  };
  assert.deepEqual(await titles(), ['Clerk']);
  clock.pass(DAY);
  assert.deepEqual(await titles(), ['Archivist']);
});

test('of many corrections of the same revision at once exactly one is made', async () => {
  const { id, records } = await add();
  const rec = records[0]!.id;
  const names = ['Ada', 'Bea', 'Cleo', 'Dora', 'Edith', 'Flora'];
  const answers = await Promise.all(
    names.map((firstName) => correct(id, 'person', rec, { values: { firstName }, revision: 1 })),
  );
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409, 409, 409, 409]);
  const winner = names[answers.findIndex(({ status }) => status === 200)];
  const { records: now, history } = await read(id, 'person');
  assert.deepEqual([valuesOf(now[0]!).firstName, now[0]!.revision, history.length], [winner, 2, 1]);
});

test('required elements stay, and one record is one', async () => {
  const { id, records } = await add();
  const rec = records[0]!.id;
  const without = await correct(id, 'person', rec, { values: { lastName: null } });
  const reason = { at: 'person.lastName', reason: 'is required' };
  assert.deepEqual([without.status, without.json.faults], [400, [reason]]);
  const second = await create(id, 'person', { values: { lastName: 'Other' } });
  assert.deepEqual([second.status, second.json.reasons], [409, ['record-exists']]);
  for (const course of ['Ladders', 'Fire safety']) {
    assert.equal((await create(id, 'training', { values: { course } })).status, 201);
  }
  assert.equal((await read(id, 'training')).records.length, 2);
});

test('a staff number is one person’s, whatever its letter case, and is free again when given up', async () => {
  const { id, records } = await add();
  const taken = `p-${count}`;
  const rec = records[1]!.id;
  const other = await add();
  const take = () =>
    correct(other.id, 'employment', other.records[1]!.id, { values: { staffNumber: taken } });
  assert.deepEqual((await take()).json.reasons, ['staff-number-taken']);
  await correct(id, 'employment', rec, { values: { staffNumber: 'P-RENUMBERED' } });
  assert.equal((await take()).status, 200);
});

test('each element says why it is held, by which mandate, how sensitive it is and how long it is kept', async () => {
  const file = await must(world.url, world.tokens.hr, 'people.read', {
    params: { c, sub: world.people[1]!.id },
  });
  assert.equal(file.types.length, 6);
  for (const type of file.types) {
    for (const element of type.records[0].elements) {
      assert.ok(element.label && element.why && element.retention, element.id);
      assert.match(element.sensitivity, /^R[1-4]$/);
      assert.ok(element.mandates.length > 0, element.id);
      assert.equal(element.keepUntil, null, 'the clock starts when the employment ends');
    }
  }
});

test('until when an element is kept follows from the end of the employment', async () => {
  const { id, records } = await add([
    { type: 'job', values: { title: 'Clerk' }, from: '2020-01-01' },
  ]);
  const values = { terminationDate: '2025-02-14', status: 'terminated' };
  const ended = await correct(id, 'employment', records[1]!.id, { values });
  assert.equal(ended.status, 200, ended.text);
  const file = await must(world.url, world.tokens.hr, 'people.read', { params: { c, sub: id } });
  const kept = (type: string, element: string) => {
    const { records: held } = file.types.find((t: { id: string }) => t.id === type);
    return held[0].elements.find((e: { id: string }) => e.id === element).keepUntil;
  };
  // Six years after the tax of the first quarter is due, and after the last day.
  assert.equal(kept('person', 'lastName'), '2031-04-30');
  assert.equal(kept('job', 'title'), '2031-02-14');
});

test('the entry of a write names the person and the digest of what is stored', async () => {
  const { id, records } = await add();
  const rec = records[0]!.id;
  const { appended } = await stage.observer.observe(() =>
    correct(id, 'person', rec, { values: { firstName: 'Digest' } }),
  );
  const { entry } = ofCalls(appended)[0]!;
  assert.deepEqual(
    [entry.subjects, entry.types, entry.purpose],
    [[id], ['person'], 'hr-administration'],
  );
  const admin = new pg.Client(world.database.connection('admin'));
  await admin.connect();
  const sql = 'select ct from record where record_id = $1 and revision = 2';
  const { rows } = await admin.query(sql, [rec.slice(4)]);
  await admin.end();
  const digest = `sha256:${createHash('sha256').update(rows[0].ct).digest('hex')}`;
  assert.deepEqual(entry.changes, [{ record: rec, revision: 2, digest }]);
});
