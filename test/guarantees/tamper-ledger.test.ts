/** Rows put back, removed, hidden or added, and a ledger rewritten: all of it is found, by the read
 * model before it answers and by the doctor completely. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { uuidOf } from '../../src/contract/ids.ts';
import { ask, must } from '../support/api.ts';
import { diagnose, faults } from '../support/diagnosis.ts';
import { readLedger } from '../support/evidence.ts';
import { addPerson, leastRecords } from '../support/furnish.ts';
import { type Intruder, openIntruder } from '../support/tampering.ts';
import { openWorld, type World } from '../support/world.ts';

/** More than an entry names one by one. */
const PEOPLE = 104;

let world: World;
let db: Intruder;
let client: string;
/** A record (uuid) with two revisions. */
let corrected: string;

before(async () => {
  world = await openWorld();
  db = await openIntruder(world.database);
  client = uuidOf(world.clients[0]);
  const [person] = world.people;
  corrected = uuidOf(person!.records.person!);
  await must(world.url, world.tokens.hr, 'records.correct', {
    params: {
      c: world.clients[0],
      sub: person!.id,
      type: 'person',
      rec: person!.records.person!,
    },
    body: { values: { firstName: 'Mavis-Anne' } },
  });
  const hr = { client: world.clients[0], hr: world.tokens.hr };
  for (let i = world.people.length; i < PEOPLE; i++) {
    await addPerson(world.url, hr, leastRecords(`M-${1000 + i}`));
  }
  // An entry whose list of people stands beside it.
  const { items } = await list(200);
  assert.equal(items.length, PEOPLE);
});

after(async () => {
  await db?.close();
  await world?.close();
});

function list(limit: number) {
  const call = { params: { c: world.clients[0] }, query: { limit: String(limit) } };
  return must(world.url, world.tokens.hr, 'people.list', call);
}

const diagnosis = async (records: boolean) =>
  faults(await diagnose(world.directory, { records }, world.database));

/** The doctor finds it, and says which client. */
async function assertFound(check: string) {
  const found = await diagnosis(true);
  assert.ok(
    found.some((fault) => fault.startsWith(`${check} of cli_${client}`)),
    `the doctor found ${JSON.stringify(found)}`,
  );
  assert.deepEqual(
    found.filter((fault) => !fault.includes(client)),
    [],
    'others are well',
  );
}

test('the doctor finds nothing where nobody has written', async () => {
  assert.deepEqual(await diagnosis(true), []);
});

describe('what does not agree with the ledger is found when the read model loads, and by the doctor', () => {
  const changes: [what: string, tables: string[], sql: string[]][] = [
    [
      'an old row put back in the place of the new one',
      ['record'],
      [
        'delete from record where record_id = $1 and revision = 2',
        'update record set replaced_in = null where record_id = $1',
      ],
    ],
    ['a row removed', ['record'], ['delete from record where record_id = $1 and revision = 2']],
    ['all revisions removed', ['record'], ['delete from record where record_id = $1']],
    [
      'an old row made current beside the new one',
      ['record'],
      ['update record set replaced_in = null where record_id = $1'],
    ],
    [
      'a row hidden as replaced',
      ['record'],
      [
        `update record set replaced_in = '00000000-0000-0000-0000-000000000000'
          where record_id = $1`,
      ],
    ],
    [
      'a row hidden as part of an import under way',
      ['record'],
      [
        'update record set import_id = record_id where record_id = $1 and revision = 2',
        `update head set pending = $1 where client_id =
          (select client_id from record where record_id = $1 limit 1)`,
      ],
    ],
    [
      'a row too many',
      ['record'],
      [
        `insert into record select client_id, gen_random_uuid(), 1, compartment, tag, import_id, null, ct
          from record where record_id = $1 and revision = 2`,
      ],
    ],
    [
      'a person removed',
      ['subject'],
      [
        `delete from subject where subject_id = (select subject_id from subject
          where client_id = (select client_id from record where record_id = $1 limit 1) limit 1)`,
      ],
    ],
  ];
  for (const [what, tables, statements] of changes) {
    test(what, () =>
      db.tamper(
        tables,
        async () => {
          for (const sql of statements) await db.query(sql, [corrected]);
        },
        async () => {
          await assertFound('records');
          await world.server.house.readModel.drop(client);
          const call = { params: { c: world.clients[0] } };
          const answered = await ask(world.url, world.tokens.hr, 'people.list', call);
          assert.equal(answered.status, 500, answered.text.slice(0, 200));
          assert.doesNotMatch(answered.text, /Mavis|items/);
          const last = (await readLedger(world.url, world.tokens.hr, world.clients[0])).slice(-3);
          const [failed, alert] = last;
          assert.equal(failed!.op, 'people.list');
          assert.deepEqual([failed!.outcome, failed!.reasons], ['failed', ['ciphertext']]);
          assert.equal(alert!.fact?.type, 'alert.raised');
          await db.query('update head set pending = null');
        },
      ),
    );
  }

  test('and the list is answered again when everything is back', async () => {
    await world.server.house.readModel.drop(client);
    assert.equal((await list(200)).items.length, PEOPLE);
  });
});

describe('only the doctor sees what no answer shows', () => {
  const changes: [what: string, sql: string][] = [
    ['an earlier revision removed', 'delete from record where record_id = $1 and revision = 1'],
    [
      'a record put under another compartment',
      `update record set compartment = 'medical' where record_id = $1 and revision = 2`,
    ],
    [
      'a record put under another person',
      `update record set tag = (select tag from record o where o.client_id = record.client_id
          and o.compartment = record.compartment and o.tag <> record.tag limit 1)
        where record_id = $1 and revision = 2`,
    ],
  ];
  for (const [what, sql] of changes) {
    test(what, () =>
      db.tamper(
        ['record'],
        () => db.query(sql, [corrected]),
        () => assertFound('records'),
      ),
    );
  }
});

describe('a rewritten ledger is found by the doctor', () => {
  const entry = (index: number) => `client_id = $1 and idx = ${index}`;
  const flip = (column: string) => `set_byte(${column}, 50, get_byte(${column}, 50) # 1)`;
  const last = 'client_id = $1 and idx = (select size - 1 from head where client_id = $1)';
  const changes: [what: string, table: string, sql: string][] = [
    [
      'an entry changed',
      'ledger_entry',
      `update ledger_entry set ct = ${flip('ct')} where ${entry(20)}`,
    ],
    ['an entry removed', 'ledger_entry', `delete from ledger_entry where ${entry(20)}`],
    ['the last entry removed', 'ledger_entry', `delete from ledger_entry where ${last}`],
    [
      'two entries exchanged',
      'ledger_entry',
      `update ledger_entry e set leaf = o.leaf, ct = o.ct from ledger_entry o
        where e.client_id = $1 and o.client_id = $1 and e.idx in (20, 21) and o.idx = 41 - e.idx`,
    ],
    [
      'an entry of another client',
      'ledger_entry',
      `update ledger_entry e set leaf = o.leaf, ct = o.ct from ledger_entry o
        where e.client_id = $1 and o.client_id <> $1 and e.idx = 8 and o.idx = 8`,
    ],
    [
      'a leaf hash changed',
      'ledger_entry',
      `update ledger_entry set leaf = sha256(leaf) where ${entry(20)}`,
    ],
    [
      'a fact hidden from the fold',
      'ledger_entry',
      `update ledger_entry set is_fact = false where client_id = $1
        and idx = (select min(idx) from ledger_entry where client_id = $1 and is_fact)`,
    ],
    [
      'a change hidden from the comparison',
      'ledger_entry',
      `update ledger_entry set has_changes = false where client_id = $1
        and idx = (select min(idx) from ledger_entry where client_id = $1 and has_changes)`,
    ],
    [
      'a list beside an entry changed',
      'ledger_attachment',
      `update ledger_attachment set ct = ${flip('ct')} where client_id = $1`,
    ],
    [
      'a list beside an entry removed',
      'ledger_attachment',
      'delete from ledger_attachment where client_id = $1',
    ],
    ['the head put back', 'head', 'update head set size = size - 1 where client_id = $1'],
    [
      'the tree of the head changed',
      'head',
      `update head set frontier = ${flip('frontier')} where client_id = $1`,
    ],
  ];
  for (const [what, table, sql] of changes) {
    test(what, () =>
      db.tamper(
        [table],
        () => db.query(sql, [client]),
        () => assertFound('ledger'),
      ),
    );
  }
});

test('a client whose facts were changed is closed; the server starts and others are open', () =>
  db.tamper(
    ['ledger_entry'],
    () =>
      db.query(
        `update ledger_entry set ct = sha256(ct) || ct where client_id = $1
          and idx = (select max(idx) from ledger_entry where client_id = $1 and is_fact)`,
        [client],
      ),
    async () => {
      const found = await diagnosis(false);
      assert.deepEqual(found, [`ledger of cli_${client}: ledger-unreadable`]);
    },
  ));

test('the doctor finds nothing any more', async () => {
  assert.deepEqual(await diagnosis(true), []);
});
