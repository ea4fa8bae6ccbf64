/** The database, its WAL and the logs never show what people entrusted: planted values are sought in
 * everything that is on disk after writes, an import, reads, reports, errors and a crash. */
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { openClientKeys, openUnderRoot } from '../../src/server/vault/client-keys.ts';
import { unwrapKeyring, useKey } from '../../src/server/vault/crypto/keyring.ts';
import { openFileProvider } from '../../src/server/vault/keys/file-provider.ts';
import { ask, must } from '../support/api.ts';
import { launchTestPostgres, type TestPostgres, tempDir } from '../support/cluster.ts';
import { documentDesk } from '../support/document-desk.ts';
import { pdfFile } from '../support/documents.ts';
import { type AddedPerson, addPerson, type Furnished, furnish } from '../support/furnish.ts';
import { ended, sendFile } from '../support/imports.ts';
import { findPlanted, PLANTED_BYTES_MIN } from '../support/planted.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { staffFile } from '../support/staff-file.ts';

const directory = tempDir();
/** Full page images go into the WAL as on a real server; only the disk is not waited for. */
const settings = { fsync: 'off' };
let cluster: TestPostgres;
let server: ServerProcess;
let house: Furnished;
let admin: string;
let person: AddedPerson;
let db: pg.Client;

/** Through the API: name, street, mail, identifiers, free text; and what is never accepted. */
const PLANTED = {
  firstName: 'Ottoline-Bryony',
  lastName: 'Featherstonehaugh',
  street: '1749 Nightingale Crescent',
  workEmail: 'o.featherstonehaugh@planted.example',
  socialSecurity: '219-09-9999',
  corrected: 'Cholmondeley-Majoribanks',
  refused: 'Unacceptable\nLinebreaker',
  sought: 'Featherstonehau',
  clientName: 'Planted Client & Daughters',
  documentText: '(Agreed between Ottoline and the Orangery) Tj',
  documentName: 'Orangery Agreement.pdf',
  refusedDocument: '(Never to be kept, says the gatekeeper) Tj',
};
const IMPORTED = [
  {
    Number: 'PLANTED-00001',
    First: 'Wilhelmina-Rose',
    Last: 'Abercrombie-Quist',
    Street: '88 Juniper Hollow Lane',
    Mail: 'w.abercrombie@planted.example',
  },
  {
    Number: 'PLANTED-00002',
    First: 'Ferdinand-Lu',
    Last: 'Ünsal-Grœnland',
    Street: '3 Élysée Ω Row',
  },
];
const REFUSED_ROW = { Number: 'PLANTED-00003', Born: '31/02/1984', Street: '5 Unimportable Alley' };
const file = staffFile(IMPORTED);
const refusedFile = staffFile([REFUSED_ROW]);

function planted(): string[] {
  const rows = [file, refusedFile].flatMap(({ csv }) => csv.trim().split('\n').slice(1));
  const cells = [...IMPORTED, REFUSED_ROW].flatMap((row) => Object.values(row));
  const values = [...Object.values(PLANTED), ...cells, ...rows];
  return values.filter((value) => Buffer.byteLength(value) >= PLANTED_BYTES_MIN);
}

before(async () => {
  cluster = await launchTestPostgres(directory, settings);
  server = await startServerProcess(directory);
  admin = server.token!;
  house = await furnish(server.url, admin, PLANTED.clientName);
  db = new pg.Client(cluster.connection('admin'));
  db.on('error', () => {});
  await db.connect();
});

after(async () => {
  await db?.end().catch(() => {});
  await server?.stop();
  await cluster?.stop();
});

/** Everything that the server and the database have in memory reaches the disk. */
const settle = () => db.query('checkpoint');

const seek = (values: readonly (string | Buffer)[]) => findPlanted(directory, values, ['keys']);

test('the scan finds what is there: in a plaintext table, in its WAL and in a log, in every form', async () => {
  const known = 'Known-Plaintext Villiers-Thornbury';
  const forms: Record<string, Buffer> = {
    bytes: Buffer.from(known),
    'UTF-16LE': Buffer.from(known, 'utf16le'),
    hex: Buffer.from(Buffer.from(known).toString('hex')),
    base64: Buffer.from(Buffer.from(`some ${known} more`).toString('base64')),
  };
  await db.query('create table plaintext (form text, value bytea)');
  for (const [form, value] of Object.entries(forms)) {
    // More than once: in the WAL, the head of a page may stand in the middle of one.
    for (let i = 0; i < 3; i++) {
      await db.query('insert into plaintext values ($1, $2)', [form, value]);
    }
    appendFileSync(
      join(directory, 'state', 'known.log'),
      Buffer.concat([value, Buffer.from('\n')]),
    );
  }
  await settle();
  const found = seek([known]);
  for (const form of Object.keys(forms)) {
    for (const place of [/^pg\/base\//, /^pg\/pg_wal\//, /^state\/known\.log$/]) {
      assert.ok(
        found.some((sighting) => sighting.form === form && place.test(sighting.file)),
        `${form} in ${place}`,
      );
    }
  }
  await db.query('drop table plaintext');
});

test('writes, reads, searches, reports and errors leave nothing readable behind', async () => {
  const { url } = server;
  const c = { c: house.client };
  person = await addPerson(url, house, {
    person: { firstName: PLANTED.firstName, lastName: PLANTED.lastName, dateOfBirth: '1984-03-05' },
    employment: { staffNumber: 'PLANTED-00000', hireDate: '2019-04-01', status: 'active' },
    contact: { street: PLANTED.street, workEmail: PLANTED.workEmail },
    identity: { ssn: PLANTED.socialSecurity },
  });
  const params = { ...c, sub: person.id };
  const correction = { params: { ...params, type: 'person', rec: person.records.person! } };
  const corrected = { values: { lastName: PLANTED.corrected } };
  await must(url, house.hr, 'records.correct', { ...correction, body: corrected });
  const found = await must(url, house.hr, 'people.read', { params, query: { history: 'true' } });
  assert.match(JSON.stringify(found), new RegExp(`${PLANTED.corrected}.*${PLANTED.lastName}`));
  await must(url, house.hr, 'people.search', { params: c, body: { q: PLANTED.corrected } });
  await must(url, house.hr, 'people.list', { params: c, query: { q: PLANTED.sought } });
  await must(url, house.hr, 'reports.run', { params: { ...c, id: 'headcount' }, body: {} });
  const errors: [status: number, answered: Promise<{ status: number; text: string }>][] = [
    [
      400,
      ask(url, house.hr, 'records.correct', {
        ...correction,
        body: { values: { lastName: PLANTED.refused } },
      }),
    ],
    [400, ask(url, house.hr, 'people.list', { params: c, query: { [PLANTED.lastName]: 'x' } })],
    [
      400,
      ask(url, house.hr, 'people.search', {
        params: c,
        body: { filters: { 'person.lastName': [PLANTED.lastName] } },
      }),
    ],
    [404, ask(url, house.hr, 'people.read', { params: { ...c, sub: PLANTED.workEmail } })],
    [401, ask(url, PLANTED.workEmail, 'people.read', { params })],
  ];
  for (const [status, answered] of errors) {
    const { status: got, text } = await answered;
    assert.equal(got, status, text);
  }
});

test('an import leaves nothing readable behind, and one that is refused neither', async () => {
  const sender = { url: server.url, token: house.hr, client: house.client };
  const sent = await sendFile(sender, 'commit', file.csv, file.mapping);
  assert.equal(sent.status, 202, sent.text);
  const done = await ended(sender, sent.json.id);
  assert.deepEqual([done.state, done.rows.added], ['done', IMPORTED.length]);
  const wrong = await sendFile(sender, 'commit', refusedFile.csv, refusedFile.mapping);
  const refused = await ended(sender, wrong.json.id);
  assert.deepEqual([refused.state, refused.errorCount], ['refused', 1]);
});

test('a document leaves nothing readable behind, and one that is refused neither', async () => {
  const desk = documentDesk(server.url, house.hr, house.client);
  const of = await desk.contractOf(person.id);
  // Longer than a chunk, and not compressed.
  const file = pdfFile({ filler: Buffer.from(`${PLANTED.documentText}\n`.repeat(8000)) });
  const doc = await desk.attached(file, of, { name: PLANTED.documentName });
  const { response } = await desk.read(doc, of);
  assert.ok(Buffer.from(await response.arrayBuffer()).equals(file));
  const filler = Buffer.from(`${PLANTED.refusedDocument}\n`.repeat(40_000));
  const refused = await desk.attach(Buffer.concat([pdfFile({ filler }), filler]), of);
  assert.equal(refused.status, 400, refused.text);
});

test('after all that and a crash of both, no planted value is anywhere on disk', async () => {
  await settle();
  process.kill(cluster.pid, 'SIGKILL');
  await server.kill();
  await db.end().catch(() => {});
  assert.ok(planted().length > 20);
  assert.deepEqual(seek(planted()), []);
  cluster = await launchTestPostgres(directory, settings);
  server = await startServerProcess(directory);
  db = new pg.Client(cluster.connection('admin'));
  db.on('error', () => {});
  await db.connect();
  const params = { c: house.client, sub: person.id };
  const file = await must(server.url, house.hr, 'people.read', { params });
  assert.match(JSON.stringify(file), new RegExp(PLANTED.corrected));
  await settle();
  assert.deepEqual(seek(planted()), []);
});

test('no key is anywhere but in keys/: neither the root key, nor any that it wraps, nor a person’s', async () => {
  const root = await openFileProvider(join(directory, 'keys'));
  const keys: Buffer[] = [root.current().key.export()];
  const { rows } = await db.query('select * from wrapped_key');
  for (const row of rows.filter(({ parent }) => parent === 'root')) {
    keys.push(openUnderRoot(root, row.client_id, row).export());
  }
  for (const client of new Set<string>(rows.map((row) => row.client_id))) {
    const own = openClientKeys(
      root,
      client,
      rows.filter((row) => row.client_id === client),
    )!;
    const all = Object.values(own).flatMap((key) =>
      'versions' in key ? [...key.versions.values()] : key,
    );
    keys.push(...all.map((key) => key.export()));
    const people = await db.query('select * from subject where client_id = $1', [client]);
    for (const { subject_id: subject, keyring } of people.rows) {
      const opened = unwrapKeyring(own.client, { client, subject }, keyring);
      for (const which of ['subject', 'identity'] as const) {
        useKey(opened, which, (key) => keys.push(Buffer.from(key)));
      }
    }
  }
  root.close();
  assert.ok(keys.length > 15);
  assert.ok(keys.every((key) => key.length === 32));
  const text = readFileSync(join(directory, 'keys', 'root.json'), 'utf8');
  assert.ok(text.includes(keys[0]!.toString('base64')), 'the key file is where it is');
  assert.deepEqual(seek(keys), []);
});

test('no bearer token is anywhere on disk', () => {
  assert.deepEqual(seek([admin, house.hr, house.executive]), []);
});

test('what the database does show: table by table, for the threat model', async (t) => {
  const { rows: columns } = await db.query(`select c.table_name as table, c.column_name as column,
      c.data_type as type from information_schema.columns c
      where c.table_schema = 'public' order by c.table_name, c.ordinal_position`);
  const tables = Map.groupBy(columns, ({ table }) => table as string);
  for (const [table, shown] of tables) {
    const { rows } = await db.query(`select count(*)::int as count from ${table}`);
    t.diagnostic(`${table}: ${rows[0].count} rows`);
    for (const { column, type } of shown) {
      t.diagnostic(`  ${column}: ${await shapeOf(table, column, type)}`);
    }
  }
  assert.ok(tables.has('record') && tables.has('ledger_entry'));
});

/** What somebody who holds the database learns from a column: kinds of values, sizes, how many. */
async function shapeOf(table: string, column: string, type: string): Promise<string> {
  const value = type === 'bytea' ? `length(${column})` : column;
  const { rows } = await db.query(`select count(distinct ${column})::int as distinct,
      min(${value}::text) as first, array_agg(distinct ${value}::text) as all from ${table}`);
  const [{ distinct, first, all }] = rows;
  if (distinct === 0) return `${type}, empty`;
  if (type === 'bytea') {
    const sizes = (all as (string | null)[]).map(Number).sort((a, b) => a - b);
    return `sealed or hashed bytes, ${distinct} different, of ${sizes.slice(0, 6).join(', ')} bytes`;
  }
  if (type === 'uuid') return `random id, ${distinct} different`;
  const few = type === 'text' && distinct <= 8;
  return `${type}, ${distinct} different, for instance ${few ? (all as string[]).join(', ') : first}`;
}
