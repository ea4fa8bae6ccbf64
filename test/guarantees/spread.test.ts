/** WORKSMARTLY_BATCH=client, for a database that Citus spreads: the client of each transaction is set
 * in the one way that reaches the nodes, and everything works as before. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import type { RunningServer } from '../../src/server/main.ts';
import { ask, must } from '../support/api.ts';
import { verifyLedger } from '../support/evidence.ts';
import { openWorld, startTestServer, type World } from '../support/world.ts';

let world: World;
let admin: pg.Client;
let spread: RunningServer;

before(async () => {
  world = await openWorld();
  admin = new pg.Client(world.database.connection('admin'));
  await admin.connect();
  const env = { WORKSMARTLY_BATCH: 'client' };
  spread = await startTestServer(world.database, world.directory, undefined, { env });
});
after(async () => {
  await admin?.end();
  await spread?.close();
  await world?.close();
});

test('without set_config, which Citus keeps from its nodes, calls work there and nowhere else', async () => {
  // In this database alone.
  await admin.query('revoke execute on function set_config(text, text, boolean) from public');
  const { tokens, clients, people } = world;
  const params = { c: clients[0], sub: people[1]!.id };
  const other = await ask(world.url, tokens.hr, 'people.read', { params });
  assert.ok(other.status >= 500, 'the other way of naming the client is gone');
  const file = await must(spread.url, tokens.hr, 'people.read', { params });
  assert.match(JSON.stringify(file), /Brackenfield/);
  const record = { ...params, type: 'person', rec: people[1]!.records.person! };
  const body = { values: { middleName: 'Spread' }, revision: 1 };
  await must(spread.url, tokens.hr, 'records.correct', { params: record, body });
  const again = await ask(spread.url, tokens.hr, 'records.correct', { params: record, body });
  assert.equal(again.status, 409, 'what fails is rolled back');
  const list = await must(spread.url, tokens.hr, 'people.list', { params });
  assert.equal(list.items.length, people.length);
  await must(spread.url, tokens.hr, 'reports.run', {
    params: { ...params, id: 'headcount' },
    body: {},
  });
  const foreign = { c: clients[0], sub: world.otherPerson.id };
  assert.equal((await ask(spread.url, tokens.hr, 'people.read', { params: foreign })).status, 404);
  const both = await Promise.all([
    must(spread.url, tokens.hr, 'people.list', { params }),
    must(spread.url, world.otherHr, 'people.list', { params: { c: clients[1] } }),
  ]);
  assert.deepEqual(
    both.map(({ items }) => items.length),
    [people.length, 1],
  );
  await admin.query('grant execute on function set_config(text, text, boolean) to public');
  for (const [client, token] of [[clients[0], tokens.executive]] as const) {
    const report = await verifyLedger(spread.url, token, client);
    assert.equal(report.verified, true, JSON.stringify(report.failures.slice(0, 3)));
  }
});
