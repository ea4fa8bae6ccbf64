/** Pure HTTP behaviour, in front of a gate made for these tests (`pure-http.ts`). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  CLIENT,
  type Seen,
  STAFF,
  SUBJECT,
  serverWith,
  TOKEN,
} from '../../../test/support/pure-http.ts';
import { Fault, Refusal } from '../fault.ts';

const authorization = `Bearer ${TOKEN}`;
const json = { authorization, 'content-type': 'application/json' };

test('a call reaches the gate with its params, query, purpose, key and token', async () => {
  const { app, seen } = serverWith(() => ({ items: [] }));
  const answer = await app.inject({
    url: `${STAFF}?q=ann&limit=5&job.department=Finance`,
    headers: { authorization, 'worksmartly-purpose': 'support' },
  });
  assert.equal(answer.statusCode, 200);
  assert.deepEqual(answer.json(), { items: [] });
  const [{ operation, input, request }] = seen as [Seen];
  assert.equal(operation, 'people.list');
  assert.deepEqual(input.params, { c: CLIENT });
  assert.deepEqual(input.query, { q: 'ann', limit: 5, 'job.department': 'Finance' });
  assert.equal(request.purpose, 'support');
  assert.equal(request.token, TOKEN);
});

test('every answer, errors too, has the security headers, no-store and a request id', async () => {
  const { app } = serverWith(({ operation }) => {
    if (operation === 'people.list') throw new Fault('ledger-unwritable', 'secret');
    if (operation === 'reports.list') throw new Error('secret');
    return {};
  });
  const calls = [
    [`${STAFF}/${SUBJECT}`, 200],
    [STAFF, 503],
    [`${STAFF}?limit=x`, 400],
    [`${STAFF}/x`, 404],
    [`/api/v1/clients/${CLIENT}/reports`, 500],
    ['/api/v1/nothing', 404],
    ['/api/v1/health', 200],
    ['/api/v1/openapi.json', 200],
  ] as const;
  for (const [url, status] of calls) {
    const answer = await app.inject({ url, headers: { authorization } });
    assert.equal(answer.statusCode, status, url);
    assert.equal(answer.headers['cache-control'], 'no-store');
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    assert.match(String(answer.headers['content-security-policy']), /default-src 'none'/);
    assert.equal(answer.headers['strict-transport-security'], undefined, 'this is HTTP');
    assert.match(String(answer.headers['x-request-id']), /^[0-9a-f-]{36}$/);
    assert.equal(answer.headers['content-length'], String(answer.rawPayload.length));
    assert.ok(!answer.body.includes('secret'));
    if (status >= 400) {
      assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
      assert.equal(answer.json().status, status);
    }
  }
});

test('without a valid token: 401, counted and not recorded, and the body is not read', async () => {
  const { app, seen, uncounted } = serverWith(() => ({}));
  for (const header of [undefined, 'Basic YTpi', 'Bearer wst_wrong', 'Bearer']) {
    const headers = header ? { authorization: header } : {};
    const answer = await app.inject({ url: STAFF, headers });
    assert.equal(answer.statusCode, 401);
    assert.equal(answer.headers['www-authenticate'], 'Bearer');
    assert.equal(answer.json().type, 'urn:worksmartly:problem:not-authenticated');
  }
  assert.deepEqual(uncounted, Array(4).fill('unauthenticated'));
  assert.equal(seen.length, 0);
});

test('malformed ids are one 404, byte for byte, whatever is wrong with them', async () => {
  const { app, refused } = serverWith(({ input }) => {
    if (input.params.sub === SUBJECT) throw new Refusal(404, ['not-found'], 'other words');
    return {};
  });
  const bodies = new Set<string>();
  const ids = [
    SUBJECT,
    'x',
    SUBJECT.toUpperCase(),
    `${SUBJECT}%00`,
    '%zz',
    '%',
    'a'.repeat(5000),
    '..%2f',
  ];
  for (const id of ids) {
    const answer = await app.inject({ url: `${STAFF}/${id}`, headers: { authorization } });
    assert.equal(answer.statusCode, 404, id);
    bodies.add(answer.body);
  }
  assert.equal(bodies.size, 1);
  assert.equal(refused.length, ids.length, 'the gate has seen every one of them');
  assert.deepEqual(refused[1]!.reasons, ['bad-input']);
});

test('a body that cannot be used is refused by the gate, with the status that says why', async () => {
  const { app, seen, refused } = serverWith(() => ({}), { limits: { bodyBytesMax: 1000 } });
  const deep = `${'['.repeat(21)}${']'.repeat(21)}`;
  const cases: [number, string | Buffer, Record<string, string>][] = [
    [400, '{', json],
    [400, '{"q":"\\ud800"}', json],
    [400, Buffer.from([0x22, 0xff, 0x22]), json],
    [400, '{"__proto__":{"q":"x"}}', json],
    [400, '{"q":1}', json],
    [400, '{"q":"x","limitt":1}', json],
    [400, deep, json],
    [400, '[]', json],
    [413, `{"q":"${'x'.repeat(1000)}"}`, json],
    [415, '{}', { authorization, 'content-type': 'text/plain' }],
    [415, '{}', { authorization, 'content-type': 'application/json; charset=latin1' }],
    [415, '{}', { authorization, 'content-type': 'no type at all' }],
    [415, '{}', { authorization }],
    [415, '{}', { ...json, 'content-encoding': 'gzip' }],
    [400, '{}', { ...json, 'worksmartly-purpose': 'curiosity' }],
  ];
  for (const [status, payload, headers] of cases) {
    const answer = await app.inject({ method: 'POST', url: `${STAFF}/search`, headers, payload });
    assert.equal(
      answer.statusCode,
      status,
      `${String(payload).slice(0, 30)} ${JSON.stringify(headers)}`,
    );
    assert.deepEqual(answer.json().reasons, ['bad-input']);
    assert.deepEqual(refused.pop(), { status, reasons: ['bad-input'] });
  }
  assert.equal(seen.length, 0);
});

test('faults name the place and the reason, and repeat no value', async () => {
  const { app } = serverWith(() => ({}));
  const payload = {
    q: 'fine',
    filters: { 'job.title': 7, 'Jane Doe 1970-01-01': 'Gray St' },
    extra: 'Gray St',
  };
  const answer = await app.inject({
    method: 'POST',
    url: `${STAFF}/search`,
    headers: json,
    payload,
  });
  assert.equal(answer.statusCode, 400);
  const places = answer.json().faults.map((fault: { at: string }) => fault.at);
  assert.ok(places.includes('body.filters.job.title'));
  assert.ok(places.includes('body.filters.(key)'));
  assert.ok(places.includes('body.extra'));
  assert.ok(!/Jane|Gray|1970/.test(answer.body));
});

test('defaults fill an absent body; an operation without one refuses it', async () => {
  const { app, seen } = serverWith(() => ({}));
  const run = `/api/v1/clients/${CLIENT}/reports/headcount/runs`;
  const none = await app.inject({ method: 'POST', url: run, headers: { authorization } });
  assert.equal(none.statusCode, 200);
  assert.deepEqual(seen[0]!.input.body, { parameters: {} });
  const url = `/api/v1/clients/${CLIENT}/evidence`;
  const some = await app.inject({ method: 'POST', url, headers: json, payload: { a: 1 } });
  assert.equal(some.statusCode, 400);
});

test('an Idempotency-Key is handed on for writes alone, and refused when it is not printable', async () => {
  const { app, seen } = serverWith(() => ({}));
  const payload = { name: 'Invented Ltd', jurisdictions: ['US'] };
  const post = (key: string) =>
    app.inject({
      method: 'POST',
      url: '/api/v1/clients',
      headers: { ...json, 'idempotency-key': key },
      payload,
    });
  assert.equal((await post('key 1')).statusCode, 201);
  assert.equal(seen[0]!.request.idempotencyKey, 'key 1');
  assert.equal((await post('k'.repeat(201))).statusCode, 400);
  assert.equal((await post('ké')).statusCode, 400);
  await app.inject({ url: STAFF, headers: { authorization, 'idempotency-key': 'key 2' } });
  assert.equal(seen[1]!.request.idempotencyKey, null);
});

test('a refusal becomes a problem with its promise and reasons; a fault shows nothing of itself', async () => {
  const { app, logged } = serverWith(({ operation }) => {
    if (operation === 'people.list') {
      throw new Refusal(403, ['no-nda'], 'Sign one.', { promise: 'bound-by-nda' });
    }
    if (operation === 'reports.list') throw new Fault('ledger-closed', 'ledger-rolled-back');
    throw new TypeError('Jane Doe is not a function');
  });
  const refusal = (await app.inject({ url: STAFF, headers: { authorization } })).json();
  assert.equal(refusal.promise, 'bound-by-nda');
  assert.deepEqual(refusal.reasons, ['no-nda']);
  const closed = await app.inject({
    url: `/api/v1/clients/${CLIENT}/reports`,
    headers: { authorization },
  });
  assert.equal(closed.statusCode, 503);
  assert.deepEqual(closed.json().reasons, ['ledger-rolled-back']);
  const failure = await app.inject({ url: `${STAFF}/${SUBJECT}`, headers: { authorization } });
  assert.equal(failure.statusCode, 500);
  assert.equal(failure.json().request, failure.headers['x-request-id']);
  assert.equal(logged.length, 2);
  assert.equal(logged[1]!.request, failure.headers['x-request-id']);
  assert.equal(logged[1]!.error, 'TypeError');
  assert.ok(!JSON.stringify([logged, failure.body]).includes('Jane'));
});

test('text, bytes and streams go out as their contract says', async () => {
  const { app } = serverWith(({ operation, input }) => {
    if (operation === 'ledger.checkpoint') return 'origin\n1\nroot\n';
    if (operation === 'reports.run' && input.accept?.includes('text/csv')) {
      return {
        csv: (async function* () {
          yield 'a,b\n';
          yield '1,2\n';
        })(),
      };
    }
    if (operation === 'people.list') return Buffer.from('{"items":[]}');
    return (async function* () {
      yield Buffer.from('PK');
      yield Buffer.from('zip');
    })();
  });
  const get = (path: string) =>
    app.inject({ url: `/api/v1/clients/${CLIENT}${path}`, headers: { authorization } });
  const checkpoint = await get('/ledger/checkpoint');
  assert.equal(checkpoint.body, 'origin\n1\nroot\n');
  assert.match(String(checkpoint.headers['content-type']), /^text\/plain/);
  assert.equal((await get('/staff')).body, '{"items":[]}');
  const post = (path: string, headers: Record<string, string>) =>
    app.inject({ method: 'POST', url: `/api/v1/clients/${CLIENT}${path}`, headers });
  const csv = await post('/reports/headcount/runs', { authorization, accept: 'text/csv' });
  assert.equal(csv.body, 'a,b\n1,2\n');
  assert.match(String(csv.headers['content-type']), /^text\/csv/);
  const zip = await post('/evidence', { authorization });
  assert.equal(zip.body, 'PKzip');
  assert.equal(zip.headers['content-type'], 'application/zip');
  assert.match(String(zip.headers['content-disposition']), /attachment/);
});

test('too many calls with one token, or without one from one address: 429, counted and not recorded', async () => {
  let at = 0;
  const limits = { requestsPerSecond: 1, requestsBurst: 3, failuresBurst: 2, failuresPerSecond: 1 };
  const { app, seen, uncounted } = serverWith(() => ({}), { limits, now: () => at });
  const call = async (token = TOKEN, remoteAddress = '192.0.2.1') => {
    const headers = { authorization: `Bearer ${token}` };
    return (await app.inject({ url: STAFF, headers, remoteAddress })).statusCode;
  };
  const times = async (count: number, token?: string, from?: string) => {
    const statuses = [];
    for (let i = 0; i < count; i++) statuses.push(await call(token, from));
    return statuses;
  };
  assert.deepEqual(await times(4), [200, 200, 200, 429]);
  assert.equal(seen.length, 3);
  at += 1000;
  assert.deepEqual(await times(2), [200, 429]);
  assert.deepEqual(await times(4, 'wst_guess'), [401, 401, 429, 429]);
  at += 1000;
  assert.equal(await call(), 200, 'guesses from the same address do not lock out a valid token');
  assert.deepEqual(await times(3, 'wst_guess', '2001:db8::1'), [401, 401, 429]);
  assert.equal(await call('wst_guess', '2001:db8::2'), 429, 'an IPv6 customer is one address');
  assert.ok(uncounted.includes('too-many-requests'));
});
