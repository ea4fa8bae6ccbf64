/** kill -9 again and again while a client goes over to a new version of the catalogue: readers see all
 * of the old or all of the new, nothing is lost, and cancelling leaves what was there before. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type Launched, launchPostgres } from '../../src/server/vault/postgres/launch.ts';
import { ask, must } from '../support/api.ts';
import { tempDir } from '../support/cluster.ts';
import { readLedger, verifyLedger } from '../support/evidence.ts';
import { type Furnished, furnish } from '../support/furnish.ts';
import { importFile, STAFF_MAPPING, staffFile } from '../support/imports.ts';
import { GIVEN_UP, nextCatalogue } from '../support/next-catalogue.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const PEOPLE = 1500;
const KILLS = 3;
const NEXT = { WORKSMARTLY_CATALOGUE: nextCatalogue() };

const directory = tempDir();
let cluster: Launched;
let server: ServerProcess;
let works: Furnished;

before(async () => {
  const settings = { fsync: 'off', full_page_writes: 'off' };
  cluster = await launchPostgres({ dir: directory, settings });
  server = await startServerProcess(directory);
  works = await furnish(server.url, server.token!, 'Killed Works');
  const sender = { url: server.url, token: works.hr, client: works.client };
  const constants = { ...STAFF_MAPPING.constants, 'employment.type': 'full-time' };
  const mapping = { ...STAFF_MAPPING, constants };
  const done = await importFile(sender, 'commit', staffFile(1, PEOPLE), mapping);
  assert.equal(done.state, 'done', JSON.stringify(done));
  await server.stop();
  server = await startServerProcess(directory, NEXT);
});

after(async () => {
  await server?.stop();
  await cluster?.stop();
});

const params = (more = {}) => ({ c: works.client, ...more });

/** How many people have the old code, and how many the new one: asked again when the job came to its
 * end between the two questions. */
async function counts(): Promise<string> {
  const of = async (code: string) => {
    const query = { 'employment.type': code, limit: '1' };
    return (await must(server.url, works.hr, 'people.list', { params: params(), query })).total;
  };
  for (;;) {
    const [old, later, again] = [await of('full-time'), await of('whole'), await of('full-time')];
    if (old === again) return `${old}/${later}`;
  }
}

const start = async () => {
  const body = { jurisdictions: ['US', 'US-CA'], destroy: GIVEN_UP };
  const answer = await must(server.url, works.executive, 'catalogue.adopt', {
    params: params(),
    body,
  });
  return answer.job as string;
};

const read = (id: string) =>
  must(server.url, works.hr, 'jobs.read', { params: params({ id }) }) as Promise<{
    state: string;
    progress: { done: number; total: number };
  }>;

async function until(id: string, isThere: (status: Awaited<ReturnType<typeof read>>) => boolean) {
  for (;;) {
    const status = await read(id);
    if (isThere(status)) return status;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test('a migration that is cancelled leaves everything as it was, and can be begun again', async () => {
  const id = await start();
  await until(id, ({ state, progress }) => state === 'running' && progress.done > 0);
  await must(server.url, works.executive, 'jobs.cancel', { params: params({ id }) });
  const end = await until(id, ({ state }) => state !== 'running' && state !== 'queued');
  assert.equal(end.state, 'cancelled');
  assert.equal(await counts(), `${PEOPLE}/0`);
  const held = await must(server.url, works.hr, 'catalogue.read', { params: params() });
  assert.ok(JSON.stringify(held.catalogue).includes('"preferredName"'));
});

test('killed at random, it is taken up again; readers see all of the old or all of the new', async () => {
  const id = await start();
  for (let kill = 0; kill < KILLS; kill++) {
    const status = await read(id);
    if (status.state === 'done') break;
    const at = Math.min(PEOPLE, status.progress.done + randomInt(1, PEOPLE / KILLS));
    await until(id, ({ state, progress }) => state === 'done' || progress.done >= at);
    await server.kill();
    server = await startServerProcess(directory, NEXT);
    const seen = await counts();
    assert.ok([`${PEOPLE}/0`, `0/${PEOPLE}`].includes(seen), seen);
  }
  const end = await until(id, ({ state }) => !['queued', 'running'].includes(state));
  assert.equal(end.state, 'done');
  assert.equal(await counts(), `0/${PEOPLE}`);
});

test('afterwards the ledger names every stored record, and verifies', async () => {
  const report = await verifyLedger(server.url, works.executive, works.client);
  assert.deepEqual([report.failures, report.verified], [[], true]);
  const entries = await readLedger(server.url, works.executive, works.client);
  const rewrites = entries.filter(
    ({ op, changes }) => op === 'catalogue.adopt' && changes !== null,
  );
  assert.equal(rewrites.length, 1);
  const { subjects, changes } = rewrites[0] as unknown as Record<string, { count: number }>;
  assert.deepEqual([subjects!.count, changes!.count], [PEOPLE, PEOPLE]);
  const adopted = entries.filter(({ fact }) => fact?.type === 'catalogue.adopted');
  assert.equal(adopted.length, 2);
  const sender = { url: server.url, token: works.hr, client: works.client };
  const again = await importFile(sender, 'commit', staffFile(PEOPLE + 1, 1), STAFF_MAPPING);
  assert.deepEqual([again.state, again.rows.added], ['done', 1]);
  const old = await ask(server.url, works.hr, 'people.list', {
    params: params(),
    query: { 'person.preferredName': 'x' },
  });
  assert.equal(old.status, 400);
});
