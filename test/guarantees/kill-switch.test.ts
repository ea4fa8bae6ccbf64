// The client's switches. Suspended, nobody of the provider gets another answer and what they have under
// way ends, while the client goes on. Sealed off, nobody opens anything, with the root key or without,
// until the code opens the seal. Erased, nothing of a person is left but ids.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { accessOf } from '../../src/server/domain/read-model-access.ts';
import type { RunningServer } from '../../src/server/main.ts';
import { checkRecords } from '../../src/server/readmodel/check-records.ts';
import { isSealedOff } from '../../src/server/vault/sealed-off.ts';
import { ask, must } from '../support/api.ts';
import { type Clock, HOUR, movableClock } from '../support/clock.ts';
import { documentDesk } from '../support/document-desk.ts';
import { pdfFile } from '../support/documents.ts';
import { readLedger, verifyLedger } from '../support/evidence.ts';
import { holdStream } from '../support/held-stream.ts';
import { forgetRefusals } from '../support/scene.ts';
import { openWorld, type Persona, startTestServer, type World } from '../support/world.ts';

const READERS = 32;
const COMPARTMENTS = ['personnel', 'contact', 'pay', 'identity', 'demographic', 'conduct'];

let clock: Clock;
let world: World;
let second: RunningServer;
let owner: pg.Client;

before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now, compartments: COMPARTMENTS });
  second = await startTestServer(world.database, world.directory, clock.now);
  owner = new pg.Client(world.database.connection('admin'));
  await owner.connect();
});
beforeEach(() => clock.pass(HOUR));
after(async () => {
  await owner?.end();
  await second?.close();
  await world?.close();
});

const client = () => ({ params: { c: world.clients[0] } });
const uuid = () => world.clients[0].slice(4);
const by = (persona: Persona) => world.tokens[persona];
const read = (persona: Persona, url = world.url, i = 1) =>
  ask(url, by(persona), 'people.read', {
    params: { ...client().params, sub: world.people[i]!.id },
  });
const list = (persona: Persona, url = world.url) => ask(url, by(persona), 'people.list', client());
const ledger = () => readLedger(world.url, by('auditor'), world.clients[0]);

async function suspend(url = world.url): Promise<string> {
  return (await must(url, by('hr'), 'access.suspend', client())).id;
}

const resume = (id: string, persona: Persona = 'executive') =>
  ask(world.url, by(persona), 'access.resume', { params: { ...client().params, id } });

async function until(is: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await is())) await pause(5);
}

test('suspended: the provider’s staff are refused everywhere, the client’s own users go on', async () => {
  const id = await suspend();
  for (const url of [world.url, second.url]) {
    for (const persona of ['servicing', 'product'] as const) {
      const answer = await read(persona, url);
      assert.deepEqual([answer.status, answer.json.reasons], [403, ['access-suspended']]);
      assert.equal(answer.json.promise, 'client-can-stop');
      assert.equal((await list(persona, url)).status, 403);
    }
    assert.equal((await read('hr', url)).status, 200);
    assert.equal((await read('manager', url)).status, 200);
  }
  assert.equal((await ask(world.url, by('security'), 'ledger.checkpoint', client())).status, 200);
  assert.equal((await ask(world.url, by('hr'), 'access.suspend', client())).status, 409);
  for (const persona of ['hr', 'manager', 'servicing', 'administrator'] as const) {
    assert.ok([403, 404].includes((await resume(id, persona)).status), persona);
  }
  assert.equal((await resume(id)).status, 200);
  assert.equal((await resume(id)).status, 404);
  for (const url of [world.url, second.url])
    assert.equal((await read('servicing', url)).status, 200);
});

test('32 readers at full speed: no answer leaves with an entry later than the suspension’s', async () => {
  const from = (await ledger()).length;
  let isOver = false;
  let answered = 0;
  const readers = Array.from({ length: READERS }, async (_, i) => {
    const url = i % 2 === 0 ? world.url : second.url;
    while (!isOver) {
      const { status } =
        i % 4 === 0 ? await list('servicing', url) : await read('servicing', url, i % 4);
      if (status === 200) answered++;
      else if (status !== 429) assert.equal(status, 403);
    }
  });
  await until(() => answered > 3 * READERS);
  const id = await suspend(second.url);
  await until(async () => (await read('servicing')).status !== 200);
  isOver = true;
  await Promise.all(readers);
  const entries = (await ledger()).slice(from);
  const at = entries.findIndex(({ fact }) => fact?.type === 'access.suspended');
  const allowed = (of: typeof entries) =>
    of.filter(({ actor, outcome }) => actor === world.users.servicing && outcome === 'allowed')
      .length;
  assert.equal(allowed(entries), answered);
  assert.deepEqual([allowed(entries.slice(at)), allowed(entries.slice(0, at))], [0, answered]);
  clock.pass(HOUR);
  await resume(id);
});

test('streams of the provider end in the order that the ledger shows, those of the client go on', async () => {
  const desk = documentDesk(world.url, by('hr'), world.clients[0]);
  const of = await desk.contractOf(world.people[1]!.id);
  const document = await desk.attached(pdfFile({ filler: randomBytes(12 * 1024 * 1024) }), of);
  const path = desk.addressOf(document, of).slice(world.url.length);
  const from = (await ledger()).length;
  const held = await Promise.all(
    Array.from({ length: 8 }, (_, i) =>
      holdStream(`${i % 2 === 0 ? world.url : second.url}${path}`, by('servicing')),
    ),
  );
  const own = await holdStream(`${second.url}${path}`, by('hr'));
  const id = await suspend();
  const cuts = async () =>
    (await ledger())
      .slice(from)
      .flatMap(({ outcome, actor, reasons, op }, i) =>
        outcome === 'failed' ? [{ i, actor, reasons, op }] : [],
      );
  await until(async () => (await cuts()).length === held.length);
  const suspended = (await ledger())
    .slice(from)
    .findIndex(({ fact }) => fact?.type === 'access.suspended');
  for (const cut of await cuts()) {
    assert.ok(cut.i > suspended);
    assert.deepEqual(
      [cut.op, cut.actor, cut.reasons],
      ['documents.read', world.users.servicing, ['access-suspended']],
    );
  }
  for (const stream of held) assert.equal((await stream.rest()).isWhole, false);
  assert.equal((await own.rest()).isWhole, true);
  await resume(id);
});

test('of 50 who suspend at once one does, and of 50 who lift it one does', async () => {
  const statuses = await Promise.all(
    Array.from({ length: 50 }, async (_, i) => {
      const { status, json } = await ask(
        i % 2 ? world.url : second.url,
        by('executive'),
        'access.suspend',
        client(),
      );
      return { status, id: json.id as string };
    }),
  );
  const done = statuses.filter(({ status }) => status === 201);
  assert.equal(done.length, 1);
  forgetRefusals(clock);
  const lifted = await Promise.all(Array.from({ length: 50 }, () => resume(done[0]!.id)));
  assert.equal(lifted.filter(({ status }) => status === 200).length, 1);
});

interface Seal {
  readonly seal: string;
  readonly code: string;
}

async function prepare(): Promise<Seal> {
  const { seal, code } = await must(world.url, by('executive'), 'seals.prepare', client());
  return { seal: String(seal), code };
}

const close = (seal: string, url = world.url) =>
  ask(url, by('executive'), 'seals.close', { params: { ...client().params, seal } });
const open = (code: string, url = world.url) =>
  ask(url, by('executive'), 'seals.open', { ...client(), body: { code } });

test('sealed off: nobody opens anything, in any process, also one that starts with the root key', async () => {
  await list('hr');
  await list('hr', second.url);
  const { seal, code } = await prepare();
  for (const url of [world.url, second.url]) assert.equal((await read('hr', url)).status, 200);
  const { status, json } = await close(seal);
  assert.equal(status, 201);
  const third = await startTestServer(world.database, world.directory, clock.now);
  try {
    for (const server of [world.server, second, third]) {
      for (const persona of ['hr', 'executive', 'manager', 'staff'] as const) {
        for (const id of ['people.list', 'runs.list', 'programmes.list'] as const) {
          const answer = await ask(server.url, by(persona), id, client());
          assert.equal(answer.status, 403, `${persona} ${id} ${answer.text}`);
          assert.ok(answer.json.reasons.includes('client-sealed-off'), answer.text);
        }
      }
      assert.equal((await read('servicing', server.url)).status, 403);
      forgetRefusals(clock);
      const state = server.house.ledgers.loaded(uuid())!;
      assert.ok(isSealedOff(state));
      assert.throws(() => state.clientKeys.client);
      const model = await server.house.readModel.stats();
      assert.deepEqual(
        model.clients.filter((held) => held.client === uuid()),
        [],
      );
      assert.equal(server.house.subjectKeys.get(uuid(), world.people[1]!.id.slice(4)), undefined);
    }
  } finally {
    await third.close();
  }
  const { rows } = await owner.query(
    `select length(wrapped) as bytes, parent from wrapped_key where client_id = $1 and purpose = 'client'`,
    [uuid()],
  );
  assert.deepEqual(rows, [{ bytes: 0, parent: 'seal' }]);
  const report = await verifyLedger(world.url, by('auditor'), world.clients[0]);
  assert.deepEqual([report.failures, report.verified], [[], true]);
  assert.equal(
    (await ask(world.url, by('executive'), 'keys.rotate', { ...client(), body: {} })).status,
    403,
  );
  assert.equal((await ask(world.url, by('administrator'), 'clients.list')).status, 200);
  assert.equal((await resume(json.id)).status, 409);
  forgetRefusals(clock);

  const other = await prepareElsewhere();
  assert.deepEqual(reasonsOf(await open(other)), [403, ['seal-code-wrong']]);
  assert.deepEqual(reasonsOf(await open(code.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')))), [
    400,
    ['bad-input'],
  ]);
  const hr = await ask(world.url, by('hr'), 'seals.open', { ...client(), body: { code } });
  assert.equal(hr.status, 403);
  assert.equal((await open(code.toLowerCase(), second.url)).status, 200);
  assert.equal((await list('hr')).status, 403);
  assert.equal((await resume(json.id)).status, 200);
  for (const url of [world.url, second.url]) {
    const answer = await read('hr', url);
    assert.equal(answer.status, 200);
    assert.equal((await list('hr', url)).status, 200);
    assert.equal((await read('servicing', url)).status, 200);
  }
  assert.equal((await open(code)).status, 409);
  assert.equal((await close(seal)).status, 409);
});

const reasonsOf = ({ status, json }: Awaited<ReturnType<typeof ask>>) => [status, json.reasons];

/** A code of another client's. */
async function prepareElsewhere(): Promise<string> {
  const { newSealCode } = await import('../../src/server/vault/crypto/seal-code.ts');
  return newSealCode();
}

test('wrong codes are counted: after a few nobody may try for a minute', async () => {
  clock.pass(HOUR);
  const { seal, code } = await prepare();
  const { json } = await close(seal);
  for (let i = 0; i < 5; i++) assert.equal((await open(await prepareElsewhere())).status, 403);
  assert.equal((await open(code)).status, 429);
  clock.pass(HOUR);
  assert.equal((await open(code)).status, 200);
  assert.equal((await resume(json.id)).status, 200);
});

test('of 50 who seal off and open at once, the client is always either sealed off or not', async () => {
  const { seal, code } = await prepare();
  const closed = await Promise.all(
    Array.from({ length: 50 }, (_, i) => close(seal, i % 2 ? world.url : second.url)),
  );
  const done = closed.filter(({ status }) => status === 201);
  assert.equal(done.length, 1, JSON.stringify(closed.map(({ status }) => status)));
  clock.pass(HOUR);
  const opened = await Promise.all(
    Array.from({ length: 20 }, (_, i) => open(code, i % 2 ? world.url : second.url)),
  );
  assert.equal(opened.filter(({ status }) => status === 200).length, 1);
  forgetRefusals(clock);
  assert.equal((await resume(done[0]!.json.id)).status, 200);
  assert.equal((await read('hr')).status, 200);
});

test('erased: nothing of the person is left but ids, in any process, and every record is accounted for', async () => {
  const { url } = world;
  const add = async (i: number) => {
    const values = {
      person: { firstName: 'Gone', lastName: `Vanishing${i}`, dateOfBirth: '1984-03-05' },
      employment: { staffNumber: `G-${i}`, hireDate: '2019-04-01', status: 'active' },
      contact: { workEmail: `g${i}@example.test` },
    };
    const records = Object.entries(values).map(([type, of]) => ({ type, values: of }));
    return (await must(url, by('hr'), 'people.add', { ...client(), body: { records } }))
      .id as string;
  };
  const erased: string[] = [];
  for (let i = 0; i < 40; i++) erased.push(await add(i));
  const desk = documentDesk(url, by('hr'), world.clients[0]);
  const of = await desk.contractOf(erased[0]!);
  await desk.attached(pdfFile({ filler: randomBytes(100_000) }), of);
  const stay = await desk.contractOf(world.people[2]!.id);
  const kept = await desk.attached(pdfFile({ filler: randomBytes(1000) }), stay);
  const readErased = (at: string) =>
    ask(at, by('hr'), 'people.read', { params: { ...client().params, sub: erased[0]! } });
  for (const at of [url, second.url]) {
    assert.equal((await readErased(at)).status, 200);
    await list('hr', at);
  }
  const chunks = async () =>
    Number((await owner.query('select count(*) from document_chunk')).rows[0].count);
  const before = await chunks();
  const order = (subjects: string[]) => ({
    ...client(),
    body: { subjects, document: `sha256:${'e'.repeat(64)}` },
  });
  assert.equal(
    (await ask(url, by('hr'), 'people.erase', order([world.otherPerson.id]))).status,
    404,
  );
  assert.equal((await ask(url, by('servicing'), 'people.erase', order(erased))).status, 403);
  assert.equal(
    (await ask(url, by('hr'), 'people.erase', order([...erased, erased[0]!]))).status,
    400,
  );
  const answers = await Promise.all([
    ask(url, by('hr'), 'people.erase', order(erased)),
    ask(second.url, by('executive'), 'people.erase', order(erased)),
  ]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 404]);
  assert.equal(answers.find(({ status }) => status === 201)!.json.records, 121);
  assert.ok((await chunks()) < before);
  for (const at of [url, second.url]) {
    assert.equal((await readErased(at)).status, 404);
    const { items } = (await list('hr', at)).json;
    assert.ok(!items.some((item: { id: string }) => erased.includes(item.id)));
  }
  assert.equal((await desk.read(kept, stay)).status, 200);
  const { rows } = await owner.query(
    'select count(*)::int as n from subject where subject_id = any($1)',
    [erased.map((id) => id.slice(4))],
  );
  assert.equal(rows[0].n, 0);
  const { house } = world.server;
  const state = (await house.ledgers.find(uuid()))!;
  await house.ledgers.refresh(state);
  const found = await checkRecords(world.database.connection('app'), accessOf(state), () => {});
  assert.ok(found.ok, found.detail);
  const entry = (await ledger()).find(({ fact }) => fact?.type === 'erasure.ordered')!;
  assert.equal((entry.changes as { count: number }).count, 121);
  assert.equal((entry.subjects as string[]).length, 40);
  const report = await verifyLedger(url, by('auditor'), world.clients[0]);
  assert.deepEqual([report.failures, report.verified], [[], true]);
});
