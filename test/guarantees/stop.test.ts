/** Stopping and being ready: whoever heeds /ready loses no request when a server is stopped, what runs
 * may end, what does not end is cut off, and the process is gone in time. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { ask } from '../support/api.ts';
import { launchTestPostgres, type TestPostgres, tempDir } from '../support/cluster.ts';
import { addPerson, type Furnished, furnish, leastRecords } from '../support/furnish.ts';
import { type ServeProcess, startServe } from '../support/serve-process.ts';

const directory = tempDir();
const settings = { fsync: 'off', full_page_writes: 'off' };
const FIRST = ['--first-administrator', 'Ad Min <ad@example.test>'];
let cluster: TestPostgres;
let one: ServeProcess;
let house: Furnished;
let path: string;
const others: ServeProcess[] = [];

before(async () => {
  cluster = await launchTestPostgres(directory, settings);
  one = await startServe(directory, {}, FIRST);
  house = await furnish(one.url, one.token!, 'Stopped Works');
  const person = await addPerson(one.url, house, leastRecords('S-1', 'Stillwater'));
  path = `/api/v1/clients/${house.client}/staff/${person.id}`;
});

after(async () => {
  await Promise.all([one?.stop(), ...others.map((each) => each.stop())]);
  await cluster?.stop();
});

async function another(env: Record<string, string> = {}): Promise<ServeProcess> {
  const started = await startServe(directory, env);
  others.push(started);
  return started;
}

async function isReady(url: string): Promise<boolean> {
  return (await fetch(`${url}/ready`)).status === 200;
}

/** One GET on a connection that is kept; rejects when it breaks. */
function get(url: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${house.hr}` };
    const sent = httpRequest(`${url}${path}`, { agent, headers }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode!));
      answer.once('error', reject);
    });
    sent.once('error', reject);
    sent.end();
  });
}

test('behind a load balancer that asks /ready, no request fails while a server stops', async () => {
  const two = await another({ WORKSMARTLY_DRAIN_SECONDS: '3' });
  const ready = new Map([
    [one.url, true],
    [two.url, true],
  ]);
  let isOver = false;
  const probing = (async () => {
    while (!isOver) {
      for (const url of ready.keys()) {
        if (url === two.url && !ready.get(url)) continue;
        ready.set(url, await isReady(url).catch(() => false));
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  const agent = new Agent({ keepAlive: true });
  const served = new Map<string, number>();
  const failures: unknown[] = [];
  const calling = Array.from({ length: 4 }, async (_, hand) => {
    for (let i = hand; !isOver; i++) {
      const urls = [...ready.keys()].filter((url) => ready.get(url));
      const url = urls[i % urls.length]!;
      try {
        const status = await get(url, agent);
        if (status === 200) served.set(url, (served.get(url) ?? 0) + 1);
        else failures.push(status);
      } catch (error) {
        failures.push(error);
      }
    }
  });
  while ((served.get(two.url) ?? 0) < 20) await new Promise((resolve) => setTimeout(resolve, 10));
  two.signal('SIGTERM');
  assert.equal(await two.ended, 0);
  isOver = true;
  await Promise.all([probing, ...calling]);
  agent.destroy();
  assert.deepEqual(failures, []);
  assert.ok(served.get(one.url)! > 0 && served.get(two.url)! >= 20);
  const events = two.events().map(({ event }) => event);
  assert.deepEqual(events, ['started', 'stopping', 'stopped']);
});

test('while it drains it says that it is not ready, still answers, and ends each connection', async () => {
  const server = await another({ WORKSMARTLY_DRAIN_SECONDS: '30' });
  assert.equal(await isReady(server.url), true);
  server.signal('SIGINT');
  while (await isReady(server.url));
  const answer = await fetch(`${server.url}/ready`);
  assert.equal(answer.status, 503);
  assert.deepEqual(((await answer.json()) as { reasons: string[] }).reasons, ['not-ready']);
  const call = { headers: { authorization: `Bearer ${house.hr}` } };
  const read = await fetch(`${server.url}${path}`, call);
  assert.deepEqual([read.status, read.headers.get('connection')], [200, 'close']);
  assert.equal((await fetch(`${server.url}/api/v1/health`)).status, 200);
  // Somebody who cannot wait: the second signal ends the process at once.
  server.signal('SIGTERM');
  assert.equal(await server.ended, 1);
});

/** The beginning of an upload whose end nobody has sent yet. */
async function openUpload(server: ServeProcess) {
  const { port } = new URL(server.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => {});
  const file =
    '--b\r\nContent-Disposition: form-data; name="file"; filename="x.csv"\r\n\r\nNumber\r\nN-1';
  const end = '\r\n--b--\r\n';
  socket.write(
    `POST /api/v1/clients/${house.client}/imports?mode=check HTTP/1.1\r\nHost: x\r\n` +
      `Authorization: Bearer ${house.hr}\r\nContent-Type: multipart/form-data; boundary=b\r\n` +
      `Expect: 100-continue\r\nContent-Length: ${file.length + end.length}\r\n\r\n`,
  );
  // The server has the request now.
  await once(socket, 'data');
  socket.write(file);
  return { socket, finish: () => socket.write(end) };
}

async function untilStopping(server: ServeProcess): Promise<void> {
  while (!server.events().some(({ event }) => event === 'stopping')) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('a request that runs when nothing new is accepted any more is answered', async () => {
  const server = await another();
  const { socket, finish } = await openUpload(server);
  server.signal('SIGTERM');
  await untilStopping(server);
  finish();
  const text = Buffer.concat(await socket.toArray()).toString();
  // It has no mapping, which is for the gate to say.
  assert.match(text, /^HTTP\/1\.1 4\d\d /);
  assert.match(text, /bad-input/);
  assert.equal(await server.ended, 0);
});

test('what does not end in time is cut off, and the process is gone', async () => {
  const server = await another({ WORKSMARTLY_STOP_SECONDS: '1' });
  const { socket } = await openUpload(server);
  const closed = once(socket, 'close');
  socket.resume();
  server.signal('SIGTERM');
  await closed;
  assert.equal(await server.ended, 0);
  assert.ok(server.events().some(({ event }) => event === 'stop-cut'));
});

test('without its database a server is alive and not ready, and ready again once it is back', async () => {
  assert.equal(await isReady(one.url), true);
  await cluster.stop();
  while (await isReady(one.url));
  const health = await fetch(`${one.url}/api/v1/health`);
  assert.deepEqual([health.status, await health.json()], [200, { status: 'ok' }]);
  cluster = await launchTestPostgres(directory, settings);
  while (!(await isReady(one.url)));
  const params = { c: house.client, sub: path.split('/').at(-1)! };
  const { status, text } = await ask(one.url, house.hr, 'people.read', { params });
  assert.equal(status, 200, text.slice(0, 200));
  const faults = one.events().filter(({ event }) => event === 'not-ready');
  assert.ok(
    faults.length >= 1 && faults.every(({ faults: text }) => /database/.test(String(text))),
  );
});
