/** Streams of events on real connections, of a gate that is made for these tests (`pure-http.ts`). */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { openEventStream } from '../../../test/support/event-stream.ts';
import { CLIENT, serverWith, TOKEN } from '../../../test/support/pure-http.ts';
import { Refusal } from '../fault.ts';

const PATH = `/api/v1/clients/${CLIENT}/activity/stream`;

const answerOf = (pieces: AsyncIterable<string>) => ({
  stream: { mediaType: 'text/event-stream' },
  pieces,
  ending: (reason: string, reasons: readonly string[] = []) =>
    `event: end\ndata: ${JSON.stringify({ reason, reasons })}\n\n`,
});

async function listening(
  make: (signal: AbortSignal) => AsyncIterable<string>,
  limits: NonNullable<Parameters<typeof serverWith>[1]>['limits'] = {},
) {
  const { app } = serverWith(({ request }) => answerOf(make(request.signal)), { limits });
  return { app, url: await app.listen({ host: '127.0.0.1', port: 0 }) };
}

const untilAborted = (signal: AbortSignal) =>
  signal.aborted ? Promise.resolve() : once(signal, 'abort');

test('a stream says that it is one, and that nothing may keep or hold it back', async () => {
  const { url } = await listening(async function* () {
    yield 'id: 7\nevent: entry\ndata: {"a":1}\n\n';
  });
  const { head, rest } = await openEventStream(url, PATH, TOKEN);
  assert.match(head, /^HTTP\/1\.1 200 /);
  for (const line of [
    'Content-Type: text/event-stream',
    'Cache-Control: no-store',
    'X-Accel-Buffering: no',
    'Connection: close',
  ]) {
    assert.ok(head.includes(`\r\n${line}\r\n`), head);
  }
  assert.deepEqual(await rest(), [{ id: 7, event: 'entry', data: { a: 1 } }]);
});

test('a stream on which nothing happens shows signs of life', async () => {
  const { url } = await listening(
    async function* (signal) {
      await untilAborted(signal);
      yield '';
    },
    { heartbeatMs: 5 },
  );
  const reader = await openEventStream(url, PATH, TOKEN);
  while (!reader.text().startsWith(': \n\n: \n\n')) await once(reader.socket, 'data');
  reader.close();
});

test('a reader who does not take what comes is cut off, and can read why', async () => {
  let taken = 0;
  const ended = Promise.withResolvers<void>();
  const { url } = await listening(
    async function* (signal) {
      try {
        for (; !signal.aborted; taken++) {
          yield `id: ${taken}\nevent: entry\ndata: "${'x'.repeat(65_536)}"\n\n`;
        }
      } finally {
        ended.resolve();
      }
    },
    { streamBlockedMs: 50 },
  );
  const reader = await openEventStream(url, PATH, TOKEN);
  reader.socket.pause();
  await ended.promise;
  reader.socket.resume();
  const events = await reader.rest();
  const last = events.pop()!;
  assert.deepEqual([last.event, last.data.reason], ['end', 'slow-reader']);
  assert.deepEqual(
    events.map(({ id }) => id),
    events.map((_, i) => i),
  );
  // What was made is what the connection could take, and no more than one event beyond.
  assert.ok(taken - events.length <= 1, `${taken} made, ${events.length} read`);
});

test('a reader who never reads again does not hold the connection', async () => {
  const over = Promise.withResolvers<void>();
  const { app, url } = await listening(
    async function* (signal) {
      while (!signal.aborted) yield `data: "${'x'.repeat(65_536)}"\n\n`;
    },
    { streamBlockedMs: 20, streamGraceMs: 20 },
  );
  app.server.once('connection', (socket) => socket.once('close', () => over.resolve()));
  const reader = await openEventStream(url, PATH, TOKEN);
  reader.socket.pause();
  await over.promise;
  reader.close();
});

test('a refusal in the middle is the last event; a fault cuts the connection', async () => {
  const { url } = await listening(async function* () {
    yield 'data: 1\n\n';
    throw new Refusal(403, ['no-assignment'], 'Over.');
  });
  const refused = await (await openEventStream(url, PATH, TOKEN)).rest();
  assert.deepEqual(refused.at(-1), {
    id: null,
    event: 'end',
    data: { reason: 'authority-ended', reasons: ['no-assignment'] },
  });
  const broken = await listening(async function* () {
    yield 'data: 1\n\n';
    throw new Error('broken');
  });
  const events = await (await openEventStream(broken.url, PATH, TOKEN)).rest();
  assert.ok(
    events.every(({ event }) => event !== 'end'),
    'what broke must not look like an end',
  );
});

test('a server that closes ends its streams', async () => {
  const { app, url } = await listening(async function* (signal) {
    yield 'data: 1\n\n';
    await untilAborted(signal);
  });
  const reader = await openEventStream(url, PATH, TOKEN);
  await reader.next();
  await app.close();
  assert.equal((await reader.next())!.data.reason, 'server-stopping');
});

test('whoever goes away aborts what makes the events', async () => {
  const aborted = Promise.withResolvers<void>();
  const { url } = await listening(async function* (signal) {
    yield 'data: 1\n\n';
    await untilAborted(signal);
    aborted.resolve();
  });
  const reader = await openEventStream(url, PATH, TOKEN);
  await reader.next();
  reader.close();
  await aborted.promise;
});
