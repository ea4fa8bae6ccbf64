/** Pure HTTP behaviour that needs real connections: large bodies, uploads, callers who go away. The
 * gate is made for these tests (`pure-http.ts`). */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { CLIENT, STAFF, SUBJECT, serverWith, TOKEN } from '../../../test/support/pure-http.ts';
import type { Problem } from './problem.ts';

const authorization = `Bearer ${TOKEN}`;
const MIB = 1024 * 1024;
const IMPORTS = `/api/v1/clients/${CLIENT}/imports?mode=check`;

async function listen(app: ReturnType<typeof serverWith>['app']): Promise<URL> {
  return new URL(await app.listen({ host: '127.0.0.1', port: 0 }));
}

test('a body of 100 MB is refused by the gate, is not kept, and its sender can read why', async () => {
  const { app, refused } = serverWith(() => ({}));
  const url = await listen(app);
  const before = process.memoryUsage().arrayBuffers;
  const piece = Buffer.alloc(MIB, ' ');
  let most = 0;
  const pieces = async function* () {
    for (let i = 0; i < 100; i++) {
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
      yield piece;
    }
  };
  const length = String(100 * MIB);
  for (const headers of [
    {},
    { 'content-length': length },
    { 'content-length': length, connection: 'close' },
  ]) {
    const sent = httpRequest(new URL(`${STAFF}/search`, url), {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json', ...headers },
    });
    const answered = once(sent, 'response');
    Readable.from(pieces()).pipe(sent);
    const [answer] = await answered;
    assert.equal(answer.statusCode, 413);
    const problem = JSON.parse(Buffer.concat(await answer.toArray()).toString());
    assert.equal(problem.status, 413);
    assert.deepEqual(refused.pop(), { status: 413, reasons: ['bad-input'] });
    sent.destroy();
  }
  assert.ok(most < 40 * MIB, `${most} bytes kept`);
});

test('who sends 100 MB before reading anything, and then wants to close, can read why', async () => {
  const { app } = serverWith(() => ({}));
  const url = await listen(app);
  const socket = connect(Number(url.port), '127.0.0.1').pause();
  socket.write(
    `POST ${STAFF}/search HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: ${authorization}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${100 * MIB}\r\n\r\n`,
  );
  const piece = Buffer.alloc(MIB, ' ');
  for (let i = 0; i < 100; i++) if (!socket.write(piece)) await once(socket, 'drain');
  const text = Buffer.concat(await socket.toArray()).toString();
  assert.match(text, /^HTTP\/1\.1 413 /);
});

test('a body that nobody wants and that does not end is cut off', async () => {
  const { app } = serverWith(() => ({}), { limits: { discardBytesMax: MIB } });
  const url = await listen(app);
  const socket = connect(Number(url.port), '127.0.0.1');
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(`POST ${STAFF}/search HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`);
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
  const more = (): void => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', more);
  socket.resume();
  more();
  await closed;
});

test('a body that does not arrive in time is refused by the gate', async () => {
  const { app, refused } = serverWith(() => ({}), { limits: { bodyTimeoutMs: 20 } });
  const url = await listen(app);
  const sent = httpRequest(new URL(`${STAFF}/search`, url), {
    method: 'POST',
    headers: { authorization, 'content-type': 'application/json', 'content-length': '10' },
  });
  sent.on('error', () => {});
  sent.write('{');
  const [answer] = await once(sent, 'response');
  assert.equal(answer.statusCode, 408);
  assert.deepEqual(refused, [{ status: 408, reasons: ['bad-input'] }]);
  sent.destroy();
});

test('a caller who goes away aborts the signal that the gate was given', async () => {
  const aborted = Promise.withResolvers<void>();
  const started = Promise.withResolvers<void>();
  const { app } = serverWith(async ({ request }) => {
    request.signal.addEventListener('abort', () => aborted.resolve());
    started.resolve();
    await aborted.promise;
    return {};
  });
  const url = await listen(app);
  const sent = httpRequest(new URL(`${STAFF}/${SUBJECT}`, url), { headers: { authorization } });
  sent.on('error', () => {});
  sent.end();
  await started.promise;
  sent.destroy();
  await aborted.promise;
});

test('an answer that does not begin in time is a 503, and its signal is aborted', async () => {
  let signal: AbortSignal | undefined;
  const { app, logged } = serverWith(
    ({ request }) => {
      signal = request.signal;
      return new Promise(() => {});
    },
    { limits: { answerTimeoutMs: 20 } },
  );
  const answer = await fetch(new URL(`${STAFF}/${SUBJECT}`, await listen(app)), {
    headers: { authorization },
  });
  assert.equal(answer.status, 503);
  assert.deepEqual(((await answer.json()) as { reasons: string[] }).reasons, ['timeout']);
  assert.equal(signal!.aborted, true);
  assert.equal(logged[0]!.event, 'answer-timeout');
});

test('a stream that fails half-way cuts the connection', async () => {
  const { app, logged } = serverWith(() =>
    (async function* () {
      yield Buffer.alloc(100_000);
      throw new Error('source failed');
    })(),
  );
  const url = new URL(`/api/v1/clients/${CLIENT}/evidence`, await listen(app));
  const answer = await fetch(url, { method: 'POST', headers: { authorization } });
  assert.equal(answer.status, 200);
  await assert.rejects(answer.arrayBuffer());
  assert.equal(logged[0]!.event, 'request-failed');
});

test('the parts of an upload stream through, files and fields alike', async () => {
  const parts: [string, number][] = [];
  const { app } = serverWith(async ({ input }) => {
    for (let part = await input.upload!.next(); part; part = await input.upload!.next()) {
      let length = 0;
      for await (const chunk of part.bytes) length += chunk.length;
      parts.push([part.name, length]);
    }
    return { id: 'imp' };
  });
  const form = new FormData();
  form.append('file', new Blob([Buffer.alloc(3 * MIB, 'x')]), 'staff.csv');
  form.append('mapping', '{"version":1}');
  const url = new URL(IMPORTS, await listen(app));
  const answer = await fetch(url, { method: 'POST', headers: { authorization }, body: form });
  assert.equal(answer.status, 202);
  assert.deepEqual(parts, [
    ['file', 3 * MIB],
    ['mapping', 13],
  ]);
});

test('a part that is not read is skipped, and an upload that is not read is thrown away', async () => {
  const names: string[] = [];
  const { app } = serverWith(async ({ input }) => {
    if (names.length) return { id: 'imp' };
    for (let part = await input.upload!.next(); part; part = await input.upload!.next()) {
      names.push(part.name);
    }
    return { id: 'imp' };
  });
  const url = new URL(IMPORTS, await listen(app));
  for (let i = 0; i < 2; i++) {
    const body = new FormData();
    body.append('file', new Blob([Buffer.alloc(3 * MIB, 'x')]), 'staff.csv');
    body.append('mapping', new Blob(['{}']), 'mapping.json');
    const answer = await fetch(url, { method: 'POST', headers: { authorization }, body });
    assert.equal(answer.status, 202);
    await answer.arrayBuffer();
  }
  assert.deepEqual(names, ['file', 'mapping']);
});

test('uploads past a limit, broken ones and other types are refused by the gate', async () => {
  const limits = { uploadFileBytesMax: 1000, uploadMappingBytesMax: 100, uploadPartsMax: 2 };
  const { app, refused } = serverWith(
    async ({ input }) => {
      for (let part = await input.upload!.next(); part; part = await input.upload!.next()) {
        for await (const chunk of part.bytes) assert.ok(chunk);
      }
      return {};
    },
    { limits },
  );
  const url = new URL(IMPORTS, await listen(app));
  const send = async (body: FormData | string, type?: string) => {
    const headers = { authorization, ...(type && { 'content-type': type }) };
    const answer = await fetch(url, { method: 'POST', headers, body });
    const { status, faults } = (await answer.json()) as Problem;
    assert.deepEqual(refused.pop(), { status: answer.status, reasons: ['bad-input'] });
    assert.equal(status, answer.status);
    return [status, faults?.[0]?.at];
  };
  const form = (...parts: [string, number, boolean][]) => {
    const body = new FormData();
    for (const [name, size, isFile] of parts) {
      if (isFile) body.append(name, new Blob(['x'.repeat(size)]), 'x');
      else body.append(name, 'x'.repeat(size));
    }
    return body;
  };
  assert.deepEqual(await send(form(['file', 1001, true])), [413, 'part.file']);
  assert.deepEqual(await send(form(['file', 3 * MIB, true])), [413, 'part.file']);
  assert.deepEqual(await send(form(['mapping', 101, true])), [413, 'part.mapping']);
  assert.deepEqual(await send(form(['mapping', 101, false])), [413, 'part.mapping']);
  assert.deepEqual(await send(form(['secret', 101, true])), [413, 'part.(part)']);
  const three: [string, number, boolean] = ['a', 1, false];
  assert.deepEqual(await send(form(three, three, three)), [413, undefined]);
  assert.deepEqual(await send('{}', 'application/json'), [415, undefined]);
  assert.deepEqual(await send('nothing', 'multipart/form-data'), [415, undefined]);
  assert.deepEqual(await send('nothing', 'multipart/form-data; boundary=b'), [400, undefined]);
  const cut = '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nabc';
  assert.deepEqual(await send(cut, 'multipart/form-data; boundary=b'), [400, undefined]);
});

test('bytes that are no request get a problem and no more', async () => {
  const { app, seen } = serverWith(() => ({}));
  const url = await listen(app);
  for (const [bytes, status] of [
    ['HELO\r\n\r\n', 400],
    [`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ] as const) {
    const socket = connect(Number(url.port), '127.0.0.1');
    socket.end(bytes);
    const text = Buffer.concat(await socket.toArray()).toString();
    assert.match(text, new RegExp(`^HTTP/1.1 ${status} `));
    assert.match(text, /application\/problem\+json/);
    assert.match(text, /X-Content-Type-Options: nosniff/);
  }
  assert.equal(seen.length, 0);
});
