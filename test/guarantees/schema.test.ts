// The live schema, read from PostgreSQL's catalogue: it can be spread by client (reference/platform.md
// §4), it is closed by default, and it has no column for anything about a person.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { SEALED_UNDER_RECORD } from '../../src/server/vault/sealed-columns.ts';
import { type TestDatabase, testDatabase } from '../support/cluster.ts';

/** Without client_id: the same everywhere, reference tables on Citus. */
const INSTANCE_TABLES = [
  'instance',
  'invitation',
  'migration',
  'passkey',
  'recovery',
  'registry',
  'session',
  'spent_challenge',
  'token',
  'user_account',
];
const A = '01900000-0000-7000-8000-00000000000a';
const B = '01900000-0000-7000-8000-00000000000b';

let database: TestDatabase;
let owner: pg.Client;
let app: pg.Client;
before(async () => {
  database = await testDatabase();
  owner = new pg.Client(database.connection('owner'));
  app = new pg.Client(database.connection('app'));
  await Promise.all([owner.connect(), app.connect()]);
});
after(async () => {
  await Promise.all([owner.end(), app.end()]);
  await database.drop();
});

async function rows<T>(sql: string, values: unknown[] = []): Promise<T[]> {
  return (await owner.query(sql, values)).rows as T[];
}

const TABLES = `select c.oid, c.relname as name, c.relrowsecurity as secured,
    c.relforcerowsecurity as forced, pg_get_userbyid(c.relowner) as owner,
    exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'client_id'
      and a.attnotnull and a.atttypid = 'uuid'::regtype) as of_client
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'public' and c.relkind in ('r', 'p')`;
interface Table {
  name: string;
  secured: boolean;
  forced: boolean;
  owner: string;
  of_client: boolean;
}
const tables = () => rows<Table>(`${TABLES} order by name`);

test('every table is distributed by client_id, or is one of the few that every node has', async () => {
  const all = await tables();
  assert.ok(all.length > 15);
  const others = all.filter((table) => !table.of_client).map((table) => table.name);
  assert.deepEqual(others, INSTANCE_TABLES);
});

test('every unique key of a client table holds client_id', async () => {
  const without = await rows(
    `select i.indexrelid::regclass as index from (${TABLES}) t join pg_index i on i.indrelid = t.oid
     where t.of_client and (i.indisunique or i.indisprimary or i.indisexclusion) and not exists (
       select from pg_attribute a
       where a.attrelid = t.oid and a.attname = 'client_id' and a.attnum = any(i.indkey))`,
  );
  assert.deepEqual(without, []);
  const keyless = await rows(
    `select t.name from (${TABLES}) t where not exists (
       select from pg_index i where i.indrelid = t.oid and i.indisprimary)`,
  );
  assert.deepEqual(keyless, []);
});

test('there are no triggers, rules, sequences, views, functions or foreign keys that Citus would refuse', async () => {
  const found = await rows(
    `select 'trigger' as kind, tgname::text as name from pg_trigger where not tgisinternal
     union all select 'rule', rulename::text from pg_rewrite r join (${TABLES}) t on t.oid = r.ev_class
     union all select 'function', proname::text from pg_proc
       where pronamespace = 'public'::regnamespace
     union all select 'security definer', proname::text from pg_proc p
       join pg_namespace n on n.oid = p.pronamespace
       where prosecdef and n.nspname not in ('pg_catalog', 'information_schema')
     union all select 'foreign key', conname::text from pg_constraint where contype = 'f'
     union all select 'relation', relname::text from pg_class
       where relnamespace = 'public'::regnamespace and relkind not in ('r', 'p', 'i', 'I')`,
  );
  assert.deepEqual(found, []);
});

test('no default and no generated value would have to be computed on a worker', async () => {
  const defaults = await rows(
    `select t.name, a.attname, pg_get_expr(d.adbin, d.adrelid) as value from (${TABLES}) t
     join pg_attrdef d on d.adrelid = t.oid
     join pg_attribute a on a.attrelid = t.oid and a.attnum = d.adnum where t.of_client`,
  );
  assert.deepEqual(defaults, []);
});

test('row-level security is enabled and forced on every client table, by a policy without subqueries', async () => {
  for (const table of (await tables()).filter(({ of_client }) => of_client)) {
    assert.deepEqual([table.secured, table.forced], [true, true], table.name);
    const policies = await rows<{ condition: string; permissive: boolean; cmd: string }>(
      `select pg_get_expr(polqual, polrelid) as condition, polpermissive as permissive, polcmd as cmd
       from pg_policy where polrelid = $1::regclass`,
      [table.name],
    );
    const writing = policies.filter(({ cmd }) => cmd !== 'r');
    assert.equal(writing.length, 1, table.name);
    assert.match(writing[0]!.condition, /client_id = /, table.name);
    for (const { condition } of policies) assert.doesNotMatch(condition, /select/i, table.name);
  }
});

test('whoever serves owns nothing, is nobody special, and cannot change its own walls', async () => {
  for (const table of await tables()) assert.equal(table.owner, 'ws_owner', table.name);
  const [role] = await rows(
    `select rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication,
       (select count(*)::int from pg_auth_members m where m.member = r.oid) as memberships,
       has_schema_privilege('ws_app', 'public', 'CREATE') as creates
     from pg_roles r where rolname = 'ws_app'`,
  );
  assert.deepEqual(role, {
    rolsuper: false,
    rolbypassrls: false,
    rolcreatedb: false,
    rolcreaterole: false,
    rolreplication: false,
    memberships: 0,
    creates: false,
  });
  const owned = await rows(`select oid::regclass from pg_class where relowner = 'ws_app'::regrole`);
  assert.deepEqual(owned, []);
});

test('whoever serves can add to a ledger and to the checkpoints, and neither change nor remove', async () => {
  const may = await rows<{ name: string; privilege: string }>(
    `select t.name, p.privilege from (${TABLES}) t,
       unnest(array['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) as p(privilege)
     where t.name in ('ledger_entry', 'checkpoint', 'registry', 'adoption', 'report_run')
       and has_table_privilege('ws_app', t.oid, p.privilege)`,
  );
  assert.deepEqual(new Set(may.map(({ privilege }) => privilege)), new Set(['INSERT']));
  const changed = await rows(
    `select attname from pg_attribute where attrelid = 'record'::regclass and attnum > 0
       and has_column_privilege('ws_app', attrelid, attnum, 'UPDATE')`,
  );
  // The ciphertext when a person gets new keys: the ledger names the new one.
  assert.deepEqual(changed, [{ attname: 'replaced_in' }, { attname: 'ct' }]);
});

test('nobody but the owner reads which migrations ran, and the public reads nothing', async () => {
  const readable = await rows(
    `select t.name from (${TABLES}) t where has_table_privilege('public', t.oid, 'SELECT')
     union all select 'migration' where has_table_privilege('ws_app', 'migration', 'SELECT')`,
  );
  assert.deepEqual(readable, []);
});

test('no column could hold a date of birth, an amount or a name', async () => {
  const columns = await rows<{ column: string; type: string; listed: boolean }>(
    `select t.name || '.' || a.attname as column, format_type(a.atttypid, a.atttypmod) as type,
       exists (select from pg_constraint k where k.conrelid = t.oid and k.contype = 'c'
         and k.conkey = array[a.attnum]
         and pg_get_constraintdef(k.oid) ~ '= ANY \\(ARRAY\\[(''[a-z-]+''::text(, )?)+\\]\\)') as listed
     from (${TABLES}) t join pg_attribute a on a.attrelid = t.oid
     where a.attnum > 0 and not a.attisdropped`,
  );
  const plain = ['uuid', 'bytea', 'integer', 'bigint', 'boolean', 'timestamp with time zone'];
  const open = columns.filter(
    ({ type, listed }) => !plain.includes(type) && !(type === 'text' && listed),
  );
  assert.deepEqual(open, []);
  // Times of the system's own doing; a date of birth would need a column like these.
  const times = columns
    .filter(({ type }) => type.startsWith('timestamp'))
    .map(({ column }) => column);
  assert.deepEqual(times.sort(), [
    'head.last_at',
    'invitation.expires_at',
    'recovery.expires_at',
    'replay.created_at',
    'report_schedule.due_at',
    'session.created_at',
    'session.expires_at',
    'session.seen_at',
    'session.verified_at',
    'signing_offer.expires_at',
    'spent_challenge.expires_at',
    'staff_import.created_at',
    'staff_import.reached_at',
    'token.expires_at',
  ]);
});

test('sealed columns are stored as they are: the database does not try to compress them', async () => {
  const sealed = await rows<{ column: string; storage: string }>(
    `select t.name || '.' || a.attname as column, a.attstorage as storage from (${TABLES}) t
     join pg_attribute a on a.attrelid = t.oid
     where a.attname in ('ct', 'keyring', 'profile', 'status') and a.atttypid = 'bytea'::regtype`,
  );
  assert.ok(sealed.length > 10);
  assert.deepEqual(
    sealed.filter(({ storage }) => storage !== 'e'),
    [],
  );
});

test('a transaction sees and writes the rows of the client that it names, and none without a name', async () => {
  const insert = 'insert into proposal (client_id, proposal_id, ct) values ($1, $1, $2)';
  const seen = async (...clients: string[]) => {
    await app.query('begin');
    try {
      if (clients.length > 0) await app.query(`set local app.client = '${clients[0]}'`);
      const found = await app.query('select client_id from proposal order by client_id');
      return found.rows.map((row) => row.client_id);
    } finally {
      await app.query('rollback');
    }
  };
  for (const client of [A, B]) {
    await app.query('begin');
    await app.query(`set local app.client = '${client}'`);
    await app.query(insert, [client, Buffer.from('sealed')]);
    await app.query('commit');
  }
  assert.deepEqual(await seen(), []);
  assert.deepEqual(await seen(A), [A]);
  assert.deepEqual(await seen(B), [B]);
  await app.query('begin');
  await app.query(`set local app.client = '${A}'`);
  const other = '01900000-0000-7000-8000-00000000000c';
  await assert.rejects(app.query(insert, [other, Buffer.from('sealed')]), /row-level security/);
  await app.query('rollback');
  await assert.rejects(app.query(insert, [other, Buffer.from('sealed')]), /row-level security/);
});

test('deploy/citus.sql spreads every table there is', async () => {
  const all = await rows<{
    name: string;
    of_client: boolean;
  }>(`select c.relname as name, exists (select from pg_attribute a
      where a.attrelid = c.oid and a.attname = 'client_id' and not a.attisdropped) as of_client
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and c.relname <> 'migration' order by c.relname = 'head' desc, c.relname`);
  const references = all
    .filter(({ of_client }) => !of_client)
    .map(({ name }) => `select create_reference_table('${name}');`);
  const distributed = all
    .filter(({ of_client }) => of_client)
    .map(({ name }) => {
      const with_ = name === 'head' ? 'none' : 'head';
      return `select create_distributed_table('${name}', 'client_id', colocate_with => '${with_}');`;
    });
  const path = join(import.meta.dirname, '..', '..', 'deploy', 'citus.sql');
  const commands = readFileSync(path, 'utf8').match(/^select create_\w+_table\(.*\);$/gm);
  assert.deepEqual(commands, [...references, ...distributed]);
});

/** Columns of bytes that nothing under a client's record key lies in, and what they are instead. */
const OTHER_BYTES: Readonly<Record<string, readonly string[]>> = {
  'under the client key': ['staff_import.wrapped', 'subject.keyring', 'wrapped_key.wrapped'],
  'under keys of people': ['record.ct'],
  'under keys of documents, imports and runs': [
    'bulk_preview.ct',
    'document_chunk.ct',
    'import_block.ct',
    'import_chunk.ct',
    'import_error.ct',
    'saved_run.result',
    'staff_import.checked',
    'staff_import.plan',
  ],
  'under keys of users': ['user_account.profile', 'user_account.wrapped'],
  'under the record key of the provider': ['token.ct'],
  'under keys of the ledger': ['ledger_attachment.ct', 'ledger_entry.ct'],
  'hashes and signatures': [
    'adoption.sha256',
    'checkpoint.note',
    'head.frontier',
    'invitation.hash',
    'job.slot',
    'ledger_entry.leaf',
    'oidc_subject.subject_hash',
    'passkey.credential_hash',
    'recovery.code_hash',
    'replay.key_hash',
    'replay.request_hash',
    'session.hash',
    'spent_challenge.hash',
    'sealed_text.text_hash',
    'staff_import.fingerprint',
    'subject.staff_number_hash',
    'token.hash',
    'user_account.address_hash',
  ],
};

test('a change of keys knows of every column of bytes, so that nothing is left under an old key', async () => {
  const columns = await rows<{ column: string }>(
    `select t.name || '.' || a.attname as column from (${TABLES}) t
     join pg_attribute a on a.attrelid = t.oid
     where a.attnum > 0 and not a.attisdropped and a.atttypid = 'bytea'::regtype`,
  );
  const known = [
    ...SEALED_UNDER_RECORD.map(({ table, column }) => `${table}.${column}`),
    ...Object.values(OTHER_BYTES).flat(),
  ];
  assert.deepEqual(columns.map(({ column }) => column).sort(), known.sort());
  for (const { table, column } of SEALED_UNDER_RECORD) {
    const [may] = await rows(
      `select has_column_privilege('ws_app', $1::regclass, $2, 'UPDATE') as update`,
      [table, column],
    );
    assert.deepEqual(may, { update: true }, `${table}.${column}`);
  }
});
