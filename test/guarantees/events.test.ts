// Events for a collector: every entry, as OCSF, by export, in a file and as syslog over TLS; with
// pseudonymous ids only, and what is lost is counted and told.
import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { openEventSinks } from '../../src/server/domain/detection/event-sinks.ts';
import { openSyslogSink } from '../../src/server/domain/detection/syslog-sink.ts';
import type { RunningServer } from '../../src/server/main.ts';
import { must } from '../support/api.ts';
import { type Authority, makeAuthority } from '../support/certificates.ts';
import { movableClock } from '../support/clock.ts';
import { tempDir } from '../support/cluster.ts';
import { type Collector, openCollector } from '../support/syslog-collector.ts';
import { openWorld, startTestServer, type World } from '../support/world.ts';

/** RFC 5424: priority, version, time, host, name, process, message id, no structured data, BOM. */
const SYSLOG =
  /^<(\d{1,3})>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z [!-~]{1,255} worksmartly \d+ [!-~]{1,32} - \uFEFF(\{.*\})$/s;

let authority: Authority;
let collector: Collector;
let world: World;
let server: RunningServer;
let file: string;
const clock = movableClock();
before(async () => {
  authority = makeAuthority(tempDir());
  collector = await openCollector(authority.issue());
  world = await openWorld({ now: clock.now });
  file = join(world.directory, 'events.ndjson');
  server = await startTestServer(world.database, world.directory, clock.now, {
    env: {
      WORKSMARTLY_SYSLOG: `localhost:${collector.port}`,
      WORKSMARTLY_SYSLOG_CA: authority.caPath,
      WORKSMARTLY_EVENTS_FILE: file,
    },
  });
});
after(async () => {
  await server?.close();
  await world?.close();
  await collector?.close();
});

/** Everything that could tell who somebody is. */
const PERSONAL = [
  /Quillmanager|Mavis|Brackenfield|Orrin|Tamsin|Ostrowhite|Juniper|Holloway/i,
  /Out Sider|First Hr|First Executive|Ad Min/,
  /@|example\.test/,
  /\b\d{1,3}(\.\d{1,3}){3}\b|::1|127\.0/,
  /E-10\d|X-1|61250|1984-03-05|2019-04-01|Clerk|Analyst/,
  /sub_|rec_|per_/,
];
function assertPseudonymous(text: string) {
  for (const pattern of PERSONAL) assert.doesNotMatch(text, pattern);
}
const read = (i: number) =>
  must(world.url, world.tokens.servicing, 'people.read', {
    params: { c: world.clients[0], sub: world.people[i]!.id },
  });

test('each entry becomes one event of the class that it is, and nothing in it tells who anybody is', async () => {
  await read(1);
  await must(world.url, world.tokens.hr, 'people.search', {
    params: { c: world.clients[0] },
    body: { q: 'Quillmanager' },
  });
  const params = { c: world.clients[0] };
  const text = await must(world.url, world.tokens.auditor, 'events.export', { params });
  const provider = await must(world.url, world.tokens.security, 'provider-events.export');
  const events = text
    .trimEnd()
    .split('\n')
    .map((line: string) => JSON.parse(line));
  assertPseudonymous(text + provider);
  for (const [i, event] of events.entries()) {
    const { category_uid, class_uid, activity_id, type_uid, time, metadata, actor } = event;
    assert.equal(type_uid, 100 * class_uid + activity_id);
    assert.equal(Math.floor(class_uid / 1000), category_uid);
    assert.deepEqual([metadata.tenant_uid, metadata.sequence], [world.clients[0], i]);
    assert.match(metadata.version, /^1\.\d+\.\d+$/);
    assert.ok(Number.isSafeInteger(time) && event.severity_id >= 1 && actor.user.uid);
  }
  const opened = events.findLast(
    (event: { api: { operation: string } }) => event.api.operation === 'people.read',
  );
  assert.deepEqual(
    [opened.type_uid, opened.status_id, opened.actor.user.uid, opened.unmapped.subject_count],
    [600501, 1, world.users.servicing, 1],
  );
  const registered = events.find(
    (event: { unmapped: { fact: string } }) => event.unmapped.fact === 'user.registered',
  );
  assert.equal(registered.type_uid, 300101);
});

test('a collector gets them as syslog over TLS, and a file has the same', async () => {
  const before = collector.messages.length;
  await server.detector.look();
  await collector.until(before + 20);
  await pause(50);
  const lines = collector.messages.map((message) => {
    const [, priority, line] = SYSLOG.exec(message) ?? assert.fail(message);
    assert.equal(Math.floor(Number(priority) / 8), 13);
    return line!;
  });
  assertPseudonymous(lines.join('\n'));
  const written = readFileSync(file, 'utf8').trimEnd().split('\n');
  assert.deepEqual(new Set(lines), new Set(written));
  assert.equal(new Set(lines).size, lines.length, 'each once');
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('after the connection broke it is made again, and what comes then arrives', async () => {
  collector.cut();
  const before = collector.messages.length;
  // The first write may still go into the broken connection.
  for (let i = 0; collector.messages.length === before && i < 50; i++) {
    await read(2);
    await server.detector.look();
    await pause(100);
  }
  await collector.until(before + 1);
});

test('a collector whose certificate is of somebody else gets nothing', async () => {
  const stranger = makeAuthority(tempDir());
  const other = await openCollector(stranger.issue());
  const logged: string[] = [];
  const failed = Promise.withResolvers<void>();
  const sink = openSyslogSink({
    ...{ host: 'localhost', port: other.port, ca: authority.ca, dropped() {}, retryMs: 60_000 },
    log({ event }) {
      logged.push(event);
      if (event === 'syslog-failed') failed.resolve();
    },
  });
  sink.send(['{"time":0}']);
  await failed.promise;
  assert.deepEqual([other.messages, logged.includes('syslog-connected')], [[], false]);
  await sink.close();
  await other.close();
});

test('what does not fit into the queue is counted, and an alert tells of it', async () => {
  const sink = openSyslogSink({
    ...{ host: '127.0.0.1', port: 1, ca: authority.ca, log() {}, dropped() {} },
    ...{ queueMax: 5, retryMs: 60_000 },
  });
  const lines = Array.from({ length: 8 }, () => '{"time":0}');
  assert.deepEqual([sink.send(lines), sink.send(lines)], [3, 8]);
  await sink.close();

  const sinks = openEventSinks({ syslog: undefined, file: '/nowhere/events', log() {} });
  sinks.send(lines);
  await sinks.close();
  assert.deepEqual([sinks.takeLost(), sinks.takeLost()], [8, 0]);
});
