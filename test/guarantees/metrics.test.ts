/** /metrics: for whoever shows the operators' token, on this machine alone; it counts what happens
 * and holds nothing of it: no value, no name, no id. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RunningServer } from '../../src/server/main.ts';
import { ask } from '../support/api.ts';
import { openObserver } from '../support/observe.ts';
import { openWorld, startTestServer, type World } from '../support/world.ts';

const TOKEN = `scrape-${'t'.repeat(40)}`;
const PLANTED = [
  'Ottoline-Featherstonehaugh',
  '1749 Nightingale Crescent',
  '219-09-9999',
  'planted-idempotency-key',
  'planted-user-agent/9.9',
  'planted.purpose',
  'wst_planted-and-wrong',
] as const;
let world: World;
let server: RunningServer;

before(async () => {
  world = await openWorld();
  const env = { WORKSMARTLY_METRICS_PORT: '0', WORKSMARTLY_METRICS_TOKEN: TOKEN };
  server = await startTestServer(world.database, world.directory, undefined, { env });
});
after(async () => {
  await server?.close();
  await world?.close();
});

function scrape(authorization?: string, path = '/metrics', method = 'GET'): Promise<Response> {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  return fetch(`http://127.0.0.1:${server.metricsPort}${path}`, { method, headers });
}

const text = async () => (await scrape(`Bearer ${TOKEN}`)).text();

/** The value of one line, by its name and labels. */
function countOf(metrics: string, line: string): number {
  const found = metrics.split('\n').find((each) => each.startsWith(`${line} `));
  assert.ok(found, `${line} is there`);
  return Number(found.slice(line.length + 1));
}

test('without the token nothing is told, and nothing else is there', async () => {
  const others = [undefined, 'Bearer wrong', `Basic ${TOKEN}`, `Bearer ${TOKEN}x`];
  for (const authorization of [...others, `Bearer ${world.tokens.administrator}`]) {
    const answer = await scrape(authorization);
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
    assert.doesNotMatch(await answer.text(), /worksmartly_/);
  }
  assert.equal((await scrape(`Bearer ${TOKEN}`, '/api/v1/clients')).status, 404);
  assert.equal((await scrape(`Bearer ${TOKEN}`, '/metrics', 'POST')).status, 405);
  const there = await fetch(`${server.url}/metrics`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  assert.equal(there.status, 404, 'the API has no such address');
});

test('it counts calls, refusals, appends and what the process holds, and a scrape makes no entry', async () => {
  const { tokens, clients, people } = world;
  const params = { c: clients[0], sub: people[1]!.id };
  assert.equal((await ask(server.url, tokens.hr, 'people.read', { params })).status, 200);
  assert.equal((await ask(server.url, tokens.hr, 'people.list', { params })).status, 200);
  assert.equal((await ask(server.url, tokens.auditor, 'people.read', { params })).status, 403);
  assert.equal((await ask(server.url, null, 'people.read', { params })).status, 401);
  const observer = await openObserver(world);
  const before = await observer.sizes();
  const metrics = await text();
  assert.deepEqual(await observer.sizes(), before);
  await observer.close();
  assert.equal(
    countOf(metrics, 'worksmartly_requests_total{operation="people.read",status="2xx"}'),
    1,
  );
  assert.equal(
    countOf(metrics, 'worksmartly_requests_total{operation="people.read",status="4xx"}'),
    2,
  );
  assert.equal(countOf(metrics, 'worksmartly_refusals_total{reason="role-not-permitted"}'), 1);
  assert.equal(countOf(metrics, 'worksmartly_unrecorded_calls_total{kind="unauthenticated"}'), 1);
  assert.equal(countOf(metrics, 'worksmartly_request_seconds_count{operation="people.list"}'), 1);
  assert.ok(countOf(metrics, 'worksmartly_ledger_batch_entries_count') >= 3);
  assert.ok(countOf(metrics, 'worksmartly_ledger_append_seconds_count') >= 3);
  assert.equal(countOf(metrics, 'worksmartly_read_models'), 1);
  assert.ok(countOf(metrics, 'worksmartly_read_model_bytes') > 0);
  assert.ok(countOf(metrics, 'worksmartly_read_model_loads') >= 1);
  assert.equal(countOf(metrics, 'worksmartly_jobs'), 0);
  for (const state of ['used', 'idle', 'waiting']) {
    assert.ok(countOf(metrics, `worksmartly_database_connections{state="${state}"}`) >= 0);
  }
  assert.ok(countOf(metrics, 'nodejs_eventloop_lag_p99_seconds') >= 0);
  assert.ok(countOf(metrics, 'process_resident_memory_bytes') > 0);
});

test('whatever calls carry, in every place, none of it and no id is there afterwards', async () => {
  const { tokens, clients, people } = world;
  const [name, street, ssn, key, agent, purpose, wrong] = PLANTED;
  const c = { c: clients[0] };
  const params = { ...c, sub: people[1]!.id };
  const headers = {
    'user-agent': agent,
    'idempotency-key': key,
    'worksmartly-purpose': purpose,
  };
  const add = (values: object) =>
    ask(server.url, tokens.hr, 'people.add', {
      params: c,
      body: { records: [{ type: 'person', values }] },
      headers: { 'user-agent': agent, 'idempotency-key': key },
    });
  await add({ firstName: name, lastName: street, dateOfBirth: ssn });
  await add({ [name]: street });
  await ask(server.url, tokens.hr, 'people.search', { params: c, body: { q: name }, headers });
  await ask(server.url, tokens.hr, 'people.search', { params: c, body: { q: name } });
  await ask(server.url, tokens.hr, 'people.list', {
    params: c,
    query: { q: street, [name]: ssn },
  });
  await ask(server.url, tokens.hr, 'people.read', { params: { ...c, sub: name }, headers });
  await ask(server.url, tokens.hr, 'people.read', { params });
  await ask(server.url, tokens.outsider, 'people.read', { params });
  await ask(server.url, wrong, 'people.read', { params });
  await ask(server.url, tokens.hr, 'reports.run', { params: { ...c, id: name }, body: {} });
  await fetch(`${server.url}/${name}?${street}=${ssn}`, { method: 'DELETE', headers });
  await fetch(`${server.url}/api/v1/clients/${name}/staff`, { method: 'PATCH' });
  const metrics = await text();
  for (const planted of [...PLANTED, ...Object.values(tokens), TOKEN]) {
    assert.ok(!metrics.includes(planted), planted);
  }
  assert.doesNotMatch(metrics, /[0-9a-f]{8}-[0-9a-f]{4}-/i, 'no id of anything');
  assert.doesNotMatch(metrics, /\b(cli|usr|sub|rec|tok|imp|job|run)_/);
  // Of our own metrics; the others are about Node.js.
  const lines = metrics.split('\n').filter((line) => line.startsWith('worksmartly_'));
  const labels = lines.flatMap((line) => [...line.matchAll(/[{,]\w+="([^"]*)"/g)]);
  assert.ok(labels.length > 20);
  for (const [label, value = ''] of labels) assert.match(value, /^[a-z0-9.+-]+$/i, label);
});
