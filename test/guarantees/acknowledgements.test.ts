// That somebody has read a policy stays on record: nobody corrects, ends or clears it, nor the wording
// that it names. Staff acknowledge for themselves, now, and only what is in force.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { PROMISES } from '../../src/contract/promises.ts';
import { ask, must } from '../support/api.ts';
import { verifyLedger } from '../support/evidence.ts';
import { forgetRefusals, openStage, type Stage } from '../support/scene.ts';
import type { World } from '../support/world.ts';

let stage: Stage;
let world: World;
let c: string;
let self: string;
let version: string;
before(async () => {
  stage = await openStage();
  ({ world } = stage);
  [c] = world.clients;
  self = world.people[1]!.id;
  await own('policy', { name: 'Conduct' });
  version = await own('policyVersion', { policy: 'Conduct', version: '2024', from: '2024-01-01' });
  await own('policyVersion', { policy: 'Conduct', version: '2023', from: '2023-01-01' });
  await own('policyVersion', { policy: 'Conduct', version: '2030', from: '2030-01-01' });
});
after(() => stage.close());

const own = async (type: string, values: object): Promise<string> =>
  (
    await must(world.url, world.tokens.hr, 'client-records.create', {
      params: { c, type },
      body: { values },
    })
  ).id;
const acknowledge = (values: object, token = world.tokens.staff, sub = self, more = {}) =>
  ask(world.url, token, 'records.create', {
    params: { c, sub, type: 'acknowledgement' },
    body: { values, ...more },
  });
const due = async (sub = self, token = world.tokens.staff) => {
  const { items } = await must(world.url, token, 'acknowledgements.due', { params: { c, sub } });
  return items.map((item: { policy: string; version: string }) => `${item.policy} ${item.version}`);
};
const inForce = { policy: 'Conduct', version: '2024' };

test('staff see what they still have to read, and acknowledge it once, with the day of the server', async () => {
  assert.deepEqual(await due(), ['Conduct 2024']);
  const twice = await Promise.all([acknowledge(inForce), acknowledge(inForce)]);
  assert.deepEqual(twice.map(({ status }) => status).sort(), [201, 409]);
  assert.deepEqual(await due(), []);
  const file = await must(world.url, world.tokens.staff, 'people.read', {
    params: { c, sub: self },
    query: { types: 'acknowledgement' },
  });
  const [record] = file.types[0].records;
  const values = record.elements.map(({ value }: { value: unknown }) => value);
  assert.deepEqual(values, ['Conduct', '2024', '2024-06-03', 'electronic']);
  assert.equal(record.by, world.users.staff);
});

test('staff can neither date nor choose: another version, day, way or person is refused', async () => {
  forgetRefusals(stage.clock);
  for (const [values, at] of [
    [{ policy: 'Conduct', version: '2023' }, 'version'],
    [{ policy: 'Conduct', version: '2030' }, 'version'],
    [{ policy: 'Nothing', version: '1' }, 'policy'],
    [{ ...inForce, acknowledgedOn: '2024-01-05' }, 'acknowledgedOn'],
    [{ ...inForce, method: 'paper' }, 'method'],
    [{}, 'policy'],
  ] as const) {
    const answer = await acknowledge(values);
    assert.deepEqual([answer.status, answer.json.faults[0].at], [400, `acknowledgement.${at}`]);
  }
  assert.equal(
    (await acknowledge(inForce, world.tokens.staff, self, { from: '2024-01-01' })).status,
    400,
  );
  const other = await acknowledge(inForce, world.tokens.staff, world.people[2]!.id);
  assert.equal(other.status, 404);
});

test('staff write nothing else', async () => {
  forgetRefusals(stage.clock);
  for (const type of ['training', 'contact', 'pay', 'demographic', 'document']) {
    const params = { c, sub: self, type };
    const answer = await ask(world.url, world.tokens.staff, 'records.create', {
      params,
      body: { values: { course: 'Anything' } },
    });
    assert.deepEqual([answer.status, answer.json.reasons], [403, ['role-not-permitted']], type);
  }
});

test('nobody corrects, ends or clears an acknowledgement, whatever the role', async () => {
  forgetRefusals(stage.clock);
  const paper = await acknowledge(
    { ...inForce, acknowledgedOn: '2024-02-01', method: 'paper' },
    world.tokens.hr,
    world.people[2]!.id,
  );
  assert.equal(paper.status, 201, paper.text);
  const params = { c, sub: world.people[2]!.id, type: 'acknowledgement', rec: paper.json.id };
  for (const persona of ['hr', 'servicing', 'product'] as const) {
    for (const body of [
      { values: { acknowledgedOn: '2024-02-02' } },
      { values: { method: null } },
      { values: {} },
      { until: '2024-03-01' },
      { from: '2024-01-01' },
    ]) {
      const answer = await ask(world.url, world.tokens[persona], 'records.correct', {
        params,
        body,
      });
      assert.deepEqual([answer.status, answer.json.reasons], [403, ['append-only']]);
      assert.equal(answer.json.promise, 'never-cleared' satisfies keyof typeof PROMISES);
      forgetRefusals(stage.clock);
    }
  }
  for (const persona of ['staff', 'manager', 'executive', 'auditor'] as const) {
    const body = { until: '2024-03-01' };
    const answer = await ask(world.url, world.tokens[persona], 'records.correct', { params, body });
    assert.equal(answer.status, 403);
  }
  const { types } = await must(world.url, world.tokens.hr, 'people.read', {
    params: { c, sub: params.sub },
    query: { types: 'acknowledgement', history: 'true' },
  });
  assert.deepEqual([types[0].records[0].revision, types[0].history], [1, undefined]);
});

test('an unknown policy or version is refused, with those that there are', async () => {
  forgetRefusals(stage.clock);
  const { hr } = world.tokens;
  const at = (values: object) => ({ ...values, acknowledgedOn: '2024-02-01' });
  const policy = await acknowledge(at({ policy: 'conduct', version: '2024' }), hr);
  assert.match(
    policy.json.faults[0].reason,
    /names no policyVersion of this client; there is «Conduct»/,
  );
  const unknown = await acknowledge(at({ policy: 'Conduct', version: '1999' }), hr);
  assert.match(unknown.json.faults[0].reason, /there are «2023», «2024», «2030»/);
  assert.deepEqual([policy.status, unknown.status], [400, 400]);
});

test('a policy version is never reworded: it is ended, and another one begun', async () => {
  forgetRefusals(stage.clock);
  const change = (body: object) =>
    ask(world.url, world.tokens.hr, 'client-records.correct', {
      params: { c, type: 'policyVersion', rec: version },
      body,
    });
  for (const body of [
    { values: { version: '2024a' } },
    { values: { from: '2024-02-01' } },
    { values: { until: '2024-12-31' } },
    { from: '2024-02-01' },
  ]) {
    const answer = await change(body);
    assert.deepEqual([answer.status, answer.json.promise], [403, 'never-cleared']);
  }
  assert.equal((await change({ until: '2024-07-01' })).status, 200);
  const again = { policy: 'Conduct', version: '2024' };
  const params = { c, type: 'policyVersion' };
  const twice = await ask(world.url, world.tokens.hr, 'client-records.create', {
    params,
    body: { values: again },
  });
  assert.equal(twice.status, 409);
  await own('policyVersion', { ...again, version: '2024.2', from: '2024-06-01' });
  assert.deepEqual(await due(), ['Conduct 2024.2']);
});

test('a manager sees what the own reports still have to read, and nobody else’s', async () => {
  forgetRefusals(stage.clock);
  assert.deepEqual(await due(self, world.tokens.manager), ['Conduct 2024.2']);
  const params = { c, sub: world.people[3]!.id };
  const other = await ask(world.url, world.tokens.manager, 'acknowledgements.due', { params });
  assert.equal(other.status, 404);
});

test('an outsider finds every one of these accesses covered', async () => {
  const report = await verifyLedger(world.url, world.tokens.auditor, c);
  assert.deepEqual([report.failures, report.verified], [[], true]);
});
