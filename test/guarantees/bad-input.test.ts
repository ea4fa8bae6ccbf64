// Whatever is sent: a clear 4xx problem that repeats no value, an entry that has none either, and
// nothing changed. (Files to import: the import's own tests.)
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import pg from 'pg';
import type { OperationId } from '../../src/contract/operations.ts';
import { type Asked, ask, must } from '../support/api.ts';
import { type Clock, movableClock } from '../support/clock.ts';
import { askRaw, type RawAnswer, type RawAsked } from '../support/raw-request.ts';
import { DOCUMENT, instruction } from '../support/request-bodies.ts';
import { forgetRefusals } from '../support/scene.ts';
import { openWorld, type Persona, type World } from '../support/world.ts';

let clock: Clock;
let world: World;
let admin: pg.Client;
let c: string;
before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now });
  admin = new pg.Client(world.database.connection('admin'));
  await admin.connect();
  c = world.clients[0];
});
beforeEach(() => forgetRefusals(clock));
after(async () => {
  await admin.end();
  await world.close();
});

/** Everything but the ledgers' growth, which refusals cause. */
async function contents(): Promise<unknown> {
  const tables = [
    'subject',
    'record',
    'staff_import',
    'proposal',
    'user_account',
    'token',
    'replay',
  ];
  const counts = tables.map((table) => `(select count(*)::int from ${table}) as ${table}`);
  const { rows } = await admin.query(
    `select ${counts}, (select array_agg(data_version order by client_id) from head) as versions,
      (select array_agg(auth_index order by client_id) from head) as facts`,
  );
  return rows[0];
}

async function assertRefused(status: number, call: () => Promise<RawAnswer>, value?: string) {
  const before = await contents();
  forgetRefusals(clock);
  const { status: actual, json, text } = await call();
  assert.equal(actual, status, text.slice(0, 500));
  assert.ok(json.type && json.title && json.detail && json.reasons.length > 0, text);
  if (value !== undefined) assert.ok(!text.includes(value), `repeats ${value}`);
  assert.deepEqual(await contents(), before);
  return json;
}

const raw =
  (id: OperationId, asked: RawAsked, persona: Persona = 'hr') =>
  () =>
    askRaw(world.url, world.tokens[persona], id, { params: { c }, ...asked });
const send =
  (id: OperationId, asked: Asked, persona: Persona = 'hr') =>
  () =>
    ask(world.url, world.tokens[persona], id, { params: { c }, ...asked });

/** A new person whose records hold these values. */
function adding(values: object, employment: object = {}) {
  const records = [
    { type: 'person', values: { lastName: 'Farthing', ...values } },
    { type: 'employment', values: { staffNumber: 'N-1', ...employment } },
  ];
  return send('people.add', { body: { records } });
}

function paying(base: unknown) {
  const sub = world.people[3]!.id;
  return send('records.create', {
    params: { c, sub, type: 'pay' },
    body: { values: { base, basis: 'annual' }, from: '2024-01-01' },
  });
}

test('a body that is not JSON, not UTF-8 or not one value is refused', async () => {
  const latin1 = Buffer.from('{"q":"Jos\xe9"}', 'latin1');
  for (const body of ['{"q":', '{"q":1}}', "{'q':'x'}", '"x', 'undefined', '\ufeff{}', '[]', '1']) {
    await assertRefused(400, raw('people.search', { body }));
  }
  await assertRefused(400, raw('people.search', { body: Uint8Array.from(latin1) }));
});

test('a body of another type, or compressed, is refused', async () => {
  for (const type of ['text/plain', 'application/xml', 'application/json; charset=latin1', 'x']) {
    await assertRefused(415, raw('people.search', { body: '{}', type }));
  }
  const headers = { 'content-encoding': 'gzip' };
  await assertRefused(415, raw('people.search', { body: '{}', headers }));
});

test('a body of 100 MB is refused', async () => {
  const body = Uint8Array.from(Buffer.alloc(100 * 1024 * 1024, ' '));
  await assertRefused(413, raw('people.search', { body }));
});

test('keys that reach prototypes are refused, however deep', async () => {
  for (const key of ['__proto__', 'constructor', 'prototype', '\\u005f_proto__']) {
    await assertRefused(400, raw('people.search', { body: `{"${key}":{"limit":1}}` }));
    const body = `{"filters":{"a.b":"x","${key}":"y"}}`;
    await assertRefused(400, raw('people.search', { body }));
  }
  assert.equal(({} as { limit?: number }).limit, undefined);
});

test('deep nesting and half a surrogate pair are refused', async () => {
  const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
  await assertRefused(400, raw('people.search', { body: `{"q":${deep}}` }));
  await assertRefused(400, raw('people.search', { body: '{"q":"\\ud800"}' }));
});

test('a date that does not exist is refused, and so is another way of writing dates', async () => {
  const dates = [
    '31/02/2024',
    '2024-02-31',
    '2023-02-29',
    '20240229',
    '2024-2-9',
    '',
    '2024-02-29T00:00',
  ];
  for (const date of dates) {
    const { faults } = await assertRefused(400, adding({ dateOfBirth: date }), date || undefined);
    assert.deepEqual(
      faults.map((fault: { at: string }) => fault.at),
      ['person.dateOfBirth'],
    );
  }
  const params = { c, sub: world.people[3]!.id, type: 'job' };
  for (const from of ['31/02/2024', '2024-02-31']) {
    const body = { values: { title: 'Clerk' }, from };
    await assertRefused(400, send('records.create', { params, body }), from);
  }
});

test('an amount that is no amount is refused', async () => {
  for (const amount of ['12.3.4', '1,000.00', '1e5', '', '12.34567', '--1', '٣', 'NaN']) {
    await assertRefused(400, paying({ amount, currency: 'USD' }), amount || undefined);
  }
  for (const base of [12.34, '12.34', { amount: '12.34' }, { amount: '1', currency: 'usd' }, [1]]) {
    await assertRefused(400, paying(base));
  }
});

test('a name with a line break, a control character or a reversed reading is refused', async () => {
  const breaks = ['\n', '\r\n', '\u2028', '\u0000', '\u001b[31m', '\u202e', '\u2066', '\u200f'];
  for (const character of breaks) {
    const name = `Ann${character}Bob`;
    const { faults } = await assertRefused(400, adding({ firstName: name }), 'Bob');
    assert.equal(faults[0].at, 'person.firstName');
    const body = { name, jurisdictions: ['US'] };
    await assertRefused(400, send('clients.open', { body, params: {} }, 'administrator'), 'Bob');
    const user = { side: 'client', client: c, roles: ['hr'], address: 'n@example.test', name };
    await assertRefused(400, send('users.register', { body: user, params: {} }), 'Bob');
  }
  await assertRefused(400, adding({ firstName: 'x'.repeat(101) }), 'xxx');
  await assertRefused(400, adding({ firstName: 7 }));
});

test('a name that looks like SQL, like markup or like a formula, or has an emoji, is only a name', async () => {
  const names = [
    "'; DROP TABLE subject; --",
    '<script>alert(1)</script>',
    '=1+1',
    'Ann 👩🏽‍🚀',
    'Ŵṁ',
  ];
  for (const [i, firstName] of names.entries()) {
    const added = await must(world.url, world.tokens.hr, 'people.add', {
      params: { c },
      body: {
        records: [
          { type: 'person', values: { firstName, lastName: 'Bobbin' } },
          { type: 'employment', values: { staffNumber: `B-${i}` } },
        ],
      },
    });
    const read = await send('people.read', {
      params: { c, sub: added.id },
      query: { types: 'person' },
    })();
    assert.equal(read.json.types[0].records[0].elements[0].value, firstName);
    const found = await send('people.search', { body: { q: firstName } })();
    assert.ok(
      found.json.items.some(({ id }: { id: string }) => id === added.id),
      firstName,
    );
  }
});

test('an unknown element, record type or operation parameter is refused by name', async () => {
  await assertRefused(400, adding({ shoeSize: 'Fourty-two' }), 'Fourty');
  const sub = world.people[3]!.id;
  const create = (type: string) =>
    send('records.create', { params: { c, sub, type }, body: { values: { a: 1 } } });
  for (const type of ['shoes', 'policy', 'toString']) await assertRefused(400, create(type));
  for (const type of ['Person', '__proto__', '%00']) await assertRefused(404, create(type));
  for (const query of [
    'shoes.size=1',
    'sort=shoes.size',
    'sort=',
    'limit=0',
    'limit=1e9',
    'q=a&q=b',
  ]) {
    if (query !== 'sort=') await assertRefused(400, raw('people.list', { query }));
  }
  await assertRefused(400, raw('people.list', { query: `q=${'x'.repeat(5_000)}` }), 'xxxxx');
  const headers = { 'WorkSmartly-Purpose': 'curiosity' };
  await assertRefused(400, raw('people.list', { headers }), 'curiosity');
});

test('a query longer than any header may be is refused before it is read', async () => {
  const answer = await askRaw(world.url, world.tokens.hr, 'people.list', {
    params: { c },
    query: `q=${'x'.repeat(40_000)}`,
  });
  assert.equal(answer.status, 431);
});

test('records that contradict themselves or each other are refused', async () => {
  const { id: sub, records } = world.people[3]!;
  const job = { c, sub, type: 'job', rec: records.job! };
  const correct = (body: object) => send('records.correct', { params: job, body });
  await assertRefused(400, correct({ until: '2019-04-01' }));
  await assertRefused(400, correct({ from: '2030-01-01', until: '2029-01-01' }));
  await assertRefused(400, correct({ values: { title: null } }));
  await assertRefused(409, correct({ values: { title: 'Baker' }, revision: 7 }), 'Baker');
  const one = { params: { c, sub, type: 'person' }, body: { values: { lastName: 'Twice' } } };
  await assertRefused(409, send('records.create', one), 'Twice');
  const taken = [{ type: 'employment', values: { staffNumber: 'e-100' } }];
  await assertRefused(409, send('people.add', { body: { records: taken } }), 'e-100');
  const noNumber = [{ type: 'person', values: { lastName: 'Nobody' } }];
  await assertRefused(400, send('people.add', { body: { records: noNumber } }), 'Nobody');
  const twice = [...taken, { type: 'employment', values: { staffNumber: 'N-2' } }];
  await assertRefused(400, send('people.add', { body: { records: twice } }));
});

test('facts that no ledger could hold are refused', async () => {
  const agree = (body: object) =>
    send('agreements.accept', { body: { ...DOCUMENT, ...body } }, 'executive');
  await assertRefused(400, agree({ version: 'version one' }));
  await assertRefused(400, agree({ document: 'sha256:123' }));
  await assertRefused(400, agree({ from: '2024-06-03', until: null }));
  const times = { from: '2024-07-01T00:00:00.000Z', until: '2024-07-01T00:00:00.000Z' };
  await assertRefused(400, agree(times));
  const give = (body: object) =>
    send('instructions.give', { body: { ...instruction(['study']), ...body } }, 'executive');
  await assertRefused(400, give({ recipients: ['The Service Company'] }));
  await assertRefused(400, give({ purposes: ['curiosity'] }));
  await assertRefused(400, give({ purposes: [] }));
  await assertRefused(400, give({ types: ['shoes'] }));
  const user = { side: 'client', client: c, name: 'N', address: 'n@example.test' };
  const register = (body: object) =>
    send('users.register', { params: {}, body: { ...user, ...body } });
  await assertRefused(400, register({ roles: ['hr', 'hr'] }));
  await assertRefused(400, register({ roles: ['servicing'] }));
  await assertRefused(400, register({ roles: ['manager'] }));
  await assertRefused(400, register({ roles: ['hr'], address: 'nowhere' }));
  await assertRefused(409, register({ roles: ['hr'], address: 'FIRST.hr@example.test' }));
});

test('a token cannot outlive its bounds', async () => {
  const issue = (until: string) =>
    send('tokens.issue', { params: { id: world.users.staff }, body: { until } });
  for (const until of ['2024-06-03T08:00:00.000Z', '2030-01-01T00:00:00.000Z', 'tomorrow']) {
    await assertRefused(400, issue(until), until);
  }
});

test('a report with parameters that it does not have, or days that do not exist, is refused', async () => {
  const run = (parameters: object, persona: Persona = 'hr') =>
    send('reports.run', { params: { c, id: 'headcount' }, body: { parameters } }, persona);
  await assertRefused(400, run({ asOf: '31/02/2024' }), '31/02');
  await assertRefused(400, run({ dimensions: ['department', 'location', 'division'] }));
  await assertRefused(400, run({ dimensions: ['salary'] }), 'salary');
  await assertRefused(400, run({ sql: 'select 1' }), 'select');
  await assertRefused(400, run({ asOf: '2024-05-15' }, 'executive'));
  await assertRefused(400, run({ asOf: '2024-06-30' }, 'executive'));
});

test('a client is not opened under a law for which there is no procedure', async () => {
  const body = { name: 'A sixth one', jurisdictions: ['US', 'US-ZZ'] };
  const opening = send('clients.open', { body, params: {} }, 'administrator');
  const { faults } = await assertRefused(400, opening);
  assert.equal(faults[0].at, 'jurisdictions.1');
  const adopting = send(
    'catalogue.adopt',
    { params: { c }, body: { jurisdictions: ['US-ZZ'] } },
    'executive',
  );
  await assertRefused(400, adopting);
});
