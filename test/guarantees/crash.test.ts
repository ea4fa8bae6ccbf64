/** kill -9 of the server, of PostgreSQL, or of both, at chosen points of writes, reads and imports:
 * what was acknowledged is there, what was answered is recorded, no import is there by half. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Entry } from '#verifier/entry.ts';
import { type Answered, ask, must } from '../support/api.ts';
import { launchTestPostgres, ON_DEBIAN, type TestPostgres, tempDir } from '../support/cluster.ts';
import { diagnose, faults } from '../support/diagnosis.ts';
import { readLedger, verifyLedger } from '../support/evidence.ts';
import { type Furnished, furnish, leastRecords } from '../support/furnish.ts';
import { ended, sendFile } from '../support/imports.ts';
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { type StaffFile, staffFile } from '../support/staff-file.ts';

type Victim = 'server' | 'database' | 'both';
const ROUNDS: readonly (readonly [Victim, imports: boolean])[] = [
  ['server', false],
  ['database', false],
  ['server', true],
  ['database', true],
  ['both', true],
];
const IMPORT_ROWS = 400;

const directory = tempDir();
/** Without fsync: a killed process loses nothing that it has handed to the operating system. */
const settings = { fsync: 'off', full_page_writes: 'off' };
let cluster: TestPostgres;
let server: ServerProcess;
let house: Furnished;

/** What a person must be like: the last acknowledged revision of the name, and what was tried after. */
interface Expected {
  readonly id: string;
  readonly record: string;
  revision: number;
  name: string;
  tried: string | null;
}
const people: Expected[] = [];
/** Answers that were received, by person. */
const answered = new Map<string, number>();
let nextNumber = 1;

before(async () => {
  cluster = await launchTestPostgres(directory, settings);
  server = await startServerProcess(directory);
  house = await furnish(server.url, server.token!, 'Crash Works');
  for (let i = 0; i < 6; i++) await add(() => {});
});

after(async () => {
  await server?.stop();
  await cluster?.stop();
});

/** Throws whatever happens when the other side is gone; the round then ends. */
function succeeded({ status, text, json }: Answered) {
  if (status >= 300) throw new Error(`${status} ${text.slice(0, 200)}`);
  return json;
}

async function add(acknowledged: () => void) {
  const number = `C-${nextNumber++}`;
  const values = leastRecords(number, number);
  const records = Object.entries(values).map(([type, each]) => ({ type, values: each }));
  const call = { params: { c: house.client }, body: { records } };
  const json = succeeded(await ask(server.url, house.hr, 'people.add', call));
  people.push({ id: json.id, record: json.records[0].id, revision: 1, name: number, tried: null });
  acknowledged();
}

async function correct(person: Expected, acknowledged: () => void) {
  person.tried = `N-${nextNumber++}`;
  const params = { c: house.client, sub: person.id, type: 'person', rec: person.record };
  const body = { values: { lastName: person.tried } };
  const json = succeeded(await ask(server.url, house.hr, 'records.correct', { params, body }));
  assert.equal(json.revision, person.revision + 1);
  Object.assign(person, { revision: json.revision, name: person.tried, tried: null });
  acknowledged();
}

async function read(person: Expected, acknowledged: () => void) {
  const params = { c: house.client, sub: person.id };
  const json = succeeded(await ask(server.url, house.hr, 'people.read', { params }));
  answered.set(person.id, (answered.get(person.id) ?? 0) + 1);
  acknowledged();
  return json;
}

const sender = () => ({ url: server.url, token: house.hr, client: house.client });
const send = ({ csv, mapping }: StaffFile) => sendFile(sender(), 'commit', csv, mapping);

/** Works with several hands until the victim is gone, which is killed after a chosen number of answers. */
async function workUntilKilled(victim: Victim, random: SeededRandom, file: StaffFile | null) {
  const lastAnswer = 20 + random.below(80);
  let answers = 0;
  let killed: Promise<unknown> | null = null;
  const acknowledged = () => {
    if (++answers < lastAnswer) return;
    killed ??= kill(victim);
  };
  const own = people.slice(0, 3);
  const hands = [
    () => add(acknowledged),
    () => add(acknowledged),
    // Each corrects somebody of its own, so that it knows which revision there must be.
    ...own.map((person) => () => correct(person, acknowledged)),
    () => read(random.pick(people), acknowledged),
    () => read(random.pick(people), acknowledged),
  ];
  const ends = hands.map(async (act) => {
    for (;;) await act();
  });
  const sent = file && send(file).catch(() => null);
  await Promise.allSettled([...ends, sent]);
  assert.ok(killed, 'nothing failed before the kill');
  await killed;
}

async function kill(victim: Victim) {
  if (victim !== 'server') process.kill(cluster.pid, 'SIGKILL');
  if (victim !== 'database') await server.kill();
}

async function restart(victim: Victim) {
  if (victim !== 'server') cluster = await launchTestPostgres(directory, settings);
  if (victim !== 'database') server = await startServerProcess(directory);
}

/** Every acknowledged write is there, and nothing that nobody asked for. */
async function assertWritten() {
  for (const person of people) {
    const file = await read(person, () => {});
    const [record] = file.types.find((type: { id: string }) => type.id === 'person').records;
    const name = record.elements.find((each: { id: string }) => each.id === 'lastName').value;
    const wasTried = person.tried !== null && record.revision === person.revision + 1;
    assert.ok(wasTried || record.revision === person.revision, person.id);
    assert.equal(name, wasTried ? person.tried : person.name);
    Object.assign(person, { revision: record.revision, name, tried: null });
  }
}

/** No answer was received that has no entry. */
function assertRecorded(entries: readonly Entry[]) {
  const recorded = new Map<string, number>();
  for (const { op, outcome, subjects } of entries) {
    if (op !== 'people.read' || outcome !== 'allowed') continue;
    const [subject] = subjects as string[];
    recorded.set(subject!, (recorded.get(subject!) ?? 0) + 1);
  }
  for (const [subject, count] of answered) {
    assert.ok((recorded.get(subject) ?? 0) >= count, `${count} answers about ${subject}`);
  }
}

const found = async (q: string) => {
  const call = { params: { c: house.client }, body: { q, limit: 1 } };
  return (await must(server.url, house.hr, 'people.search', call)).total as number;
};

describe('after kill -9', () => {
  for (const [i, [victim, imports]] of ROUNDS.entries()) {
    const during = imports ? 'an import, writes and reads' : 'writes and reads';
    test(`of ${victim} during ${during}, nothing is lost, unrecorded or there by half`, async () => {
      const random = seededRandom(100 + i);
      const rows = Array.from({ length: IMPORT_ROWS }, (_, row) => ({
        Number: `I${i}-${row}`,
        Last: `Import${i}`,
      }));
      const file = imports ? staffFile(rows) : null;
      await workUntilKilled(victim, random, file);
      await restart(victim);
      await assertWritten();
      const entries = await readLedger(server.url, house.hr, house.client);
      assertRecorded(entries);
      if (file) {
        const before = await found(`Import${i}`);
        assert.ok(before === 0 || before === IMPORT_ROWS, `${before} rows of an import`);
        const { id } = succeeded(await send(file));
        const waiting = await ended(sender(), id);
        if (waiting.state === 'interrupted') {
          const params = { c: house.client, id };
          succeeded(await ask(server.url, house.hr, 'imports.resume', { params }));
        }
        const { state, errorCount } = await ended(sender(), id);
        assert.deepEqual([state, errorCount], ['done', 0]);
        assert.equal(await found(`Import${i}`), IMPORT_ROWS);
      }
      const report = await verifyLedger(server.url, house.hr, house.client);
      assert.equal(report.verified, true, JSON.stringify(report.failures.slice(0, 3)));
      assert.deepEqual(faults(await diagnose(directory, { records: true })), []);
    });
  }
});

const isServed = ON_DEBIAN && 'the database is not the server’s own';
test('a server that owns its database takes it down with it, and brings it up again', {
  skip: isServed,
}, async () => {
  await server.stop();
  await cluster.stop();
  server = await startServerProcess(directory);
  await add(() => {});
  await server.kill();
  server = await startServerProcess(directory);
  await assertWritten();
});
