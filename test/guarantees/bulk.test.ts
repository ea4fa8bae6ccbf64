// A change to many people at once: seen before it is made, made exactly as it was seen, by the engine of
// imports; refused when anything moved meanwhile; and only what may be set for many at once.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { ask, must } from '../support/api.ts';
import { type Clock, DAY, movableClock } from '../support/clock.ts';
import { verifyLedger } from '../support/evidence.ts';
import { type Observer, ofCalls, openObserver } from '../support/observe.ts';
import { forgetRefusals, importEnd } from '../support/scene.ts';
import { openWorld, type Persona, type World } from '../support/world.ts';

let clock: Clock;
let world: World;
let observer: Observer;
let params: { c: string };
before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now });
  observer = await openObserver(world);
  params = { c: world.clients[0] };
});
beforeEach(() => forgetRefusals(clock));
after(async () => {
  await observer.close();
  await world.close();
});

const ids = (...people: number[]) => people.map((i) => world.people[i]!.id);
const start = (mode: string, body: object, persona: Persona = 'hr') =>
  ask(world.url, world.tokens[persona], 'bulk.start', { params, query: { mode }, body });
async function preview(body: object): Promise<string> {
  const answer = await start('check', body);
  assert.equal(answer.status, 202, answer.text);
  return answer.json.id;
}
const shown = (id: string, persona: Persona = 'hr') =>
  ask(world.url, world.tokens[persona], 'bulk.read', { params: { ...params, id } });
const commit = (id: string, persona: Persona = 'hr') => start('commit', { preview: id }, persona);
async function done(id: string) {
  const answer = await commit(id);
  assert.equal(answer.status, 202, answer.text);
  return importEnd(world, answer.json.id);
}
async function jobs(person: number, history = false) {
  const asked = { params: { ...params, sub: world.people[person]!.id }, query: { types: 'job' } };
  const file = await must(world.url, world.tokens.hr, 'people.read', asked);
  const [type] = file.types;
  assert.ok(!history);
  return type.records.map(
    (record: { from: string; until: string; elements: { id: string; value: unknown }[] }) => ({
      from: record.from,
      until: record.until,
      ...Object.fromEntries(record.elements.map(({ id, value }) => [id, value])),
    }),
  );
}
const correct = (person: number, values: object) =>
  must(world.url, world.tokens.hr, 'records.correct', {
    params: {
      ...params,
      sub: world.people[person]!.id,
      type: 'job',
      rec: world.people[person]!.records.job!,
    },
    body: { values },
  });

test('a preview says who changes from what to what, and changes nothing', async () => {
  const body = {
    select: { filters: { 'job.department': 'OPS' } },
    set: { 'job.location': 'North' },
  };
  await correct(3, { location: 'North' });
  const { answer, appended } = await observer.observe(() => preview(body));
  const [{ entry }] = ofCalls(appended) as [(typeof appended)[0]];
  assert.deepEqual(entry.subjects, ids(0, 1, 2, 3).sort());
  assert.deepEqual([entry.types, entry.changes], [['employment', 'job'], null]);
  const { json } = await shown(answer);
  assert.deepEqual(json.people, { selected: 4, changed: 3, unchanged: 1, errors: 0 });
  const change = { element: 'job.location', from: null, to: 'North' };
  assert.deepEqual(json.counts, [{ ...change, people: 3 }]);
  assert.deepEqual(json.items[0].changes, [change]);
  assert.equal((await jobs(0))[0].location, undefined);
  const status = await must(world.url, world.tokens.hr, 'imports.read', {
    params: { ...params, id: answer },
  });
  assert.deepEqual([status.mode, status.state, status.rows.changed], ['check', 'done', 3]);
});

test('carried out, it corrects the record in force, of exactly those people', async () => {
  const id = await preview({ select: { ids: ids(1, 2) }, set: { 'job.division': 'Night' } });
  const end = await done(id);
  assert.deepEqual([end.state, end.rows.changed, end.rows.added], ['done', 2, 0]);
  for (const person of [1, 2]) {
    const [job, ...more] = await jobs(person);
    assert.deepEqual(
      [job.division, job.from, job.title, more],
      ['Night', '2019-04-01', 'Clerk', []],
    );
  }
  assert.equal((await jobs(3))[0].division, undefined);
  assert.equal((await commit(id)).status, 409);
});

test('what was carried out can be undone within the hour, like any import', async () => {
  const before = await jobs(2);
  const id = await preview({ select: { ids: ids(2) }, set: { 'job.division': 'Mistaken' } });
  const { id: imported } = await done(id);
  assert.equal((await jobs(2))[0].division, 'Mistaken');
  const of = { params: { ...params, id: imported } };
  await must(world.url, world.tokens.hr, 'imports.undo', of);
  assert.equal((await importEnd(world, imported)).state, 'undone');
  assert.deepEqual(await jobs(2), before);
});

test('with a day a new period begins, and the one before ends', async () => {
  const body = { select: { ids: ids(3) }, set: { 'job.title': 'Senior' }, effective: '2024-09-01' };
  assert.equal((await done(await preview(body))).state, 'done');
  const [before, now] = await jobs(3);
  assert.deepEqual(
    [before.title, before.until, now.title, now.from, now.until],
    ['Analyst', '2024-09-01', 'Senior', '2024-09-01', null],
  );
  assert.equal(now.department, 'OPS');
});

test('whoever was changed since the preview, or is concerned or not any more, is named: nothing is done', async () => {
  const set = { 'job.division': 'Late' };
  const moved = await preview({ select: { ids: ids(0, 1) }, set });
  await correct(1, { title: 'Head clerk' });
  const refused = await commit(moved);
  assert.deepEqual([refused.status, refused.json.reasons], [409, ['changed-since-preview']]);
  assert.deepEqual(refused.json.faults, [{ at: ids(1)[0], reason: 'was changed since' }]);
  const selected = await preview({ select: { filters: { 'job.title': 'Clerk' } }, set });
  await correct(0, { title: 'Clerk' });
  const other = await commit(selected);
  assert.deepEqual(other.json.faults, [{ at: ids(0)[0], reason: 'would be concerned as well' }]);
  await correct(0, { title: 'Team Lead' });
  await correct(2, { title: 'Painter' });
  assert.deepEqual(
    (await commit(selected)).json.faults.map(({ reason }: { reason: string }) => reason),
    ['would not be concerned any more'],
  );
  assert.notEqual((await jobs(0))[0].division, 'Late');
});

test('one person who cannot be changed like this is an error, and then nobody is', async () => {
  const records = [
    { type: 'person', values: { firstName: 'No', lastName: 'Job' } },
    { type: 'employment', values: { staffNumber: 'N-1', hireDate: '2024-01-01' } },
  ];
  const added = await must(world.url, world.tokens.hr, 'people.add', { params, body: { records } });
  const id = await preview({
    select: { ids: [added.id, ...ids(0)] },
    set: { 'job.division': 'Early' },
  });
  const { json } = await shown(id);
  assert.deepEqual([json.people.errors, json.items[0].id], [1, added.id]);
  assert.match(json.items[0].error, /no Job on record/);
  const refused = await commit(id);
  assert.deepEqual([refused.status, refused.json.reasons], [409, ['preview-has-errors']]);
});

test('what is special, secret, one’s own or kept several times cannot be set in bulk', async () => {
  for (const element of [
    'demographic.sex',
    'identity.ssn',
    'bank.bankName',
    'discipline.kind',
    'training.course',
    'employment.staffNumber',
    'employmentContract.file',
    'nosuch.element',
  ]) {
    const answer = await start('check', { select: { ids: ids(0) }, set: { [element]: 'x' } });
    assert.equal(answer.status, 400, element);
    assert.equal(answer.json.faults[0].at, element);
  }
  const bad = { select: { ids: ids(0) }, set: { 'job.eeoCategory': 'no such code' } };
  assert.equal((await start('check', bad)).status, 400);
  for (const select of [{}, { filters: {} }, { filters: { 'demographic.sex': 'female' } }]) {
    assert.equal((await start('check', { select, set: { 'job.division': 'x' } })).status, 400);
  }
});

test('a preview is its maker’s: nobody else reads it or carries it out, nor people of others', async () => {
  const set = { 'job.division': 'Mine' };
  const id = await preview({ select: { ids: ids(0) }, set });
  const unknown = (await shown('imp_01900000-0000-7000-8000-00000000ffff')).text;
  for (const answer of [await shown(id, 'servicing'), await commit(id, 'servicing')]) {
    assert.deepEqual([answer.status, answer.text], [404, unknown]);
  }
  const foreign = await start('check', { select: { ids: [world.otherPerson.id] }, set });
  assert.deepEqual([foreign.status, foreign.text], [404, unknown]);
  for (const persona of ['manager', 'staff', 'executive', 'auditor'] as const) {
    assert.equal((await start('check', { select: { ids: ids(1) }, set }, persona)).status, 403);
  }
});

test('a correction that was previewed yesterday is not carried out today', async () => {
  const id = await preview({ select: { ids: ids(0) }, set: { 'job.division': 'Old' } });
  clock.pass(DAY - 1000);
  const answer = await commit(id);
  assert.ok([404, 409].includes(answer.status), answer.text);
});

test('an outsider who verifies the ledger of all this finds every access covered', async () => {
  const report = await verifyLedger(world.url, world.tokens.auditor, world.clients[0]);
  assert.deepEqual([report.failures, report.verified], [[], true]);
});
