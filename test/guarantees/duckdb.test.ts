/** The DuckDB that reports run in reaches nothing outside itself, keeps nothing on disk, and nothing
 * that a statement says can change that. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { openDuck } from '../../src/server/readmodel/duck.ts';

let duck: DuckDBInstance;
let connection: DuckDBConnection;
/** The working directory meanwhile: whatever DuckDB would leave in one is seen. */
let directory: string;
const home = process.cwd();

before(async () => {
  directory = mkdtempSync(join(tmpdir(), 'worksmartly-duck-'));
  process.chdir(directory);
  writeFileSync('people.csv', 'name\nInvented\n');
  duck = await openDuck(64);
  connection = await duck.connect();
});

after(() => {
  connection?.closeSync();
  duck?.closeSync();
  process.chdir(home);
  rmSync(directory, { recursive: true, force: true });
});

const refused = (sql: string, reason: RegExp) => assert.rejects(() => connection.run(sql), reason);

describe('no file and no network is reached', () => {
  const outside =
    /Permission Error|disabled|not allowed|Catalog Error|cannot be loaded|Not implemented/i;
  for (const sql of [
    `select * from 'people.csv'`,
    `select * from read_csv('people.csv')`,
    `select * from read_text('/etc/hostname')`,
    `select * from read_blob('people.csv')`,
    `select * from glob('*')`,
    `copy (select 1) to 'out.csv'`,
    `copy (select 1) to 'out.parquet' (format parquet)`,
    `attach 'other.db'`,
    `attach 'other.db' as other (read_only)`,
    `export database 'exported'`,
    `import database 'exported'`,
    `select * from 'https://example.test/people.csv'`,
    `select * from 's3://example/people.parquet'`,
  ]) {
    test(sql, () => refused(sql, outside));
  }
});

test('no extension can be added', async () => {
  for (const sql of [
    'install httpfs',
    'force install httpfs',
    'load httpfs',
    `load '${join(directory, 'own.duckdb_extension')}'`,
    `install httpfs from 'https://example.test'`,
    'update extensions',
  ]) {
    await refused(sql, /Permission Error|disabled|not allowed/i);
  }
  // Not even the directory where they would lie is looked into.
  await refused('from duckdb_extensions()', /Permission Error/);
});

test('no setting can be changed, in any scope', async () => {
  const settings = await connection.runAndReadAll(
    'select name, value, input_type from duckdb_settings() order by name',
  );
  const names = settings.getRows().map((row) => String(row[0]));
  assert.ok(names.length > 50);
  const locked = /configuration has been locked|Cannot change|Cannot modify|cannot be (set|reset)/i;
  const opens = [
    'enable_external_access',
    'lock_configuration',
    'temp_directory',
    'memory_limit',
    'allow_community_extensions',
    'autoinstall_known_extensions',
    'autoload_known_extensions',
    'allowed_directories',
    'allowed_paths',
    'custom_extension_repository',
    'home_directory',
    'log_query_path',
    'enable_logging',
    'profiling_output',
    'secret_directory',
    'threads',
  ];
  for (const name of opens.filter((each) => names.includes(each))) {
    for (const scope of ['', 'global ', 'session ']) {
      await assert.rejects(
        () => connection.run(`set ${scope}${name} = 'true'`),
        `set ${scope}${name}`,
      );
      await assert.rejects(() => connection.run(`reset ${scope}${name}`), `reset ${scope}${name}`);
    }
    await assert.rejects(() => connection.run(`pragma ${name} = 'true'`), `pragma ${name}`);
  }
  await refused('set enable_external_access = true', locked);
  const after = await connection.runAndReadAll(
    'select name, value, input_type from duckdb_settings() order by name',
  );
  assert.deepEqual(after.getRows(), settings.getRows());
});

test('another connection of the same database is held just as tightly', async () => {
  const other = await duck.connect();
  await assert.rejects(() => other.run(`select * from 'people.csv'`));
  await assert.rejects(() => other.run('set lock_configuration = false'));
  other.closeSync();
});

test('what does not fit in memory fails, and nothing is spilled to disk', async () => {
  await refused(
    `create table large as select md5(i::varchar) || md5((i + 1)::varchar) as text
      from range(5000000) t(i) order by text`,
    /Out of Memory/i,
  );
  assert.deepEqual(readdirSync(directory), ['people.csv']);
  assert.equal(existsSync(join(home, '.tmp')), false);
});

test('it is in memory: no database has a file', async () => {
  const databases = await connection.runAndReadAll('select path from duckdb_databases()');
  assert.deepEqual(
    databases.getRows().filter(([path]) => path !== null),
    [],
  );
});
