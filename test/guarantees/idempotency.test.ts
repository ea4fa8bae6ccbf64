// A write repeated under the same Idempotency-Key is made once: the first answer comes back, with an
// entry of its own. The key is one user's, for one client and one request, for 24 hours.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import type { Operation } from '../../src/contract/operation.ts';
import { OPERATIONS, type OperationId } from '../../src/contract/operations.ts';
import { type Asked, ask, must } from '../support/api.ts';
import { DAY, SECOND } from '../support/clock.ts';
import { EXAMPLES, newPerson } from '../support/example-calls.ts';
import { ofCalls } from '../support/observe.ts';
import { permittedPersona } from '../support/permitted-persona.ts';
import { forgetRefusals, openStage, type Stage } from '../support/scene.ts';
import type { Persona } from '../support/world.ts';

let stage: Stage;
let admin: pg.Client;
before(async () => {
  stage = await openStage();
  admin = new pg.Client(stage.world.database.connection('admin'));
  await admin.connect();
});
after(async () => {
  await admin.end();
  await stage.close();
});

let keys = 0;
const newKey = () => `key ${++keys}`;

function send(persona: Persona, id: OperationId, key: string, asked: Asked) {
  const headers = { 'idempotency-key': key };
  return ask(stage.world.url, stage.world.tokens[persona], id, { ...asked, headers });
}

const adding = (staffNumber: string, client = 0): Asked => ({
  params: { c: stage.world.clients[client]! },
  body: newPerson(staffNumber),
});

test('every repeatable operation is made once, answered alike, and recorded each time', async () => {
  for (const { id, repeatable, status } of OPERATIONS as readonly Operation[]) {
    if (!repeatable) continue;
    const operation = id as OperationId;
    const persona = permittedPersona(operation);
    const [example] = Object.values(EXAMPLES[id as keyof typeof EXAMPLES]);
    const asked = await example!(stage.as(persona));
    forgetRefusals(stage.clock);
    const key = newKey();
    const first = await send(persona, operation, key, asked);
    assert.equal(first.status, status, `${id}: ${first.text}`);
    stage.clock.pass(SECOND);
    const { answer, appended } = await stage.observer.observe(() =>
      send(persona, operation, key, asked),
    );
    assert.deepEqual([answer.status, answer.text], [first.status, first.text], id);
    assert.equal(appended.length, 1, id);
    const { outcome, reasons, changes, fact, subjects } = appended[0]!.entry;
    assert.deepEqual(
      { outcome, reasons, changes, fact, subjects },
      { outcome: 'allowed', reasons: ['replay'], changes: null, fact: null, subjects: [] },
      id,
    );
  }
});

test('another request under the same key is refused', async () => {
  const key = newKey();
  assert.equal((await send('hr', 'people.add', key, adding('K-1'))).status, 201);
  const other = await send('hr', 'people.add', key, adding('K-2'));
  assert.deepEqual([other.status, other.json.reasons], [409, ['idempotency-key-reused']]);
  assert.equal((await send('hr', 'people.add', newKey(), adding('K-2'))).status, 201);
});

test('the key of one user says nothing to another', async () => {
  const key = newKey();
  const first = await send('hr', 'people.add', key, adding('K-3'));
  const other = await send('servicing', 'people.add', key, adding('K-4'));
  assert.deepEqual([first.status, other.status], [201, 201]);
  assert.notEqual(first.json.id, other.json.id);
});

test('a key is forgotten after 24 hours', async () => {
  const key = newKey();
  const body = { name: 'A fifth one', jurisdictions: ['US'] };
  const open = () => send('administrator', 'clients.open', key, { body });
  const first = await open();
  stage.clock.pass(DAY - SECOND);
  assert.equal((await open()).json.id, first.json.id);
  stage.clock.pass(SECOND);
  const later = await open();
  assert.equal(later.status, 201);
  assert.notEqual(later.json.id, first.json.id);
});

test('of the same request many times at once one is made, and all are answered alike', async () => {
  const key = newKey();
  const { answer, appended } = await stage.observer.observe(() =>
    Promise.all(Array.from({ length: 8 }, () => send('hr', 'people.add', key, adding('K-5')))),
  );
  assert.deepEqual(new Set(answer.map(({ status }) => status)), new Set([201]));
  assert.equal(new Set(answer.map(({ text }) => text)).size, 1);
  const entries = ofCalls(appended).map(({ entry }) => entry);
  assert.equal(entries.length, 8);
  assert.equal(entries.filter(({ changes }) => changes !== null).length, 1);
});

test('a repeated request of somebody who has lost the right to it is refused', async () => {
  const { world } = stage;
  const key = newKey();
  assert.equal((await send('product', 'people.add', key, adding('K-6'))).status, 201);
  const params = { c: world.clients[0] };
  const { assignments } = await must(world.url, world.tokens.hr, 'authority.read', { params });
  const { id } = assignments.find((held: { user: string }) => held.user === world.users.product);
  await must(world.url, world.tokens.security, 'assignments.end', { params: { ...params, id } });
  assert.equal((await send('product', 'people.add', key, adding('K-6'))).status, 404);
});

test('a refused request keeps no key: made right, it is made', async () => {
  forgetRefusals(stage.clock);
  const key = newKey();
  const wrong = await send('hr', 'people.add', key, adding('E-100'));
  assert.equal(wrong.status, 409);
  assert.equal((await send('hr', 'people.add', key, adding('K-7'))).status, 201);
});

test('what is kept of a request is a hash and sealed ids, under a hash of its key', async () => {
  const key = newKey();
  const added = await send('hr', 'people.add', key, adding('K-SOUGHT-123'));
  const { rows } = await admin.query('select key_hash, request_hash, ct from replay');
  assert.ok(rows.length > 5);
  for (const { key_hash, request_hash, ct } of rows) {
    assert.deepEqual([key_hash.length, request_hash.length], [32, 32]);
    assert.ok(!ct.includes(added.json.id.slice(4)) && !ct.includes('SOUGHT'));
  }
});
