// A programme's life: announced, filled from a file, finished, evaluated, ended; beside it a policy that
// staff acknowledge and nobody can change. At the end an outsider checks all of it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask, must } from '../support/api.ts';
import { movableClock } from '../support/clock.ts';
import { diagnose } from '../support/diagnosis.ts';
import { verifyLedger } from '../support/evidence.ts';
import { importFile, type Sender, STAFF_MAPPING, staffFile } from '../support/imports.ts';
import { openWorld, type World } from '../support/world.ts';

const clock = movableClock(Date.UTC(2026, 6, 1, 9));
const NAME = 'Safe lifting';
let world: World;
let c: string;
let programme: string;
let sender: Sender;
before(async () => {
  world = await openWorld({ now: clock.now });
  [c] = world.clients;
  sender = { url: world.url, token: world.tokens.servicing, client: c };
  const done = await importFile(sender, 'commit', staffFile(1, 80), STAFF_MAPPING);
  assert.equal(done.state, 'done');
});
after(() => world.close());

const own = async (type: string, values: object): Promise<string> =>
  (
    await must(world.url, world.tokens.hr, 'client-records.create', {
      params: { c, type },
      body: { values },
    })
  ).id;
const records = (header: string, lines: readonly string[]) => `${[header, ...lines].join('\n')}\n`;
const date = { transform: { date: 'YYYY-MM-DD' } };
const key = { element: 'employment.staffNumber' };
const mapping = (columns: object) => ({ version: 1, columns: { No: key, ...columns }, key });
const ENROLMENTS = mapping({
  Programme: { element: 'enrolment.programme' },
  On: { element: 'enrolment.enrolledOn', ...date },
  Status: { element: 'enrolment.status' },
});
const commit = (file: string, as: object) => importFile(sender, 'commit', file, as);
const numbered = <T>(count: number, line: (number: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => line(i + 1));
const programmes = (token = world.tokens.hr, counts = 'training') =>
  must(world.url, token, 'programmes.list', { params: { c }, query: { counts } });

test('HR announces the programme; an enrolment before that is refused', async () => {
  const file = records('No,Programme,On,Status', [`N-1,${NAME},2026-03-02,enrolled`]);
  const early = await commit(file, ENROLMENTS);
  assert.deepEqual([early.state, early.errors[0]!.column], ['refused', 'Programme']);
  programme = await own('programme', { name: NAME, kind: 'training', from: '2026-03-01' });
  const { items } = await programmes();
  assert.deepEqual([items[0].name, items[0].isOpen, items[0].counts], [NAME, true, null]);
});

test('thirty people are enrolled from a file, and the same file again changes nothing', async () => {
  const lines = (status: (n: number) => string) =>
    numbered(30, (n) => `N-${n},${NAME},2026-03-02,${status(n)}`);
  const header = 'No,Programme,On,Status';
  const first = await commit(
    records(
      header,
      lines(() => 'enrolled'),
    ),
    ENROLMENTS,
  );
  assert.deepEqual([first.rows.added, first.rows.changed], [30, 0]);
  const again = await commit(
    `${records(
      header,
      lines(() => 'enrolled'),
    )}\n`,
    ENROLMENTS,
  );
  assert.deepEqual([again.rows.added, again.rows.unchanged], [0, 30]);
  const done = (n: number) => (n <= 20 ? 'completed' : n <= 22 ? 'withdrawn' : 'enrolled');
  const finished = await commit(records(header, lines(done)), ENROLMENTS);
  assert.deepEqual([finished.rows.changed, finished.rows.unchanged], [22, 8]);
  const { items, suppressed } = await programmes();
  assert.deepEqual(
    [items[0].counts, suppressed],
    [{ invited: 30, participants: 28, completed: 20 }, false],
  );
});

test('the executive sees the figures but not what they would tell about two people', async () => {
  const { items, suppressed, withheld, asOf } = await programmes(world.tokens.executive);
  assert.deepEqual([suppressed, asOf], [true, '2026-06-30']);
  const { invited, participants } = items[0].counts;
  assert.ok(withheld > 0 && invited === null && participants === null);
  const refused = await ask(world.url, world.tokens.staff, 'programmes.list', {
    params: { c },
    query: { counts: 'training' },
  });
  assert.deepEqual([refused.status, refused.json.promise], [403, 'need-to-know']);
});

test('outcomes come in, and the evaluation compares those enrolled with everybody else', async () => {
  const outcomes = mapping({
    Programme: { element: 'outcome.programme' },
    On: { element: 'outcome.establishedOn', ...date },
    Score: { element: 'outcome.score' },
  });
  const score = (n: number) => (n <= 20 ? 8 + (n % 3) : 5 + (n % 3));
  const people = numbered(20, (n) => n).concat(numbered(20, (n) => n + 40));
  const lines = people.map((n) => `N-${n},${NAME},2026-05-29,${score(n)}`);
  const done = await commit(records('No,Programme,On,Score', lines), outcomes);
  assert.deepEqual([done.errors, done.rows.added], [[], 40]);
  const run = await must(world.url, world.tokens.hr, 'reports.run', {
    params: { c, id: 'programme-evaluation' },
    body: {},
  });
  const column = (id: string) =>
    run.rows[0][run.columns.findIndex((each: { id: string }) => each.id === id)];
  assert.deepEqual(
    ['programme', 'participants', 'completed', 'scored', 'othersScored'].map(column),
    [NAME, 28, 20, 20, 20],
  );
  assert.equal(column('mean'), '9.05');
  assert.ok(Number(column('difference')) > 2 && Number(column('from')) > 0);
});

test('wellness is counted only for those who may see medical records', async () => {
  await own('programme', { name: 'Lunch run', kind: 'wellness' });
  const values = { programme: 'Lunch run', enrolledOn: '2026-03-01', status: 'enrolled' };
  const params = { c, sub: world.people[2]!.id, type: 'wellness' };
  await must(world.url, world.tokens.hr, 'records.create', { params, body: { values } });
  const { items } = await programmes(world.tokens.hr, 'all');
  const run = items.find(({ name }: { name: string }) => name === 'Lunch run');
  assert.deepEqual(run.counts, { invited: 1, participants: 1, completed: 0 });
  const statuses = [];
  for (const persona of ['servicing', 'executive', 'manager'] as const) {
    const asked = { params: { c }, query: { counts: 'all' } };
    const answer = await ask(world.url, world.tokens[persona], 'programmes.list', asked);
    statuses.push(answer.status);
    assert.doesNotMatch(answer.text, /Lunch run/);
  }
  assert.deepEqual(statuses, [403, 400, 400]);
});

test('the programme ends: nobody is enrolled after it, and its records stay', async () => {
  const params = { c, type: 'programme', rec: programme };
  const body = { until: '2026-06-01' };
  await must(world.url, world.tokens.hr, 'client-records.correct', { params, body });
  const late = await commit(
    records('No,Programme,On,Status', [`N-31,${NAME},2026-06-15,enrolled`]),
    ENROLMENTS,
  );
  assert.match(late.errors[0]!.reason, /has ended before that day/);
  const { items } = await programmes();
  const ended = items.find(({ name }: { name: string }) => name === NAME);
  assert.deepEqual([ended.isOpen, ended.until, ended.counts.completed], [false, '2026-05-31', 20]);
});

test('a policy is published; staff acknowledge it by a click, others on paper, from a file', async () => {
  await own('policy', { name: 'Lifting', kind: 'safety' });
  await own('policyVersion', { policy: 'Lifting', version: '1', from: '2026-06-01' });
  const policies = async () =>
    (
      await must(world.url, world.tokens.hr, 'policies.list', {
        params: { c },
        query: { counts: 'true' },
      })
    ).items;
  const [fresh] = await policies();
  assert.deepEqual(fresh.versions[0].counts, { acknowledged: 0, outstanding: 84, overdue: 0 });
  const sub = world.people[1]!.id;
  const due = await must(world.url, world.tokens.staff, 'acknowledgements.due', {
    params: { c, sub },
  });
  assert.deepEqual(
    due.items.map(({ policy }: { policy: string }) => policy),
    ['Lifting'],
  );
  await must(world.url, world.tokens.staff, 'records.create', {
    params: { c, sub, type: 'acknowledgement' },
    body: { values: { policy: 'Lifting', version: '1' } },
  });
  const paper = mapping({
    Policy: { element: 'acknowledgement.policy' },
    Version: { element: 'acknowledgement.version' },
    Signed: { element: 'acknowledgement.acknowledgedOn', ...date },
  });
  const lines = numbered(40, (n) => `N-${n},Lifting,1,2026-06-20`);
  const signed = await commit(records('No,Policy,Version,Signed', lines), paper);
  assert.deepEqual([signed.errors, signed.rows.added], [[], 40]);
  const items = await policies();
  const [{ counts, id }] = items[0].versions;
  assert.equal(items[0].current, id);
  assert.deepEqual([counts.acknowledged, counts.outstanding], [41, 43]);
});

test('nobody can take an acknowledgement back', async () => {
  const sub = world.people[1]!.id;
  const file = await must(world.url, world.tokens.hr, 'people.read', {
    params: { c, sub },
    query: { types: 'acknowledgement' },
  });
  const rec = file.types[0].records[0].id;
  const refused = await ask(world.url, world.tokens.hr, 'records.correct', {
    params: { c, sub, type: 'acknowledgement', rec },
    body: { values: { acknowledgedOn: '2026-06-02' } },
  });
  assert.deepEqual([refused.status, refused.json.promise], [403, 'never-cleared']);
});

test('the records are those of the ledger, and an outsider finds every access covered', async () => {
  const findings = await diagnose(
    world.directory,
    { records: true, now: clock.now },
    world.database,
  );
  assert.deepEqual(
    findings.filter(({ check, ok }) => check === 'records' && !ok),
    [],
  );
  const report = await verifyLedger(world.url, world.tokens.auditor, c);
  assert.deepEqual([report.failures, report.verified], [[], true]);
});
