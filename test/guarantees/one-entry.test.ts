// Exactly one entry per call, in the right ledger, however unusable the call is; and none for what
// has no valid token, no such address, or comes too often. (Valid calls: roles.test.ts.)
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Operation } from '../../src/contract/operation.ts';
import { OPERATIONS, type OperationId } from '../../src/contract/operations.ts';
import { ask, must } from '../support/api.ts';
import { DAY } from '../support/clock.ts';
import { EXAMPLES, newPerson } from '../support/example-calls.ts';
import { permittedPersona } from '../support/permitted-persona.ts';
import { askRaw, type RawAsked } from '../support/raw-request.ts';
import { forgetRefusals, openStage, type Stage } from '../support/scene.ts';

let stage: Stage;
before(async () => {
  stage = await openStage();
});
after(() => stage.close());

const operations = (OPERATIONS as readonly Operation[]).filter(({ ledger }) => ledger !== null);

/** The parameters of a valid call; what the call would have done never happens. */
async function paramsOf({ id }: Operation): Promise<Record<string, string>> {
  const [example] = Object.values(EXAMPLES[id as keyof typeof EXAMPLES]);
  return (await example!(stage.as(permittedPersona(id as OperationId)))).params ?? {};
}

async function assertRefusedOnce(operation: Operation, status: number, asked: RawAsked) {
  const { world, clock, observer } = stage;
  const id = operation.id as OperationId;
  forgetRefusals(clock);
  const { answer, appended } = await observer.observe(() =>
    askRaw(world.url, world.tokens[permittedPersona(id)], id, asked),
  );
  const where = `${id} ${JSON.stringify(asked)}: ${answer.text.slice(0, 200)}`;
  assert.equal(answer.status, status, where);
  assert.equal(appended.length, 1, where);
  const [{ ledger, entry }] = appended as [(typeof appended)[0]];
  assert.equal(ledger, operation.ledger === 'client' ? world.clients[0] : 'provider', where);
  const { op, outcome, reasons, types, subjects, changes } = entry;
  assert.deepEqual(
    { op, outcome, reasons, types, subjects, changes },
    { op: id, outcome: 'refused', reasons: ['bad-input'], types: [], subjects: [], changes: null },
    where,
  );
}

test('a body that is no JSON, is of another type or has an unknown key makes one entry', async () => {
  for (const operation of operations) {
    if (operation.method === 'GET') continue;
    const params = await paramsOf(operation);
    await assertRefusedOnce(operation, 415, { params, body: '{}', type: 'text/plain' });
    if (operation.accepts === 'multipart') continue;
    await assertRefusedOnce(operation, 400, { params, body: '{"a":' });
    await assertRefusedOnce(operation, 400, { params, body: '{"unheard-of":1}' });
    await assertRefusedOnce(operation, 400, { params, body: '[]' });
  }
});

test('a query that the operation does not know makes one entry', async () => {
  for (const operation of operations) {
    const params = await paramsOf(operation);
    const isUpload = operation.accepts === 'multipart';
    const form = { type: 'multipart/form-data; boundary=x', body: '--x--\r\n' };
    const asked = { params, query: 'unheard=1', ...(isUpload && form) };
    await assertRefusedOnce(operation, 400, asked);
  }
});

test('a malformed id, wherever it stands in the path, makes one entry', async () => {
  for (const operation of operations) {
    const params = await paramsOf(operation);
    for (const name of Object.keys(params).filter((name) => name !== 'c')) {
      const change = {
        params: { ...params, [name]: 'not-an-id-but-far-too-long-for-a-short-one' },
      };
      await assertRefusedOnce(operation, 404, change);
    }
  }
});

test('a header that cannot be used makes one entry', async () => {
  const [list, add] = ['people.list', 'people.add'].map(
    (id) => operations.find((operation) => operation.id === id)!,
  ) as [Operation, Operation];
  const params = { c: stage.world.clients[0] };
  await assertRefusedOnce(list, 400, { params, headers: { 'WorkSmartly-Purpose': 'curiosity' } });
  const headers = { 'Idempotency-Key': 'x'.repeat(300) };
  await assertRefusedOnce(add, 400, { params, headers, body: '{}' });
});

test('a call that the present state does not allow makes one entry: failed', async () => {
  const { world, observer } = stage;
  const params = { c: world.clients[0] };
  const { appended, answer } = await observer.observe(() =>
    ask(world.url, world.tokens.hr, 'people.add', { params, body: newPerson('E-100') }),
  );
  assert.equal(answer.status, 409);
  assert.deepEqual(
    appended.map(({ ledger, entry }) => [ledger, entry.outcome, entry.reasons, entry.changes]),
    [[world.clients[0], 'failed', ['staff-number-taken'], null]],
  );
});

test('no valid token, no such address and no operation: no entry', async () => {
  const { world, clock, observer } = stage;
  const { url, tokens, clients } = world;
  const issued = await must(url, tokens.hr, 'tokens.issue', {
    params: { id: world.users.auditor },
    body: { until: new Date(clock.now() + DAY).toISOString() },
  });
  clock.pass(2 * DAY);
  const { answer: statuses, appended } = await observer.observe(async () => {
    const params = { c: clients[0] };
    const list = (token: string | null) => ask(url, token, 'people.list', { params });
    const at = (path: string, method = 'GET') =>
      fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${tokens.hr}` } });
    const answers = [
      await list(null),
      await list('nonsense'),
      await list(`wst_${'a'.repeat(43)}`),
      await list(issued.token),
      await at('/api/v1/nothing'),
      await at(`/api/v1/clients/${clients[0]}/staff`, 'DELETE'),
      await at(`/api/v2/clients/${clients[0]}/staff`),
      await at('/api/v1/health'),
      await at('/api/v1/openapi.json'),
    ];
    return answers.map(({ status }) => status);
  });
  assert.deepEqual(statuses, [401, 401, 401, 401, 404, 405, 404, 200, 200]);
  assert.deepEqual(appended, []);
});
