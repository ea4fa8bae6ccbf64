/** Imports beside other work on the same client: another process's import, people who are added and
 * records that are corrected meanwhile. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessOf } from '../../src/server/domain/read-model-access.ts';
import { checkRecords } from '../../src/server/readmodel/check-records.ts';
import { ask, must } from '../support/api.ts';
import { newPerson } from '../support/example-calls.ts';
import { ended, type Sender, STAFF_MAPPING, sendFile, staffFile } from '../support/imports.ts';
import { openWorld, startTestServer, type World } from '../support/world.ts';

let world: World;
let one: Sender;

before(async () => {
  world = await openWorld();
  one = { url: world.url, token: world.tokens.servicing, client: world.clients[0] };
});

after(() => world?.close());

async function staffCount(): Promise<number> {
  const params = { c: one.client };
  return (await must(world.url, world.tokens.hr, 'people.list', { params })).total as number;
}

async function assertLedgerAgrees(): Promise<void> {
  const state = (await world.server.house.ledgers.find(one.client.slice(4)))!;
  const { ok, detail } = await checkRecords(world.database.connection('owner'), accessOf(state));
  assert.ok(ok, detail);
}

test('of imports that begin in two processes at once one is carried out, the others are told to wait', async () => {
  const second = await startTestServer(world.database, world.directory);
  try {
    const two = { ...one, url: second.url };
    const count = await staffCount();
    const started = await Promise.all(
      [one, two, one, two].map((by, i) =>
        sendFile(by, 'commit', staffFile(1000 * (i + 1), 40), STAFF_MAPPING),
      ),
    );
    const accepted = started.filter(({ status }) => status === 202);
    assert.ok(accepted.length >= 1);
    for (const { status, json } of started) {
      if (status !== 202) assert.deepEqual([status, json.reasons], [409, ['import-running']]);
    }
    for (const { json } of accepted) assert.equal((await ended(two, json.id)).state, 'done');
    assert.equal(await staffCount(), count + 40 * accepted.length);
    await assertLedgerAgrees();
  } finally {
    await second.close();
  }
});

test('people who are added and corrected while an import runs lose nothing, nor does the import', async () => {
  const count = await staffCount();
  const params = { c: one.client };
  const started = await sendFile(one, 'commit', staffFile(50_000, 4000), STAFF_MAPPING);
  assert.equal(started.status, 202);
  const added: string[] = [];
  let revision = 1;
  const { id: sub, records } = world.people[3]!;
  for (;;) {
    const body = newPerson(`B-${added.length}`);
    added.push((await must(world.url, world.tokens.hr, 'people.add', { params, body })).id);
    const corrected = await ask(world.url, world.tokens.hr, 'records.correct', {
      params: { ...params, sub, type: 'person', rec: records.person! },
      body: { values: { firstName: `Juniper${revision}` }, revision },
    });
    assert.deepEqual([corrected.status, corrected.json.revision], [200, revision + 1]);
    revision++;
    const asked = { params: { ...params, id: started.json.id } };
    const { state } = await must(world.url, one.token, 'imports.read', asked);
    if (state !== 'queued' && state !== 'running') break;
  }
  const status = await ended(one, started.json.id);
  assert.deepEqual([status.state, status.rows.added], ['done', 4000]);
  assert.equal(await staffCount(), count + 4000 + added.length);
  await assertLedgerAgrees();
});

test('a staff number that somebody takes meanwhile never stands for two people', async () => {
  const params = { c: one.client };
  const started = await sendFile(one, 'commit', staffFile(90_000, 3000), STAFF_MAPPING);
  const taken = await Promise.all(
    [90_001, 91_500, 92_999].map((number) =>
      ask(world.url, world.tokens.hr, 'people.add', { params, body: newPerson(`N-${number}`) }),
    ),
  );
  for (const { status } of taken) assert.ok([201, 409].includes(status));
  const { state } = await ended(one, started.json.id);
  assert.equal(state, 'done');
  for (const number of [90_001, 91_500, 92_999]) {
    const query = { 'employment.staffNumber': `N-${number}` };
    const list = await must(world.url, world.tokens.hr, 'people.list', { params, query });
    assert.equal(list.total, 1);
  }
  await assertLedgerAgrees();
});
