// Records about the client itself: sealed, recorded and held against the ledger like a person's; known
// by their names, which nothing else can take; and what refers to them must find them.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { uuidOf } from '../../src/contract/ids.ts';
import { ask, must } from '../support/api.ts';
import { DAY } from '../support/clock.ts';
import { diagnose } from '../support/diagnosis.ts';
import { ofCalls } from '../support/observe.ts';
import { forgetRefusals, jobEnd, openStage, type Stage } from '../support/scene.ts';
import { openIntruder } from '../support/tampering.ts';
import type { World } from '../support/world.ts';

let stage: Stage;
let world: World;
let c: string;
before(async () => {
  stage = await openStage();
  ({ world } = stage);
  [c] = world.clients;
});
after(() => stage.close());

const create = (type: string, values: object, token = world.tokens.hr) =>
  ask(world.url, token, 'client-records.create', { params: { c, type }, body: { values } });
const correct = (type: string, rec: string, body: object) =>
  ask(world.url, world.tokens.hr, 'client-records.correct', { params: { c, type, rec }, body });
const read = (type: string, rec: string, query = {}) =>
  ask(world.url, world.tokens.hr, 'client-records.read', { params: { c, type, rec }, query });
const enrol = (type: string, values: object, i = 2) =>
  ask(world.url, world.tokens.hr, 'records.create', {
    params: { c, sub: world.people[i]!.id, type },
    body: { values },
  });
const made = async (type: string, values: object): Promise<string> => {
  const answer = await create(type, values);
  assert.equal(answer.status, 201, answer.text);
  return answer.json.id;
};
const valuesOf = (record: { elements: { id: string; value: unknown }[] }) =>
  Object.fromEntries(record.elements.map(({ id, value }) => [id, value]));

test('the first two records of a client at once are both there, and a name twice only once', async () => {
  const both = await Promise.all([
    create('programme', { name: 'First aid', kind: 'training' }),
    create('programme', { name: 'Fire wardens', kind: 'training' }),
  ]);
  assert.deepEqual(
    both.map(({ status }) => status),
    [201, 201],
  );
  stage.clock.pass(1);
  const same = await Promise.all(
    [1, 2, 3].map(() => create('programme', { name: 'Excel basics', kind: 'training' })),
  );
  assert.deepEqual(same.map(({ status }) => status).sort(), [201, 409, 409]);
  const { items, total } = await must(world.url, world.tokens.hr, 'client-records.list', {
    params: { c, type: 'programme' },
  });
  assert.equal(total, 3);
  assert.equal(valuesOf(items[0]).name, 'Excel basics');
  assert.ok(items[0].elements[0].why.length > 0 && items[0].elements[0].mandates.length > 0);
});

test('an entry names the record and its digest, and no person', async () => {
  const { answer, appended } = await stage.observer.observe(() =>
    create('policy', { name: 'Expenses', kind: 'pay' }),
  );
  const [{ entry }] = ofCalls(appended) as [(typeof appended)[0]];
  assert.deepEqual([entry.subjects, entry.types], [[], ['policy']]);
  const [change] = entry.changes as readonly { record: string; revision: number }[];
  assert.deepEqual([change!.record, change!.revision], [answer.json.id, 1]);
});

test('a correction keeps the revision before; an end is a date', async () => {
  const rec = await made('programme', { name: 'Mentoring', kind: 'training' });
  assert.equal((await correct('programme', rec, { values: { from: '2024-01-01' } })).status, 200);
  assert.equal((await correct('programme', rec, { until: '2024-12-31' })).status, 200);
  const { json } = await read('programme', rec, { history: 'true' });
  assert.deepEqual([json.revision, json.until], [3, '2024-12-31']);
  assert.deepEqual(
    json.history.map(({ revision }: { revision: number }) => revision),
    [1, 2],
  );
  const stale = await correct('programme', rec, { until: null, revision: 1 });
  assert.deepEqual([stale.status, stale.json.reasons], [409, ['changed-meanwhile']]);
});

test('what others refer to a record by is not changed, and no other record takes it', async () => {
  const rec = await made('programme', { name: 'Ladders', kind: 'training' });
  for (const values of [{ name: 'Ladders 2' }, { kind: 'benefit' }]) {
    const answer = await correct('programme', rec, { values });
    assert.deepEqual([answer.status, answer.json.reasons], [409, ['referred-to']]);
  }
  await correct('programme', rec, { until: '2024-01-01' });
  assert.equal((await create('programme', { name: 'Ladders', kind: 'training' })).status, 409);
});

test('pages go from the newest to the oldest, each record once', async () => {
  const params = { c, type: 'programme' };
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query: Record<string, string> = { limit: '2', ...(cursor && { cursor }) };
    const page = await must(world.url, world.tokens.hr, 'client-records.list', { params, query });
    seen.push(...page.items.map(({ id }: { id: string }) => id));
    cursor = page.next;
  } while (cursor);
  const all = await must(world.url, world.tokens.hr, 'client-records.list', { params });
  assert.deepEqual(
    seen,
    all.items.map(({ id }: { id: string }) => id),
  );
  assert.deepEqual(seen, [...seen].sort().reverse());
});

test('a record type about people has no place here, nor one about the client in a person file', async () => {
  const wrong = await create('training', { course: 'Anything' });
  assert.equal(wrong.status, 400);
  assert.match(wrong.json.faults[0].reason, /staff\/\{sub\}\/records/);
  const other = await enrol('programme', { name: 'Of a person', kind: 'training' });
  assert.equal(other.status, 400);
  assert.match(other.json.faults[0].reason, /\/clients\/\{c\}\/records\//);
});

test('a record of one type is not found under another', async () => {
  const rec = await made('policy', { name: 'Travel' });
  assert.equal((await read('programme', rec)).status, 404);
  assert.equal((await correct('programme', rec, { until: '2024-01-01' })).status, 404);
});

test('an enrolment needs a programme of its kind that had not ended, and hears which there are', async () => {
  const unknown = await enrol('enrolment', { programme: 'First-aid' });
  assert.equal(unknown.status, 400);
  assert.deepEqual(unknown.json.faults[0].at, 'enrolment.programme');
  assert.match(unknown.json.faults[0].reason, /«Excel basics», «Fire wardens», «First aid»/);
  assert.doesNotMatch(unknown.text, /First-aid/);
  await made('programme', { name: 'Dental', kind: 'benefit' });
  await made('programme', { name: 'Running', kind: 'wellness' });
  await made('programme', { name: 'Over', kind: 'training', until: '2023-06-30' });
  const statuses = async (...calls: [string, object][]) => {
    const answers = [];
    for (const [type, values] of calls) answers.push((await enrol(type, values)).status);
    return answers;
  };
  assert.deepEqual(
    await statuses(
      ['enrolment', { programme: 'Dental' }],
      ['enrolment', { programme: 'Running' }],
      ['benefitEnrolment', { programme: 'First aid' }],
      ['wellness', { programme: 'First aid' }],
      ['outcome', { programme: 'Dental' }],
      ['enrolment', { programme: 'Over' }],
      ['enrolment', { programme: 'Over', enrolledOn: '2023-07-01' }],
    ),
    [400, 400, 400, 400, 400, 400, 400],
  );
  forgetRefusals(stage.clock);
  assert.deepEqual(
    await statuses(
      ['enrolment', { programme: 'First aid' }],
      ['benefitEnrolment', { programme: 'Dental' }],
      ['wellness', { programme: 'Running' }],
      ['enrolment', { programme: 'Over', enrolledOn: '2023-06-30' }],
      ['outcome', { programme: 'Over', score: 3 }],
    ),
    [201, 201, 201, 201, 201],
  );
});

test('a person added with an enrolment is held to the same', async () => {
  const records = (programme: string, staffNumber: string) => ({
    records: [
      { type: 'employment', values: { staffNumber, hireDate: '2024-01-01' } },
      { type: 'enrolment', values: { programme } },
    ],
  });
  const add = (body: object) =>
    ask(world.url, world.tokens.hr, 'people.add', { params: { c }, body });
  assert.equal((await add(records('Nothing', 'P-900'))).status, 400);
  assert.equal((await add(records('First aid', 'P-900'))).status, 201);
});

test('an enrolment can still be completed after its programme has ended', async () => {
  const rec = await made('programme', { name: 'Short', kind: 'training' });
  const { json } = await enrol('enrolment', { programme: 'Short', status: 'enrolled' });
  await correct('programme', rec, {
    until: new Date(stage.clock.now()).toISOString().slice(0, 10),
  });
  const params = { c, sub: world.people[2]!.id, type: 'enrolment', rec: json.id };
  const body = { values: { status: 'completed' } };
  const { status } = await ask(world.url, world.tokens.hr, 'records.correct', { params, body });
  assert.equal(status, 200);
  assert.equal((await enrol('enrolment', { programme: 'Short' })).status, 400);
});

test('a team whose instruction leaves programmes out can neither read them nor enrol', async () => {
  const { tokens, url } = world;
  const { instructions } = await must(url, tokens.hr, 'authority.read', { params: { c } });
  const { type: _, id, from: __, signature: ___, by: ____, ...given } = instructions[0];
  const types = given.types.filter((type: string) => type !== 'programme');
  const body = { ...given, types };
  const { executive } = tokens;
  await must(url, executive, 'instructions.end', { params: { c, id } });
  const narrow = await must(url, executive, 'instructions.give', { params: { c }, body });
  forgetRefusals(stage.clock);
  const params = { c, sub: world.people[2]!.id, type: 'enrolment' };
  for (const answer of [
    await ask(url, tokens.servicing, 'records.create', {
      params,
      body: { values: { programme: 'First aid' } },
    }),
    await ask(url, tokens.servicing, 'programmes.list', { params: { c } }),
    await create('programme', { name: 'No', kind: 'training' }, tokens.servicing),
  ]) {
    assert.deepEqual([answer.status, answer.json.reasons], [403, ['type-not-instructed']]);
  }
  await must(url, executive, 'instructions.end', { params: { c, id: narrow.id } });
  await must(url, executive, 'instructions.give', { params: { c }, body: given });
});

test('programmes say whether they are open; policies which version is in force', async () => {
  stage.clock.pass(DAY);
  await made('policy', { name: 'Remote work' });
  const first = await made('policyVersion', {
    policy: 'Remote work',
    version: '1',
    from: '2024-01-01',
  });
  const next = await made('policyVersion', {
    policy: 'Remote work',
    version: '2',
    from: '2024-06-10',
  });
  const current = async () => {
    const { items } = await must(world.url, world.tokens.staff, 'policies.list', { params: { c } });
    return items.find(({ name }: { name: string }) => name === 'Remote work');
  };
  assert.deepEqual([(await current()).current, (await current()).versions.length], [first, 2]);
  stage.clock.pass(7 * DAY);
  assert.equal((await current()).current, next);
  const { items } = await must(world.url, world.tokens.manager, 'programmes.list', {
    params: { c },
  });
  const open = Object.fromEntries(
    items.map(({ name, isOpen }: { name: string; isOpen: boolean }) => [name, isOpen]),
  );
  assert.deepEqual([open['First aid'], open.Over, open.Ladders], [true, false, false]);
});

test('evaluations are for HR, the team and whom they are about; managers see none', async () => {
  forgetRefusals(stage.clock);
  const { hr, servicing, staff, manager } = world.tokens;
  const sub = world.people[1]!.id;
  const params = { c, sub, type: 'evaluation' };
  const values = {
    date: '2024-03-01',
    rating: 'exceeds',
    score: 4,
    evaluator: 'E-100',
    text: 'Well.',
  };
  const { id } = await must(world.url, servicing, 'records.create', { params, body: { values } });
  const correction = { params: { ...params, rec: id }, body: { values: { score: 5 } } };
  await must(world.url, hr, 'records.correct', correction);
  const seen = async (token: string) => {
    const query = { types: 'evaluation' };
    const file = await must(world.url, token, 'people.read', { params: { c, sub }, query });
    return file.types.flatMap(({ records }: { records: Parameters<typeof valuesOf>[0][] }) =>
      records.map(valuesOf),
    );
  };
  const whole = [{ ...values, score: 5 }];
  assert.deepEqual(await Promise.all([hr, servicing, staff, manager].map(seen)), [
    whole,
    whole,
    whole,
    [],
  ]);
  for (const token of [manager, staff]) {
    const answer = await ask(world.url, token, 'records.correct', correction);
    assert.equal(answer.status, 403);
  }
});

test('they are rewrapped with everybody’s when the keys of the client change', async () => {
  const list = () =>
    must(world.url, world.tokens.hr, 'client-records.list', { params: { c, type: 'programme' } });
  const before = await list();
  const asked = { params: { c }, body: {} };
  const { id } = await must(world.url, world.tokens.hr, 'keys.rotate', asked);
  const { state } = await jobEnd(world, id);
  assert.deepEqual([state, await list()], ['done', before]);
  await made('programme', { name: 'After the change', kind: 'training' });
  assert.equal((await list()).total, before.total + 1);
});

test('what somebody puts, moves or takes away among them is found by the doctor and answered to nobody', async () => {
  const db = await openIntruder(world.database);
  const rec = uuidOf(await made('policy', { name: 'Tampered with' }));
  const other = uuidOf(await made('policy', { name: 'Left alone' }));
  const found = async () => {
    const findings = await diagnose(
      world.directory,
      { records: true, now: stage.clock.now },
      world.database,
    );
    return findings.find(({ check, about }) => check === 'records' && about === c)!.ok;
  };
  const fails = async () => {
    assert.equal(await found(), false);
    const answer = await ask(world.url, world.tokens.hr, 'client-records.list', {
      params: { c, type: 'policy' },
    });
    assert.equal(answer.status, 500);
  };
  try {
    assert.equal(await found(), true);
    const set = (column: string, value: string) => () =>
      db.query(`update record set ${column} = ${value} where record_id = $1`, [rec]);
    await db.tamper(['record'], set('ct', 'set_byte(ct, 60, 255 - get_byte(ct, 60))'), fails);
    await db.tamper(
      ['record'],
      set('ct', `(select ct from record where record_id = '${other}')`),
      fails,
    );
    const [person] = await db.query(`select tag from record where compartment = 'contact' limit 1`);
    await db.tamper(['record'], set('tag', `'${person!.tag}'`), async () =>
      assert.equal(await found(), false),
    );
    const gone = () => db.query('delete from record where record_id = $1', [rec]);
    await db.tamper(['record'], gone, async () => assert.equal(await found(), false));
    assert.equal(await found(), true);
  } finally {
    await db.close();
  }
});
