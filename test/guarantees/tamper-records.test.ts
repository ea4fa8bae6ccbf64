/** Somebody writes to the stored records and keyrings, past every wall of the database: whatever they
 * move, mix, cut or flip is refused with an alert, and never answered with wrong data. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { uuidOf } from '../../src/contract/ids.ts';
import type { OperationId } from '../../src/contract/operations.ts';
import { type Asked, ask, must } from '../support/api.ts';
import { readLedger } from '../support/evidence.ts';
import { type Intruder, openIntruder } from '../support/tampering.ts';
import { openWorld, type Person, type World } from '../support/world.ts';

let world: World;
let db: Intruder;
/** The person whose file is read: one record has a second revision. Somebody else; another client's. */
let person: Person;
let other: Person;
let foreign: Person;

before(async () => {
  world = await openWorld();
  db = await openIntruder(world.database);
  person = world.people[1]!;
  other = world.people[2]!;
  foreign = world.otherPerson;
  await must(world.url, world.tokens.hr, 'records.correct', {
    params: {
      c: world.clients[0],
      sub: person.id,
      type: 'person',
      rec: person.records.person!,
    },
    body: { values: { firstName: 'Orrinus' } },
  });
});

after(async () => {
  await db?.close();
  await world?.close();
});

const uuid = uuidOf;
const client = () => uuid(world.clients[0]);

/** The columns of the current revision of a record. */
async function row(of: Person, type: string) {
  const [found] = await db.query(
    'select * from record where record_id = $1 and replaced_in is null',
    [uuid(of.records[type]!)],
  );
  return found!;
}

function setRow(of: Person, type: string, column: string, value: unknown) {
  return db.query(`update record set ${column} = $2 where record_id = $1 and replaced_in is null`, [
    uuid(of.records[type]!),
    value,
  ]);
}

/** Makes the call and demands: no answer, a failed entry, one alert. */
async function assertFails(token: string, id: OperationId, asked: Asked) {
  const { c } = asked.params as { c: string };
  const before = (await readLedger(world.url, token, c)).length;
  const answered = await ask(world.url, token, id, asked);
  assert.equal(answered.status, 500, answered.text.slice(0, 200));
  assert.doesNotMatch(answered.text, /Orrin|Brackenfield|Tamsin|elements/);
  const entries = (await readLedger(world.url, token, c)).slice(before);
  const { outcome, reasons } = entries.findLast((entry) => entry.op === id)!;
  assert.deepEqual({ outcome, reasons }, { outcome: 'failed', reasons: ['ciphertext'] });
  const alerts = entries.flatMap(({ fact }) => (fact?.type === 'alert.raised' ? [fact] : []));
  assert.deepEqual(
    alerts.map(({ rule, severity }) => ({ rule, severity })),
    [{ rule: 'ciphertext', severity: 'high' }],
  );
}

const assertRefused = (of = person, token = world.tokens.hr, c = world.clients[0]) =>
  assertFails(token, 'people.read', { params: { c, sub: of.id } });

const refused = (change: () => Promise<unknown>, tables = ['record']) =>
  db.tamper(tables, change, () => assertRefused());

describe('a moved record is refused', () => {
  test('to another record of the same person', () =>
    refused(async () => setRow(person, 'person', 'ct', (await row(person, 'employment')).ct)));

  test('to another person', () =>
    refused(async () => setRow(other, 'job', 'tag', (await row(person, 'job')).tag)));

  test('to another person, in the place of a record', () =>
    refused(async () => setRow(person, 'contact', 'ct', (await row(other, 'contact')).ct)));

  test('to another compartment', () =>
    refused(async () => {
      await setRow(person, 'contact', 'compartment', 'pay');
      await setRow(person, 'contact', 'tag', (await row(person, 'pay')).tag);
    }));

  test('to another compartment by its name alone', () =>
    refused(() => setRow(person, 'contact', 'compartment', 'medical')));

  test('to another compartment by its tag alone', () =>
    refused(async () => setRow(person, 'contact', 'tag', (await row(person, 'pay')).tag)));

  test('to another client', () =>
    db.tamper(
      ['record'],
      async () => {
        await setRow(person, 'contact', 'tag', (await row(foreign, 'contact')).tag);
        await setRow(person, 'contact', 'client_id', uuid(world.clients[1]));
      },
      () => assertRefused(foreign, world.otherHr, world.clients[1]),
    ));
});

describe('a record joined with the metadata of another revision is refused', () => {
  const record = () => uuid(person.records.person!);

  test('the older ciphertext under the newer revision', () =>
    refused(() =>
      db.query(
        `update record r set ct = o.ct from record o
          where r.record_id = $1 and r.revision = 2 and o.record_id = $1 and o.revision = 1`,
        [record()],
      ),
    ));

  test('the newer ciphertext under the older revision', () =>
    refused(async () => {
      await db.query('delete from record where record_id = $1 and revision = 1', [record()]);
      await setRow(person, 'person', 'revision', 1);
    }));

  test('both revisions made to look current', () =>
    refused(() =>
      db.query('update record set replaced_in = null where record_id = $1', [record()]),
    ));
});

describe('a cut ciphertext is refused', () => {
  for (const [what, cut] of [
    ['its last byte', 'substring(ct for length(ct) - 1)'],
    ['its first byte', 'substring(ct from 2)'],
    ['half of it', 'substring(ct for length(ct) / 2)'],
    ['all of it', "''::bytea"],
    ['nothing, and one byte more', "ct || '\\x00'::bytea"],
  ]) {
    test(`without ${what}`, () =>
      refused(() =>
        db.query(`update record set ct = ${cut} where record_id = $1 and replaced_in is null`, [
          uuid(person.records.employment!),
        ]),
      ));
  }
});

test('a ciphertext with a flipped bit is refused, wherever the bit is', async () => {
  const { ct } = await row(person, 'employment');
  const size = (ct as Buffer).length;
  // Format, algorithm, key version, catalogue version, commitment, nonce, text, tag.
  for (const byte of [0, 1, 5, 9, 10, 25, 26, 37, 38, Math.floor(size / 2), size - 17, size - 1]) {
    const flipped = Buffer.from(ct as Buffer);
    flipped[byte]! ^= 1 << (byte % 8);
    await refused(() => setRow(person, 'employment', 'ct', flipped));
  }
});

describe('a keyring is refused', () => {
  const keyring = async (of: Person) =>
    (await db.query('select keyring from subject where subject_id = $1', [uuid(of.id)]))[0]!
      .keyring as Buffer;
  const put = (of: Person, bytes: Buffer) =>
    db.query('update subject set keyring = $2 where subject_id = $1', [uuid(of.id), bytes]);

  test('of another person', () =>
    refused(async () => put(person, await keyring(other)), ['subject']));

  test('of a person of another client', () =>
    refused(async () => put(person, await keyring(foreign)), ['subject']));

  test('cut, or with a flipped bit, by a server that has not opened it before', async () => {
    const bytes = await keyring(person);
    const changed = [0, 1, 5, 6, 22, 33, 34, bytes.length - 1].map((byte) => {
      const flipped = Buffer.from(bytes);
      flipped[byte]! ^= 0x10;
      return flipped;
    });
    for (const wrong of [...changed, bytes.subarray(0, 40)]) {
      world.server.house.subjectKeys.drop(client());
      await refused(() => put(person, wrong), ['subject']);
    }
  });
});

test('a write on top of a tampered record is refused, and changes nothing', () =>
  db.tamper(
    ['record'],
    async () => setRow(person, 'employment', 'ct', (await row(other, 'employment')).ct),
    async () => {
      const rows = () => db.query('select record_id, revision, md5(ct) from record order by 1, 2');
      const before = await rows();
      await assertFails(world.tokens.hr, 'records.correct', {
        params: {
          c: world.clients[0],
          sub: person.id,
          type: 'employment',
          rec: person.records.employment!,
        },
        body: { values: { status: 'leave' } },
      });
      assert.deepEqual(await rows(), before);
    },
  ));

test('afterwards everything is as it was, and answered', async () => {
  const params = { c: world.clients[0], sub: person.id };
  const file = await must(world.url, world.tokens.hr, 'people.read', { params });
  assert.match(JSON.stringify(file), /Orrinus/);
});
