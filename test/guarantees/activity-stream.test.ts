// The live stream: everything that happens at a client, in order, from every process, to be resumed without
// a gap; it ends with the authority of its reader, and shows nothing that the list would not show.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RunningServer } from '../../src/server/main.ts';
import { ask, must } from '../support/api.ts';
import { type Clock, HOUR, iso, movableClock } from '../support/clock.ts';
import {
  type EventStream,
  openEventStream,
  type StreamAsked,
  type StreamEvent,
} from '../support/event-stream.ts';
import { type Observer, ofCalls, openObserver } from '../support/observe.ts';
import { mappingOf, staffFile, upload } from '../support/request-bodies.ts';
import { forgetRefusals } from '../support/scene.ts';
import { signInAs } from '../support/sign-in.ts';
import { openWorld, type Persona, startTestServer, type World } from '../support/world.ts';

let clock: Clock;
let world: World;
let other: RunningServer;
let observer: Observer;
let c: string;
before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now });
  other = await startTestServer(world.database, world.directory, clock.now);
  observer = await openObserver(world);
  c = world.clients[0];
});
after(async () => {
  await observer.close();
  await other.close();
  await world.close();
});

const pathOf = (client = c) => `/api/v1/clients/${client}/activity/stream`;
const stream = (persona: Persona, asked: StreamAsked = {}) =>
  openEventStream(world.url, pathOf(), world.tokens[persona], asked);
const read = (persona: Persona, i = 3, url = world.url) =>
  must(url, world.tokens[persona], 'people.read', { params: { c, sub: world.people[i]!.id } });
const isRead = ({ event, data }: StreamEvent) => event === 'entry' && data.op === 'people.read';
async function opened(reader: EventStream): Promise<number> {
  assert.equal(reader.status, 200, reader.text());
  const first = await reader.next();
  assert.equal(first!.event, 'open');
  return first!.data.entry;
}
const list = async (persona: Persona, query: Record<string, string>) =>
  (await must(world.url, world.tokens[persona], 'activity.list', { params: { c }, query })).items;

/** A user of the client whom nobody else needs. */
async function newReader(role: string, until?: string) {
  const serial = ++readers;
  const body = {
    ...{ side: 'client', client: c, roles: [role] },
    ...{ name: `Reader ${serial}`, address: `reader${serial}@example.test` },
  };
  const { id } = await must(world.url, world.tokens.hr, 'users.register', { body });
  const issued = await must(world.url, world.tokens.hr, 'tokens.issue', {
    params: { id },
    body: until ? { until } : {},
  });
  return { id: id as string, token: issued.token as string, tokenId: issued.id as string };
}
let readers = 0;

test('an entry comes as the list shows it, whichever process wrote it', async () => {
  for (const persona of ['hr', 'executive', 'auditor'] as const) {
    const reader = await stream(persona);
    await opened(reader);
    for (const url of [world.url, other.url]) {
      await read('servicing', 3, url);
      const { id, data } = await reader.until(isRead);
      const [item] = await list(persona, { op: 'people.read', limit: '1' });
      assert.deepEqual(data, item);
      assert.equal(id, item.entry);
    }
    reader.close();
  }
});

test('opening one makes one entry, and reading from it none', async () => {
  const { appended } = await observer.observe(async () => {
    const reader = await stream('hr');
    await opened(reader);
    await read('servicing');
    await reader.until(isRead);
    reader.close();
  });
  assert.deepEqual(
    ofCalls(appended).map(({ entry }) => entry.op),
    ['activity.stream', 'people.read'],
  );
});

test('whoever resumes misses nothing and gets nothing twice', async () => {
  const first = await stream('auditor');
  const from = await opened(first);
  await read('servicing');
  const seen = [(await first.until(isRead)).id!];
  first.close();
  for (let i = 0; i < 120; i++) await read(i % 2 ? 'servicing' : 'hr');
  for (const asked of [
    { headers: { 'Last-Event-ID': String(seen.at(-1)) } },
    { query: `after=${seen.at(-1)}` },
  ]) {
    const again = await stream('auditor', asked);
    const own = await opened(again);
    const ids: number[] = [];
    while (ids.at(-1) !== own) ids.push((await again.next())!.id!);
    again.close();
    assert.deepEqual(
      ids,
      Array.from({ length: own - seen.at(-1)! }, (_, i) => seen.at(-1)! + 1 + i),
    );
  }
  assert.equal(seen[0], from + 1);
  const header = { 'Last-Event-ID': String(seen.at(-1)) };
  const caught = await stream('auditor', { headers: header, query: 'follow=false&after=0' });
  const events = await caught.rest();
  assert.deepEqual(
    [events[0]!.data.after, events.at(-1)!.event, events.at(-1)!.data.reason],
    [seen.at(-1), 'end', 'up-to-date'],
  );
});

test('a place that the ledger does not have is refused', async () => {
  forgetRefusals(clock);
  const { size } = await must(world.url, world.tokens.hr, 'ledger.entries', { params: { c } });
  for (const last of [String(size + 1000), '-1', '1e3', '0x1', '12,13', 'x', '9'.repeat(17)]) {
    const reader = await stream('hr', { headers: { 'Last-Event-ID': last } });
    assert.equal(reader.status, 400, last);
    reader.close();
  }
  const behind = await must(other.url, world.tokens.hr, 'ledger.entries', { params: { c } });
  await read('hr', 3, other.url);
  const query = `follow=false&after=${behind.size}`;
  const written = await stream('hr', { query });
  assert.deepEqual(
    (await written.rest()).map(({ event, data }) => data.op ?? event),
    ['open', 'activity.stream', 'end'],
  );
});

test('filters hold on the stream as on the list, for people on long lists too', async () => {
  const rows = Array.from({ length: 110 }, (_, i) => [`F-${i}`, 'F', `Person${i}`, '2021-05-01']);
  const subject = world.people[2]!.id;
  const of = async (query: string) => {
    const reader = await stream('hr', { query });
    await opened(reader);
    return reader;
  };
  const [bySubject, byOp] = [
    await of(`subject=${subject}`),
    await of(`op=reports.run&outcome=allowed&user=${world.users.servicing}&purpose=reporting`),
  ];
  const started = await must(world.url, world.tokens.hr, 'imports.start', {
    params: { c },
    query: { mode: 'commit' },
    body: upload(staffFile(rows), mappingOf()),
  });
  const everybody = await stream('hr', { query: 'op=imports.start' });
  await everybody.until(({ data }) => data.via === started.id);
  everybody.close();
  await read('servicing', 3);
  await must(world.url, world.tokens.servicing, 'reports.run', {
    params: { c, id: 'headcount' },
    body: {},
  });
  await read('servicing', 2);
  const first = (await bySubject.next())!.data;
  assert.deepEqual([first.op, first.subject, first.did], ['reports.run', subject, 'counted']);
  assert.ok(first.people > 100);
  const second = (await bySubject.next())!.data;
  assert.deepEqual([second.op, second.subject], ['people.read', subject]);
  assert.equal((await byOp.next())!.data.op, 'reports.run');
  bySubject.close();
  byOp.close();
  // What did not fit need not be looked through again.
  const nothing = await stream('hr', { query: 'op=no.such&after=0&follow=false' });
  const events = await nothing.rest();
  assert.deepEqual(
    events.map(({ event }) => event),
    ['open', 'end'],
  );
  const places = [...nothing.text().matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
  assert.equal(places.at(-1), events[0]!.data.entry);
});

test('nothing leaves that is later than the end of the reader’s authority', async () => {
  const ends = {
    async disabled({ id }: { id: string }, url: string) {
      await must(url, world.tokens.hr, 'users.disable', { params: { id } });
    },
    async revoked({ tokenId }: { tokenId: string }, url: string) {
      await must(url, world.tokens.hr, 'tokens.revoke', { params: { id: tokenId } });
    },
  };
  for (const [how, end] of Object.entries(ends)) {
    for (const url of [world.url, other.url]) {
      const user = await newReader('auditor');
      const reader = await openEventStream(world.url, pathOf(), user.token);
      await opened(reader);
      let isOver = false;
      const reading = (async () => {
        while (!isOver) await read('servicing', 3, url);
      })();
      await reader.until(isRead);
      await end(user, url);
      const rest = await reader.rest();
      isOver = true;
      await reading;
      const last = rest.at(-1)!;
      assert.deepEqual([last.event, last.data.reason], ['end', 'authority-ended'], how);
      assert.ok(last.data.reasons.length > 0);
      if (how === 'disabled') {
        const disabling = await list('hr', { limit: '200' });
        const fact = disabling.find((item: { fact: string }) => item.fact === 'user.disabled');
        for (const { id } of rest) assert.ok(id === null || id <= fact.entry, `${id}`);
      }
      const refused = await openEventStream(world.url, pathOf(), user.token);
      assert.equal(refused.status, 401);
      refused.close();
    }
  }
});

test('it ends when the token expires', async () => {
  const { token } = await newReader('auditor', iso(clock.now() + HOUR));
  const reader = await openEventStream(world.url, pathOf(), token);
  await opened(reader);
  clock.pass(HOUR);
  const last = (await reader.rest()).at(-1)!;
  assert.deepEqual([last.event, last.data.reason], ['end', 'expired']);
});

test('it ends with the session: signed out, or not used for too long', async () => {
  const opening = async () => {
    const { cookie } = await signInAs(world, 'executive');
    const reader = await openEventStream(world.url, pathOf(), null, {
      headers: { Cookie: cookie },
    });
    await opened(reader);
    return { cookie, reader };
  };
  const ended = async (reader: EventStream) => {
    const last = (await reader.rest()).at(-1)!;
    assert.deepEqual([last.event, last.data.reason], ['end', 'authority-ended']);
    assert.deepEqual(last.data.reasons, ['not-authenticated']);
  };
  const first = await opening();
  await must(world.url, '', 'sessions.end', { cookie: first.cookie });
  await ended(first.reader);
  const second = await opening();
  clock.pass(HOUR);
  await ended(second.reader);
});

test('nobody else may open one, and another client’s is like none', async () => {
  forgetRefusals(clock);
  for (const [persona, status] of [
    ['servicing', 403],
    ['manager', 403],
    ['staff', 403],
    ['outsider', 404],
    ['administrator', 404],
  ] as const) {
    const reader = await stream(persona);
    assert.equal(reader.status, status, persona);
    reader.close();
  }
  for (const client of [world.clients[1], 'cli_x']) {
    const reader = await openEventStream(world.url, pathOf(client), world.tokens.hr);
    assert.equal(reader.status, 404);
    reader.close();
  }
});

test('a user has five at once, however many are asked for at the same moment', async () => {
  forgetRefusals(clock);
  const { token } = await newReader('auditor');
  const all = await Promise.all(
    Array.from({ length: 50 }, () => openEventStream(world.url, pathOf(), token)),
  );
  const open = all.filter(({ status }) => status === 200);
  const kept: EventStream[] = [];
  for (const reader of open) {
    const first = (await reader.next())!;
    if (first.event === 'open') kept.push(reader);
    else assert.equal(first.data.reason, 'too-many-streams');
  }
  assert.equal(kept.length, 5);
  for (const { status } of all) assert.ok([200, 409, 429].includes(status), `${status}`);
  forgetRefusals(clock);
  const { json } = await ask(world.url, token, 'activity.stream', { params: { c } });
  assert.deepEqual(json.reasons, ['too-many-streams']);
  for (const reader of all) reader.close();
});

test('a server that stops says so, and does not wait for readers', async () => {
  const third = await startTestServer(world.database, world.directory, clock.now);
  const reader = await openEventStream(third.url, pathOf(), world.tokens.auditor);
  await opened(reader);
  await third.close();
  const last = (await reader.rest()).at(-1)!;
  assert.deepEqual([last.event, last.data.reason], ['end', 'server-stopping']);
});
