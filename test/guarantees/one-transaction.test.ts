/** Statements that travel together stand or fall together, each client's part sees that client alone,
 * and what is made of a read ahead of the commit is worth nothing without it. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import {
  type Database,
  openDatabase,
  type Row,
  type Statement,
} from '../../src/server/vault/database.ts';
import { type TestDatabase, testDatabase } from '../support/cluster.ts';

const [A, B] = [randomUUID(), randomUUID()] as [string, string];
const user = randomUUID();
let place: TestDatabase;
let database: Database;

before(async () => {
  place = await testDatabase();
  // One connection: every call meets what the one before has left of it.
  database = openDatabase(place.connection('app'), 1);
});

after(async () => {
  await database?.close();
  await place?.drop();
});

const add = (client: string): Statement => ({
  name: 'test/add',
  text: 'insert into user_client (client_id, user_id) values ($1, $2)',
  values: [client, user],
});
const seen: Statement = {
  name: 'test/seen',
  text: 'select client_id from user_client order by client_id',
  values: [],
};
const fails: Statement = { name: 'test/fails', text: 'select 1 / $1::int4', values: [0] };
const one: Statement = { name: 'test/one', text: 'select 1 as one', values: [] };

const clientsIn = (rows: readonly Row[] | undefined) => rows?.map((row) => row.client_id);

test('a failed statement undoes those before it, and those after it are not run', async () => {
  const failed = database.batch([A], [add(A), fails, one, add(A)]);
  await assert.rejects(failed, { code: '22012' });
  const [rows] = await database.batch([A], [seen]);
  assert.deepEqual(rows, []);
});

test('the connection serves on with statements that a failure kept from being prepared', async () => {
  for (let round = 0; round < 2; round++) {
    const fresh = { ...one, name: `test/fresh-${round}` };
    await assert.rejects(database.batch([A], [fails, fresh]), { code: '22012' });
    assert.deepEqual(await database.batch([A], [fresh, fresh]), [[{ one: 1 }], [{ one: 1 }]]);
    const wrong = { name: `test/wrong-${round}`, text: 'select no_such_column', values: [] };
    await assert.rejects(database.batch([A], [one, wrong, fresh]), { code: '42703' });
    assert.deepEqual(await database.batch([A], [fresh]), [[{ one: 1 }]]);
  }
});

test('each segment sees its own client, and none outlives the transaction', async () => {
  const rows = await database.segments([
    { client: A, statements: [add(A), seen] },
    { client: B, statements: [seen, add(B), seen] },
    { client: A, statements: [seen] },
  ]);
  assert.deepEqual(clientsIn(rows[0]![1]), [A]);
  assert.deepEqual(clientsIn(rows[1]![0]), []);
  assert.deepEqual(clientsIn(rows[1]![2]), [B]);
  assert.deepEqual(clientsIn(rows[2]![0]), [A]);
  const [none] = await database.batch([], [seen]);
  assert.deepEqual(none, []);
});

test('a segment cannot write for another client, and takes the others down with it', async () => {
  const other = { client: A, statements: [add(randomUUID())] };
  const own = {
    client: B,
    statements: [{ ...seen, text: 'delete from replay', name: 'test/own' }],
  };
  await assert.rejects(database.segments([own, other]), { code: '42501' });
});

test('rows are looked at ahead of the commit, and a failed commit is still a failure', async () => {
  const looked: unknown[] = [];
  const look = (rows: readonly Row[][]) => {
    looked.push(clientsIn(rows[0]));
  };
  const ahead = { count: 1, look };
  const [rows] = await database.segments([{ client: A, statements: [seen, one], ahead }]);
  assert.deepEqual(rows, [[{ client_id: A }], [{ one: 1 }]]);
  const failing = { client: A, statements: [seen, fails], ahead };
  await assert.rejects(database.segments([failing]), { code: '22012' });
  assert.deepEqual(looked, [[A], [A]]);
});

test('values of every kind arrive as they were sent', async () => {
  const values = [
    'a "b" \\ {c}',
    null,
    true,
    7,
    new Date(0),
    Buffer.from([0, 255]),
    ['x,"y"', null],
  ];
  const text = `select $1::text as t, $2::text as n, $3::bool as b, $4::int8 as i,
    $5::timestamptz as d, $6::bytea as y, $7::text[] as a`;
  const [[row]] = (await database.batch([], [{ name: 'test/values', text, values }])) as [Row[]];
  assert.deepEqual(Object.values(row!), values);
});
