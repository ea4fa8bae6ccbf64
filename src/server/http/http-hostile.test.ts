/** Requests that no client sends, on real connections: each gets a problem with all security headers,
 * or nothing, and reaches neither the gate nor the next request on its connection. */
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { CLIENT, STAFF, SUBJECT, serverWith, TOKEN } from '../../../test/support/pure-http.ts';
import { OPERATIONS } from '../../contract/operations.ts';

const authorization = `Bearer ${TOKEN}`;
const HEADERS = {
  'x-content-type-options': /^nosniff$/,
  'content-security-policy': /^default-src 'none'; .*frame-ancestors 'none'/,
  'referrer-policy': /^no-referrer$/,
  'cache-control': /^no-store$/,
  'cross-origin-resource-policy': /^same-origin$/,
  'permissions-policy': /camera=\(\)/,
  'content-type': /^application\/problem\+json/,
};

interface RawAnswer {
  readonly status: number;
  readonly headers: Map<string, string>;
  readonly body: string;
}

/** The answers to these bytes, until the server closes. */
async function exchange(port: number, bytes: string): Promise<RawAnswer[]> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(bytes);
  const text = Buffer.concat(await socket.toArray()).toString();
  return text
    .split(/(?=HTTP\/1\.1 \d{3} )/)
    .filter((part) => part !== '')
    .map((part) => {
      const [head = '', body = ''] = part.split('\r\n\r\n');
      const [line = '', ...rest] = head.split('\r\n');
      const headers = rest.map((each) => {
        const at = each.indexOf(':');
        return [each.slice(0, at).toLowerCase(), each.slice(at + 1).trim()] as const;
      });
      return { status: Number(line.split(' ')[1]), headers: new Map(headers), body };
    });
}

async function listening(more: Parameters<typeof serverWith>[1] = {}) {
  const served = serverWith(() => ({ items: [] }), more);
  const { port } = new URL(await served.app.listen({ host: '127.0.0.1', port: 0 }));
  return { ...served, port: Number(port) };
}

const lines = (...each: string[]) => `${each.join('\r\n')}\r\n\r\n`;
/** The last one. */
const CHUNK = '0\r\n\r\n';
const withBody = (body: string, ...each: string[]) => lines(...each) + body;
const get = `GET ${STAFF} HTTP/1.1`;
const post = `POST ${STAFF}/search HTTP/1.1`;
const token = `Authorization: ${authorization}`;
const json = 'Content-Type: application/json';
/** What a smuggler hides behind the first request. */
const hidden = lines(get, 'Host: x', token);

const TWO_READINGS: Record<string, string> = {
  'two lengths': withBody(
    '{}',
    post,
    'Host: x',
    token,
    json,
    'Content-Length: 2',
    'Content-Length: 2',
  ),
  'two different lengths': withBody(
    '{}',
    post,
    'Host: x',
    token,
    json,
    'Content-Length: 2',
    'Content-Length: 9',
  ),
  'a list of lengths': withBody('{}', post, 'Host: x', token, json, 'Content-Length: 2, 2'),
  'a length with a sign': withBody('{}', post, 'Host: x', token, json, 'Content-Length: +2'),
  'a length beside chunks': withBody(
    CHUNK + hidden,
    post,
    'Host: x',
    token,
    json,
    'Content-Length: 5',
    'Transfer-Encoding: chunked',
  ),
  'chunks beside a length': withBody(
    CHUNK + hidden,
    post,
    'Host: x',
    token,
    json,
    'Transfer-Encoding: chunked',
    'Content-Length: 5',
  ),
  'two codings': withBody(CHUNK, post, 'Host: x', token, json, 'Transfer-Encoding: gzip, chunked'),
  'a coding twice': withBody(
    CHUNK,
    post,
    'Host: x',
    token,
    json,
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: chunked',
  ),
  'chunks that are not last': lines(
    post,
    'Host: x',
    token,
    json,
    'Transfer-Encoding: chunked, gzip',
  ),
  'a coding that is none': lines(post, 'Host: x', token, json, 'Transfer-Encoding: xchunked'),
  'a space before the colon': lines(post, 'Host: x', token, json, 'Transfer-Encoding : chunked'),
  'chunks in HTTP/1.0': withBody(
    CHUNK + hidden,
    `POST ${STAFF}/search HTTP/1.0`,
    'Host: x',
    token,
    json,
    'Transfer-Encoding: chunked',
  ),
  'a folded line': lines(get, 'Host: x', token, 'X-A: a\r\n b'),
  'a bare line feed': lines(get, 'Host: x', `${token}\nX-A: b`),
  'a header name with a zero byte': lines(get, 'Host: x', token, 'X\0A: b'),
  'a whole address in the request line': lines(
    `GET http://other.test${STAFF} HTTP/1.1`,
    'Host: x',
    token,
  ),
  'an address that begins with two slashes': lines(
    `GET //other.test${STAFF} HTTP/1.1`,
    'Host: x',
    token,
  ),
  'an asterisk': lines('OPTIONS * HTTP/1.1', 'Host: x', token),
  'a fragment': lines(`GET ${STAFF}#x HTTP/1.1`, 'Host: x', token),
  'no host': lines(get, token),
  'two hosts': lines(get, 'Host: x', 'Host: y', token),
  'two tokens': lines(get, 'Host: x', token, 'Authorization: Bearer wst_other'),
  'two types': withBody(
    '{}',
    post,
    'Host: x',
    token,
    json,
    'Content-Type: text/plain',
    'Content-Length: 2',
  ),
  'two idempotency keys': lines(post, 'Host: x', token, 'Idempotency-Key: a', 'Idempotency-Key: b'),
  'HTTP/2 by its version alone': lines(`GET ${STAFF} HTTP/2.0`, 'Host: x', token),
};

test('a request that can be read in two ways is refused, and ends its connection', async (t) => {
  const { port, seen } = await listening();
  for (const [what, bytes] of Object.entries(TWO_READINGS)) {
    await t.test(what, async () => {
      const answers = await exchange(port, bytes + hidden);
      assert.deepEqual(
        answers.map(({ status }) => status),
        [400],
      );
      for (const [name, value] of Object.entries(HEADERS)) {
        assert.match(answers[0]!.headers.get(name) ?? '', value, name);
      }
      assert.equal(answers[0]!.headers.get('connection'), 'close');
      assert.equal(JSON.parse(answers[0]!.body).status, 400);
    });
  }
  assert.equal(seen.length, 0);
});

test('what the framework or Node.js would answer by itself has the same headers, and names no software', async () => {
  const { port } = await listening();
  const cases: [number, string][] = [
    [400, 'HELO\r\n\r\n'],
    [431, lines(get, 'Host: x', `X: ${'x'.repeat(20_000)}`)],
    [417, lines(get, 'Host: x', token, 'Expect: the-impossible')],
    [404, lines('GET /nothing HTTP/1.1', 'Host: x', 'Connection: close')],
    [404, lines('GET /api/v1/..%2f..%2fetc HTTP/1.1', 'Host: x', 'Connection: close')],
    [405, lines(`DELETE ${STAFF} HTTP/1.1`, 'Host: x', 'Connection: close')],
    [401, lines(get, 'Host: x', 'Connection: close')],
  ];
  for (const [status, bytes] of cases) {
    const [answer] = await exchange(port, bytes);
    assert.equal(answer?.status, status, bytes.slice(0, 60));
    for (const [name, value] of Object.entries(HEADERS)) {
      assert.match(answer.headers.get(name) ?? '', value, `${status} ${name}`);
    }
    for (const name of ['server', 'x-powered-by', 'strict-transport-security']) {
      assert.equal(answer.headers.get(name), undefined);
    }
  }
  const [upgraded] = await exchange(
    port,
    lines(
      'GET /api/v1/health HTTP/1.1',
      'Host: x',
      'Connection: close, upgrade',
      'Upgrade: websocket',
    ),
  );
  assert.equal(upgraded?.status, 200, 'an upgrade is not offered, and the request is answered');
  assert.deepEqual(await exchange(port, lines('CONNECT other.test:443 HTTP/1.1', 'Host: x')), []);
});

test('a method that an address does not know is a 405 that names those it does, whoever asks and whatever exists', async () => {
  const { app, seen, uncounted } = serverWith(() => ({}));
  const bodies = new Set<string>();
  for (const headers of [{}, { authorization }, { authorization: 'Bearer wst_wrong' }]) {
    for (const id of [SUBJECT, 'x', '..%2f', '%zz']) {
      const answer = await app.inject({ method: 'PUT', url: `${STAFF}/${id}`, headers });
      assert.equal(answer.statusCode, 405);
      assert.equal(answer.headers.allow, 'GET');
      bodies.add(answer.body);
    }
  }
  assert.equal(bodies.size, 1);
  const statuses = async (method: 'HEAD' | 'OPTIONS' | 'POST', url: string) => {
    const answer = await app.inject({ method, url });
    return [answer.statusCode, answer.headers.allow];
  };
  assert.deepEqual(await statuses('OPTIONS', STAFF), [405, 'GET, POST']);
  assert.deepEqual(await statuses('HEAD', '/ready'), [405, 'GET']);
  assert.deepEqual(await statuses('POST', '/api/v1/health'), [405, 'GET']);
  assert.deepEqual(await statuses('POST', `/api/v1/clients/${CLIENT}/nothing`), [404, undefined]);
  assert.equal(seen.length, 0);
  assert.deepEqual(new Set(uncounted), new Set(['no-route']));
});

test('every operation’s own method is found at its address', async () => {
  const { app } = serverWith(() => ({}), { limits: { failuresBurst: 1000 } });
  for (const { method, path, ledger } of OPERATIONS) {
    if (ledger === null) continue;
    const url = `/api/v1${path.replaceAll(/\{\w+\}/g, 'x')}`;
    const answer = await app.inject({ method, url });
    assert.equal(answer.statusCode, 401, `${method} ${url}`);
  }
});

test('who sends headers too slowly, or opens connections only to hold them, is cut off', async () => {
  const limits = { headersTimeoutMs: 20, requestTimeoutMs: 20, checkingIntervalMs: 10 };
  const { port } = await listening({ limits });
  const answers = await exchange(port, 'GET /api/v1/health HTTP/1.1\r\nHost: x\r\nX-Slow:');
  assert.deepEqual(
    answers.map(({ status }) => status),
    [408],
  );
  assert.equal(answers[0]!.headers.get('x-content-type-options'), 'nosniff');
  const silent = await listening({ limits: { ...limits, idleTimeoutMs: 20 } });
  assert.deepEqual(await exchange(silent.port, ''), []);
});

test('beyond so many connections no more are taken, and those that are there go on', async () => {
  const { port } = await listening({ limits: { connectionsMax: 1 } });
  const first = connect(port, '127.0.0.1');
  await new Promise((resolve) => first.once('connect', resolve));
  first.write(lines('GET /api/v1/health HTTP/1.1', 'Host: x'));
  await new Promise((resolve) => first.once('data', resolve));
  assert.deepEqual(await exchange(port, lines('GET /api/v1/health HTTP/1.1', 'Host: x')), []);
  first.write(lines('GET /api/v1/health HTTP/1.1', 'Host: x'));
  const data = await new Promise((resolve) => first.once('data', resolve));
  assert.match(String(data), /^HTTP\/1\.1 200 /);
  first.destroy();
});

test('/ready says whether to send calls here, and nothing else', async () => {
  let isReady = false;
  const { app } = serverWith(() => ({}), { isReady: async () => isReady });
  const no = await app.inject({ url: '/ready' });
  assert.equal(no.statusCode, 503);
  assert.deepEqual(no.json().reasons, ['not-ready']);
  assert.equal((await app.inject({ url: '/api/v1/health' })).statusCode, 200);
  isReady = true;
  const yes = await app.inject({ url: '/ready' });
  assert.deepEqual([yes.statusCode, yes.json()], [200, { status: 'ready' }]);
});
