/** Jobs: killed at any moment they go on where they were, in one process at a time, in the name of
 * whoever started them and only as long as that person may; they can be cancelled and resumed. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { type Launched, launchPostgres } from '../../src/server/vault/postgres/launch.ts';
import { ask, must } from '../support/api.ts';
import { tempDir } from '../support/cluster.ts';
import { diagnose, faults } from '../support/diagnosis.ts';
import { readLedger, verifyLedger } from '../support/evidence.ts';
import { type Furnished, furnish } from '../support/furnish.ts';
import { importFile, STAFF_MAPPING, staffFile } from '../support/imports.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

/** Enough for half a dozen steps. */
const COUNT = 3000;

const directory = tempDir();
let cluster: Launched;
let one: ServerProcess;
let two: ServerProcess;
let admin: string;
let house: Furnished;
let owner: pg.Client;

before(async () => {
  const settings = { fsync: 'off', full_page_writes: 'off' };
  cluster = await launchPostgres({ dir: directory, settings });
  one = await startServerProcess(directory);
  two = await startServerProcess(directory);
  admin = one.token!;
  house = await furnish(one.url, admin, 'Laborious Works');
  owner = new pg.Client(cluster.connection('admin'));
  await owner.connect();
  const sender = { url: one.url, token: house.hr, client: house.client };
  await importFile(sender, 'commit', staffFile(1, COUNT), STAFF_MAPPING);
});

after(async () => {
  await Promise.all([one?.stop(), two?.stop()]);
  await owner?.end();
  await cluster?.stop();
});

const start = async (server: ServerProcess, token = house.hr): Promise<string> =>
  (await must(server.url, token, 'keys.rotate', { params: { c: house.client }, body: {} })).id;

const of = (id: string) => ({ params: { c: house.client, id } });
const read = (server: ServerProcess, id: string) =>
  must(server.url, house.executive, 'jobs.read', of(id));

/** Waits for a state; gives the job when it is there. */
async function until(server: ServerProcess, id: string, is: (job: Job) => boolean): Promise<Job> {
  for (;;) {
    const job: Job = await read(server, id);
    if (is(job)) return job;
    if (['failed', 'refused', 'cancelled'].includes(job.state)) assert.fail(JSON.stringify(job));
    await pause(2);
  }
}
interface Job {
  readonly state: string;
  readonly progress: { readonly done: number; readonly total: number };
  readonly reasons: readonly string[];
}
const isUnderWay = ({ state, progress }: Job) => state === 'running' && progress.done > 0;

const runOf = async (id: string): Promise<number> =>
  (await owner.query('select run from job where job_id = $1', [id.slice(4)])).rows[0].run;

/** The entries of the job's end. */
async function entriesOf(id: string) {
  const entries = await readLedger(two.url, house.executive, house.client);
  return entries.filter(({ via, fact }) => via === id && fact === null);
}

async function newHr() {
  const name = `Passing Hr ${Math.random()}`;
  const address = `${name.replaceAll(' ', '.')}@example.test`.toLowerCase();
  const body = { side: 'client', client: house.client, roles: ['hr'], name, address };
  const { id } = await must(one.url, house.hr, 'users.register', { body });
  const issued = await must(one.url, house.hr, 'tokens.issue', { params: { id }, body: {} });
  return { user: id as string, token: issued.token as string };
}

test('only one such job of a client goes on at once, wherever the second is asked for', async () => {
  const id = await start(one);
  const asked = { params: { c: house.client }, body: {} };
  const second = await ask(two.url, house.hr, 'keys.rotate', asked);
  assert.deepEqual([second.status, second.json.reasons], [409, ['job-under-way']]);
  const done = await until(two, id, ({ state }) => state === 'done');
  assert.deepEqual(done.progress, { done: COUNT, total: COUNT });
  const [entry, ...more] = await entriesOf(id);
  assert.deepEqual(more, []);
  assert.deepEqual([entry!.op, entry!.outcome, entry!.role], ['keys.rotate', 'allowed', 'hr']);
});

test('a job whose process was killed is interrupted, and goes on where it was for whoever resumes it', async () => {
  const id = await start(one);
  const before = await until(one, id, isUnderWay);
  await one.kill();
  const left = await until(two, id, ({ state }) => state === 'interrupted');
  assert.ok(left.progress.done >= before.progress.done - 500);
  assert.ok(left.progress.done < COUNT);
  await must(two.url, house.executive, 'jobs.resume', of(id));
  await until(two, id, ({ state }) => state === 'done');
  const [entry, ...more] = await entriesOf(id);
  assert.deepEqual([more, entry!.role], [[], 'executive']);
  one = await startServerProcess(directory);
});

test('servers that start take up what a dead one left: exactly one of them carries it on', async () => {
  const id = await start(one);
  await until(one, id, isUnderWay);
  await Promise.all([one.kill(), two.kill()]);
  [one, two] = await Promise.all([startServerProcess(directory), startServerProcess(directory)]);
  await until(one, id, ({ state }) => state === 'done');
  assert.equal(await runOf(id), 3);
  const [entry, ...more] = await entriesOf(id);
  assert.deepEqual([more, entry!.role, entry!.outcome], [[], 'hr', 'allowed']);
});

test('a job ends before its next step once whoever started it may not do so any more', async () => {
  const { user, token } = await newHr();
  const id = await start(one, token);
  await until(one, id, isUnderWay);
  await must(two.url, house.hr, 'users.disable', { params: { id: user } });
  for (;;) {
    const job = await read(two, id);
    if (job.state === 'refused') break;
    assert.equal(job.state, 'running');
    await pause(2);
  }
  const refused = await read(two, id);
  assert.deepEqual(refused.reasons, ['actor-unknown']);
  assert.ok(refused.progress.done < COUNT);
  const [entry] = await entriesOf(id);
  assert.deepEqual([entry!.actor, entry!.outcome], [user, 'refused']);
  await must(two.url, house.hr, 'jobs.resume', of(id));
  await until(two, id, ({ state }) => state === 'done');
});

test('a job that is cancelled stops before its next step, and cannot be resumed', async () => {
  const id = await start(one);
  await until(one, id, isUnderWay);
  await must(two.url, house.executive, 'jobs.cancel', of(id));
  for (;;) {
    const job = await read(two, id);
    if (job.state === 'cancelled') break;
    assert.equal(job.state, 'running');
    await pause(2);
  }
  const again = await ask(two.url, house.hr, 'jobs.resume', of(id));
  assert.deepEqual([again.status, again.json.reasons], [409, ['job-not-resumable']]);
  const once = await ask(two.url, house.hr, 'jobs.cancel', of(id));
  assert.deepEqual([once.status, once.json.reasons], [409, ['job-ended']]);
});

test('a change of all keys that is killed again and again ends all the same, and nothing is lost', async () => {
  const params = { c: house.client };
  const body = { subjects: true };
  const { id } = await must(one.url, house.hr, 'keys.rotate', { params, body });
  const random = seededRandom(20261123);
  for (let kill = 0; kill < 2; kill++) {
    await pause(random.below(700));
    await one.kill();
    const left = await read(two, id);
    if (left.state === 'done') break;
    one = await startServerProcess(directory);
  }
  await until(two, id, ({ state }) => state === 'done');
  const { items, faults: contradictions } = await must(two.url, house.executive, 'keys.list', {
    params,
  });
  assert.deepEqual(contradictions, []);
  const held = items.filter(
    ({ wrappedUnder, key }: { wrappedUnder: number | null; key: string }) =>
      wrappedUnder !== null && ['client', 'record'].includes(key),
  );
  assert.equal(held.length, 2);
  const list = await must(two.url, house.hr, 'people.list', { params });
  assert.equal(list.total, COUNT);
  assert.deepEqual(faults(await diagnose(directory, { records: true })), []);
});

test('what jobs left in the ledger is covered, to an outsider who verifies it', async () => {
  const report = await verifyLedger(one.url, house.executive, house.client);
  assert.deepEqual([report.failures, report.verified], [[], true]);
});
