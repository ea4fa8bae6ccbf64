import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import pg from 'pg';
import { tempDir } from '../../../../test/support/cluster.ts';
import { createDatabase, dropDatabase } from './databases.ts';
import { type Launched, launchPostgres } from './launch.ts';
import { processState } from './postmaster.ts';
import type { Connection } from './roles.ts';

const dir = join(tempDir(), 'behind', 'a', 'closed', 'door');
const options = { dir, settings: { fsync: 'off', shared_buffers: '16MB' } };
let cluster: Launched;
after(() => cluster?.stop());

async function ask(connection: Connection, sql: string): Promise<Record<string, unknown>> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return (await client.query(sql)).rows[0] ?? {};
  } finally {
    await client.end();
  }
}

test('a new directory becomes a cluster, even under a parent that only we can enter', async () => {
  mkdirSync(join(dir, '..'), { recursive: true, mode: 0o700 });
  cluster = await launchPostgres(options);
  assert.equal(cluster.owned, true);
  for (const role of ['owner', 'app', 'admin'] as const) {
    const { who } = await ask(cluster.connection(role), 'select current_user as who');
    assert.equal(who, `ws_${role}`);
  }
  const modes = ['.', 'pg', 'state', 'keys'].map((name) => statSync(join(dir, name)).mode & 0o777);
  assert.deepEqual(modes, [0o711, 0o700, 0o700, 0o700]);
});

test('PostgreSQL does not run as root and listens on no network', async () => {
  const status = readFileSync(`/proc/${cluster.pid}/status`, 'utf8');
  assert.doesNotMatch(status, /^Uid:\s+0\b/m);
  const { address } = await ask(
    cluster.connection('admin'),
    "select current_setting('listen_addresses') as address",
  );
  assert.equal(address, '');
});

test('the serving role is no superuser, owns nothing, and cannot create', async () => {
  const rights = await ask(
    cluster.connection('app'),
    `select rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls as power,
       has_database_privilege('worksmartly', 'create, temp') as may_create,
       has_schema_privilege('public', 'create') as may_create_tables,
       pg_get_userbyid(datdba) as owner
     from pg_roles, pg_database where rolname = current_user and datname = 'worksmartly'`,
  );
  assert.deepEqual(rights, {
    power: false,
    may_create: false,
    may_create_tables: false,
    owner: 'ws_owner',
  });
  await assert.rejects(ask(cluster.connection('app', 'postgres'), 'select 1'), { code: '42501' });
});

test('text is UTF-8 with the built-in locale, and pages carry checksums', async () => {
  const found = await ask(
    cluster.connection('admin'),
    `select upper('é') as upper, datlocale, current_setting('data_checksums') as checksums
     from pg_database where datname = current_database()`,
  );
  assert.deepEqual(found, { upper: 'É', datlocale: 'C.UTF-8', checksums: 'on' });
});

test('a failing statement leaves neither its text nor its values in the log', async () => {
  const wrong = "select 'Planted Value One'::uuid";
  await assert.rejects(ask(cluster.connection('app'), wrong), /invalid input syntax/);
  const client = new pg.Client(cluster.connection('app'));
  await client.connect();
  await assert.rejects(client.query('select $1::text::uuid', ['Planted Value Two']));
  await client.end();
  const log = readFileSync(join(dir, 'state', 'postgres.log'), 'utf8');
  assert.match(log, /ready to accept connections/);
  assert.doesNotMatch(log, /Planted/);
});

test('the settings that keep values out of the log cannot be set over', async () => {
  const settings = { log_statement: 'all' };
  await assert.rejects(launchPostgres({ dir: tempDir(), settings }), /log_statement/);
  await assert.rejects(
    ask(cluster.connection('admin'), "alter system set log_statement = 'all'"),
    /ALTER SYSTEM is not allowed/,
  );
});

test('a second launch joins the running server, and stopping that leaves it running', async () => {
  const second = await launchPostgres(options);
  assert.deepEqual([second.owned, second.pid], [false, cluster.pid]);
  await second.stop();
  await ask(cluster.connection('app'), 'select 1');
});

test('a database from a template carries its tables and lets only the two roles in', async () => {
  await createDatabase(cluster, 'stencil');
  await ask(cluster.connection('owner', 'stencil'), 'create table kept (n int)');
  await createDatabase(cluster, 'copied', 'stencil');
  const copied = cluster.connection('owner', 'copied');
  assert.deepEqual(await ask(copied, 'select count(*)::int as n from kept'), { n: 0 });
  const { acl } = await ask(
    copied,
    "select datacl::text as acl from pg_database where datname = 'copied'",
  );
  assert.equal(acl, '{ws_owner=CTc/ws_owner,ws_app=c/ws_owner}');
  await dropDatabase(cluster, 'copied');
  await assert.rejects(ask(copied, 'select 1'), { code: '3D000' });
  await assert.rejects(createDatabase(cluster, 'x; drop database worksmartly'), /plain/);
});

test('after kill -9 of the postmaster, acknowledged commits are there at the next launch', async () => {
  await ask(cluster.connection('owner'), 'create table acknowledged as select 7 as n');
  process.kill(cluster.pid, 'SIGKILL');
  cluster = await launchPostgres(options);
  assert.equal(cluster.owned, true);
  const found = await ask(cluster.connection('owner'), 'select n from acknowledged');
  assert.deepEqual(found, { n: 7 });
});

test('the database ends with the process that started it, and leaves no lock behind', async () => {
  const other = tempDir();
  const script = `import { launchPostgres } from ${JSON.stringify(import.meta.resolve('./launch.ts'))};
    const { pid } = await launchPostgres({ dir: process.argv[1], runtimeDir: process.argv[1] + '/run', settings: { fsync: 'off' } });
    console.log(pid); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', script, other], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(child.stdout, 'data');
  child.kill('SIGKILL');
  const pid = Number(String(line));
  while (processState(pid) && processState(pid)?.code !== 'Z') {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.equal(readdirSync(join(other, 'pg')).includes('postmaster.pid'), false);
});

test('what a killed initialisation left is cleared away', async () => {
  const other = tempDir();
  mkdirSync(join(other, 'pg.new-999999999', 'base'), { recursive: true });
  const launched = await launchPostgres({ dir: other, settings: { fsync: 'off' } });
  await launched.stop();
  assert.deepEqual(readdirSync(other).sort(), ['keys', 'pg', 'state']);
});
