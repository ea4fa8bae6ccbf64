import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { testDatabase } from '../../../test/support/cluster.ts';
import { newKey } from '../vault/crypto/random-key.ts';
import { firstVersion } from '../vault/crypto/versioned-key.ts';
import { ALL_RIGHTS, catalogue, recordsOf, type Somebody } from './held-people.test-support.ts';
import type { ClientAccess, ListQuery, Version } from './messages.ts';
import { ModelError } from './model-error.ts';
import { openReadModel, type ReadModel } from './read-model.ts';
import { type Given, SealedClient } from './sealed-client.test-support.ts';

const QUERY: ListQuery = {
  today: '2026-11-23',
  scope: { kind: 'all' },
  rights: ALL_RIGHTS,
  limit: 50,
};
const COMPARTMENTS = { contact: 'contact', pay: 'pay', demographic: 'demographic' } as const;

function givenOf(one: Somebody): Given[] {
  return recordsOf(one).map((record) => ({
    ...record,
    compartment: COMPARTMENTS[record.t as keyof typeof COMPARTMENTS] ?? 'personnel',
  }));
}

const hasCode = (code: string) => (error: unknown) =>
  error instanceof ModelError && error.code === code;

describe('the read model', () => {
  let db: pg.Client;
  let database: pg.ClientConfig;
  let shared: ReadModel;
  const opened: ReadModel[] = [];

  before(async () => {
    const test = await testDatabase();
    database = test.connection('app');
    db = new pg.Client(test.connection('owner'));
    await db.connect();
    shared = open();
  });
  after(async () => {
    await Promise.all(opened.map((model) => model.close()));
    await db.end();
  });

  function open(more: { idleMs?: number; memoryLimitMb?: number } = {}): ReadModel {
    const now = () => Date.parse('2026-11-23T12:00:00Z');
    const model = openReadModel({
      database,
      catalogue,
      memoryLimitMb: 256,
      idleMs: 60_000,
      now,
      ...more,
    });
    opened.push(model);
    return model;
  }

  async function twoPeople() {
    const client = new SealedClient(db);
    const ada = client.add(
      givenOf({ first: 'Ada', last: 'Amsel', number: '1', base: '100.00', mail: 'ada@x.example' }),
    );
    const bea = client.add([
      ...givenOf({ first: 'Bea', last: 'Biber', number: '2', manager: '1', category: 'sales' }),
      { t: 'demographic', compartment: 'demographic', e: { sex: 'female', hispanicLatino: true } },
    ]);
    const at = await client.commit();
    return { client, ada, bea, at };
  }

  /** Runs as the owner, who stands for somebody with the database in hand. */
  async function tamper(client: SealedClient, sql: string, values: unknown[]): Promise<void> {
    await db.query(`begin; set local app.client = '${client.id}'`);
    const { rowCount } = await db.query(sql, values);
    assert.ok((rowCount ?? 0) > 0);
    await db.query('commit');
  }

  const names = async (
    model: ReadModel,
    client: SealedClient,
    at: Version,
    more: Partial<ListQuery> = {},
  ) =>
    (await model.list(client.access, at, { ...QUERY, ...more })).items.map(
      (item) => item.values['person.firstName'],
    );

  it('answers from sealed rows, at the version asked for', async () => {
    const model = shared;
    const { client, at } = await twoPeople();
    const answer = await model.list(client.access, at, QUERY);
    assert.equal(answer.dataVersion, at.dataVersion);
    assert.equal(answer.total, 2);
    assert.equal(answer.items[0]?.values['contact.workEmail'], 'ada@x.example');
    assert.equal(answer.items[0]?.staffNumber, '1');
  });

  it('takes over corrections, new records and new people when an answer must be fresher', async () => {
    const model = shared;
    const { client, ada, at } = await twoPeople();
    assert.deepEqual(await names(model, client, at), ['Ada', 'Bea']);
    client.put(ada.person, [
      {
        t: 'person',
        compartment: 'personnel',
        id: ada.records[0]!,
        revision: 2,
        e: { firstName: 'Ada Zoe', lastName: 'Zobel' },
      },
    ]);
    client.add(givenOf({ first: 'Cid', last: 'Cobra', number: '3' }));
    const next = await client.commit();
    assert.deepEqual(await names(model, client, at), ['Ada', 'Bea'], 'not before it is asked for');
    assert.deepEqual(await names(model, client, next), ['Bea', 'Cid', 'Ada Zoe']);
    assert.deepEqual(await names(model, client, next, { q: 'zob' }), ['Ada Zoe']);
    assert.deepEqual(await names(model, client, next, { q: 'amsel' }), []);
    const { clients } = await model.stats();
    assert.equal(clients.find((one) => one.client === client.id)?.dataVersion, next.dataVersion);
  });

  it('loads everything anew when something was erased', async () => {
    const model = shared;
    const { client, ada, at } = await twoPeople();
    await model.list(client.access, at, QUERY);
    const flip = 'update record set ct = set_byte(ct, 60, get_byte(ct, 60) # 1)';
    await tamper(client, `${flip} where client_id = $1 and record_id = $2`, [
      client.id,
      ada.records[0],
    ]);
    assert.deepEqual(await names(model, client, at), ['Ada', 'Bea'], 'held from before');
    const next = await client.purge();
    await assert.rejects(
      () => model.list(client.access, next, QUERY),
      hasCode('records-differ-from-ledger'),
    );
    await tamper(client, `${flip} where client_id = $1 and record_id = $2`, [
      client.id,
      ada.records[0],
    ]);
    assert.deepEqual(await names(model, client, next), ['Ada', 'Bea']);
  });

  it('opens pay only when a covering grant asks for it', async () => {
    const model = shared;
    const { client, at } = await twoPeople();
    const records = async () =>
      (await model.stats()).clients.find((one) => one.client === client.id)?.records;
    await model.list(client.access, at, QUERY);
    const before = await records();
    const rights = { ...ALL_RIGHTS, types: ['person', 'job'] };
    const byPay = { sort: { element: 'pay.base', descending: true } };
    await assert.rejects(
      () => model.list(client.access, at, { ...QUERY, ...byPay, rights }),
      hasCode('unknown-element'),
    );
    assert.equal(await records(), before);
    assert.deepEqual(await names(model, client, at, byPay), ['Bea', 'Ada']);
    assert.equal(await records(), before! + 1);
  });

  it('finds an old row put back', async () => {
    const { client, ada, at: old } = await twoPeople();
    const id = ada.records[0]!;
    client.put(ada.person, [
      {
        t: 'person',
        compartment: 'personnel',
        id,
        revision: 2,
        e: { firstName: 'Ada', lastName: 'New' },
      },
    ]);
    const at = await client.commit();
    assert.ok(at.dataVersion > old.dataVersion);
    await tamper(
      client,
      'delete from record where client_id = $1 and record_id = $2 and revision = 2',
      [client.id, id],
    );
    await tamper(
      client,
      'update record set replaced_in = null where client_id = $1 and record_id = $2',
      [client.id, id],
    );
    await assert.rejects(
      () => shared.list(client.access, at, QUERY),
      (error) => hasCode('records-differ-from-ledger')(error) && namesOf(error).includes(id),
    );
  });

  it('finds a row deleted, a row too many and a changed one', async () => {
    const deleted = await twoPeople();
    const gone = deleted.bea.records[1]!;
    await tamper(deleted.client, 'delete from record where client_id = $1 and record_id = $2', [
      deleted.client.id,
      gone,
    ]);
    await assert.rejects(
      () => shared.list(deleted.client.access, deleted.at, QUERY),
      (error) => hasCode('records-differ-from-ledger')(error) && namesOf(error).includes(gone),
    );

    const extra = await twoPeople();
    await tamper(
      extra.client,
      `insert into record (client_id, record_id, revision, compartment, tag, import_id, ct)
        select client_id, gen_random_uuid(), revision, compartment, tag, import_id, ct from record
        where client_id = $1 and record_id = $2`,
      [extra.client.id, extra.bea.records[0]],
    );
    await assert.rejects(
      () => shared.list(extra.client.access, extra.at, QUERY),
      hasCode('records-differ-from-ledger'),
    );

    const flipped = await twoPeople();
    await tamper(
      flipped.client,
      'update record set ct = set_byte(ct, 60, get_byte(ct, 60) # 1) where client_id = $1 and record_id = $2',
      [flipped.client.id, flipped.ada.records[0]],
    );
    await assert.rejects(
      () => shared.list(flipped.client.access, flipped.at, QUERY),
      hasCode('records-differ-from-ledger'),
    );
  });

  it('finds a deleted row when it refreshes, and answers nothing from half a load', async () => {
    const model = shared;
    const { client, ada, at } = await twoPeople();
    await model.list(client.access, at, QUERY);
    const [added] = client.put(ada.person, [
      { t: 'job', compartment: 'personnel', from: '2025-01-01', e: { title: 'Boss' } },
    ]);
    const next = await client.commit();
    await tamper(client, 'delete from record where client_id = $1 and record_id = $2', [
      client.id,
      added,
    ]);
    for (let i = 0; i < 2; i++) {
      await assert.rejects(
        () => model.list(client.access, next, QUERY),
        hasCode('records-differ-from-ledger'),
      );
    }
  });

  it('does not open rows with the keys of another client', async () => {
    const { client, at } = await twoPeople();
    const wrong = {
      ...client.access,
      keys: { ...client.access.keys, client: firstVersion(newKey()) },
    };
    await assert.rejects(() => shared.list(wrong, at, QUERY), hasCode('record-does-not-open'));
  });

  it('an import that is being written is invisible', async () => {
    const model = shared;
    const { client, at } = await twoPeople();
    const pending = '01900000-0000-7000-8000-00000000abcd';
    await tamper(client, 'update head set pending = $2 where client_id = $1', [client.id, pending]);
    await tamper(
      client,
      `insert into record (client_id, record_id, revision, compartment, tag, import_id, ct)
        select client_id, gen_random_uuid(), 1, compartment, tag, $2, ct from record where client_id = $1 limit 1`,
      [client.id, pending],
    );
    await tamper(
      client,
      'update record set replaced_in = $2 where client_id = $1 and import_id <> $2',
      [client.id, pending],
    );
    assert.deepEqual(await names(model, client, at), ['Ada', 'Bea']);
  });

  it('many who ask at once wait for one load', async () => {
    const model = shared;
    const { client, at } = await twoPeople();
    const answers = await Promise.all(Array.from({ length: 20 }, () => names(model, client, at)));
    for (const answer of answers) assert.deepEqual(answer, ['Ada', 'Bea']);
  });

  it('one who stops waiting is told so at once, and the others are not', async () => {
    const model = shared;
    const { client, at } = await twoPeople();
    const stop = new AbortController();
    const waiting = names(model, client, at);
    const stopped = model.list(client.access, at, QUERY, stop.signal);
    stop.abort();
    await assert.rejects(stopped, { name: 'AbortError' });
    assert.deepEqual(await waiting, ['Ada', 'Bea']);
    await assert.rejects(() => model.list(client.access, at, QUERY, stop.signal), {
      name: 'AbortError',
    });
  });

  it('lets go of idle clients with their keys, and opens them again', async () => {
    const model = open({ idleMs: 30 });
    const { client, at } = await twoPeople();
    await names(model, client, at);
    while ((await model.stats()).clients.length > 0)
      await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(await names(model, client, at), ['Ada', 'Bea']);
  });

  it('lets go of the client used longest ago when memory runs short', async () => {
    const model = open({ memoryLimitMb: 0 });
    const one = await twoPeople();
    const other = await twoPeople();
    await names(model, one.client, one.at);
    await names(model, other.client, other.at);
    assert.deepEqual(
      (await model.stats()).clients.map((held) => held.client),
      [other.client.id],
    );
    await model.drop(other.client.id);
    assert.deepEqual((await model.stats()).clients, []);
  });

  it('shows a manager the people below and oneself only oneself', async () => {
    const model = shared;
    const { client, ada, bea, at } = await twoPeople();
    const isUnder = async (subject: string, manager: string) =>
      (await model.isUnder(client.access, at, { subject, manager })).isUnder;
    assert.equal(await isUnder(bea.person.id, ada.person.id), true);
    assert.equal(await isUnder(ada.person.id, bea.person.id), false);
    assert.equal(await isUnder(ada.person.id, ada.person.id), false);
    assert.deepEqual(
      await names(model, client, at, { scope: { kind: 'under', subject: ada.person.id } }),
      ['Bea'],
    );
    assert.deepEqual(
      await names(model, client, at, { scope: { kind: 'self', subject: ada.person.id } }),
      ['Ada'],
    );
    const nobody = '01900000-0000-7000-8000-0000000000ff';
    assert.deepEqual(
      await names(model, client, at, { scope: { kind: 'self', subject: nobody } }),
      [],
    );
  });

  it('names everybody in a scope as an entry must', async () => {
    const model = shared;
    const { client, ada, at } = await twoPeople();
    const few = await model.people(client.access, at, { kind: 'all' });
    assert.equal(few.count, 2);
    assert.ok(few.subjects?.includes(ada.person.id));
    for (let i = 10; i < 120; i++) client.add(givenOf({ first: 'X', last: 'X', number: `${i}` }));
    const more = await model.people(client.access, await client.commit(), { kind: 'all' });
    assert.equal(more.count, 112);
    assert.equal(more.subjects, null);
    assert.deepEqual(JSON.parse(more.list!), JSON.parse(more.list!).toSorted());
    assert.match(more.digest!, /^sha256:[0-9a-f]{64}$/);
  });

  it('EEO-1 reads the demographic records for its run, and the model does not keep them', async () => {
    const model = shared;
    const { client, at } = await twoPeople();
    const run = {
      report: 'eeo-1',
      parameters: { asOf: '2026-10-31' },
      today: '2026-11-23',
      scope: { kind: 'all' },
      suppress: false,
    } as const;
    const answer = await model.report(client.access, at, run);
    assert.equal(answer.rows[10]?.at(-1), 1);
    assert.equal(answer.exceptions?.count, 1);
    assert.equal(answer.dataVersion, at.dataVersion);
    const [held] = (await model.stats()).clients;
    // Two persons with person, employment and job, and one with a contact.
    assert.equal(held?.records, 7);
  });

  it('a client that does not exist is a fault, not an empty list', async () => {
    const { client, at } = await twoPeople();
    const access: ClientAccess = {
      ...client.access,
      clientId: '01900000-0000-7000-8000-0000000000fe',
    };
    await assert.rejects(() => shared.list(access, at, QUERY), hasCode('fault'));
    const forged: ClientAccess = { ...client.access, clientId: "'; drop table record; --" };
    await assert.rejects(() => shared.list(forged, at, QUERY), hasCode('fault'));
  });
});

function namesOf(error: unknown): readonly string[] {
  return ((error as ModelError).details as { records: string[] }).records;
}
