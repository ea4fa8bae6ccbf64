// An entry says how many rows an answer released, wherever it is rows of people or figures; the opening
// of single people and writes say none. Budgets of assignments are added up from it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { OperationId } from '../../src/contract/operations.ts';
import { type Asked, ask } from '../support/api.ts';
import { DAY } from '../support/clock.ts';
import { ofCalls } from '../support/observe.ts';
import { openStage, type Stage } from '../support/scene.ts';
import type { Persona } from '../support/world.ts';

let stage: Stage;
let c: string;
before(async () => {
  stage = await openStage();
  c = stage.world.clients[0];
});
after(() => stage.close());

async function rowsOf(persona: Persona, id: OperationId, asked: Asked = {}) {
  const { world, observer } = stage;
  const { answer, appended } = await observer.observe(() =>
    ask(world.url, world.tokens[persona], id, { ...asked, params: { c, ...asked.params } }),
  );
  assert.ok(answer.status < 300, answer.text);
  return { answer, rows: ofCalls(appended)[0]!.entry.rows };
}

test('lists and the tree say how many people they show', async () => {
  for (const persona of ['servicing', 'hr', 'manager', 'staff'] as const) {
    const { answer, rows } = await rowsOf(persona, 'people.list');
    assert.equal(rows, answer.json.items.length);
  }
  const page = await rowsOf('servicing', 'people.list', { query: { limit: '2' } });
  assert.equal(page.rows, 2);
  const found = await rowsOf('servicing', 'people.search', { body: { q: 'clerk' } });
  assert.equal(found.rows, found.answer.json.items.length);
  assert.equal((await rowsOf('hr', 'people.list', { query: { q: 'nobody' } })).rows, 0);
  const tree = await rowsOf('hr', 'organisation.read', { query: { depth: '5' } });
  assert.equal(tree.rows, tree.answer.json.nodes.length);
});

test('a report says its rows in every form, and again whenever it is read', async () => {
  const params = { id: 'headcount' };
  const { answer, rows } = await rowsOf('servicing', 'reports.run', { params, body: {} });
  assert.equal(rows, answer.json.rows.length);
  assert.ok(rows! > 0);
  for (const accept of [
    'text/csv',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ]) {
    const again = await rowsOf('servicing', 'reports.run', {
      params,
      body: {},
      headers: { accept },
    });
    assert.equal(again.rows, rows);
  }
  const run = { run: answer.json.id as string };
  assert.equal((await rowsOf('servicing', 'runs.read', { params: run })).rows, rows);
  const people = await rowsOf('servicing', 'reports.people', {
    params: { ...params, ...run },
    body: { row: ['OPS'], column: 'people', limit: 1 },
  });
  assert.equal(people.rows, people.answer.json.items.length);
});

test('a scheduled report says its rows in the entry of its job', async () => {
  const { world, observer, clock } = stage;
  await rowsOf('servicing', 'schedules.create', {
    params: { id: 'headcount' },
    body: { cadence: 'daily', at: '06:00', timeZone: 'UTC' },
  });
  clock.pass(DAY);
  const { appended } = await observer.observe(() => world.server.scheduler.look());
  const [{ entry }] = appended.filter((one) => one.entry.via !== null) as [(typeof appended)[0]];
  assert.equal(entry.op, 'reports.run');
  assert.ok(entry.rows! > 0);
});

test('a preview of a bulk edit says its people when they are shown', async () => {
  const ids = stage.world.people.map(({ id }) => id);
  const started = await rowsOf('hr', 'bulk.start', {
    query: { mode: 'check' },
    body: { select: { ids }, set: { 'job.division': 'North' } },
  });
  assert.equal(started.rows, 0);
  const shown = await rowsOf('hr', 'bulk.read', {
    params: { id: started.answer.json.id },
    query: { limit: '3' },
  });
  assert.equal(shown.rows, 3);
});

test('opening one person, writing and what is not about people say none', async () => {
  const { world } = stage;
  const [person] = world.people;
  const params = { sub: person!.id };
  assert.equal((await rowsOf('servicing', 'people.read', { params })).rows, null);
  const correcting = { ...params, type: 'contact', rec: person!.records.contact! };
  const body = { values: { workPhone: '+1 415 555 0100' } };
  const written = await rowsOf('hr', 'records.correct', { params: correcting, body });
  assert.equal(written.rows, null);
  for (const id of ['authority.read', 'ledger.entries', 'policies.list', 'runs.list'] as const) {
    assert.equal((await rowsOf('hr', id)).rows, null, id);
  }
});
