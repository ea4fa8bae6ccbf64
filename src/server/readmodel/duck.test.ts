import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { fillTable, openDuck, queryNumbers } from './duck.ts';

describe('DuckDB is locked down', () => {
  let duck: DuckDBInstance;
  let connection: DuckDBConnection;
  let dir: string;
  let file: string;

  before(async () => {
    duck = await openDuck(64);
    connection = await duck.connect();
    dir = mkdtempSync(join(tmpdir(), 'worksmartly-duck-'));
    file = join(dir, 'planted.csv');
    writeFileSync(file, 'a\n1\n');
  });
  after(() => {
    connection.closeSync();
    duck.closeSync();
    rmSync(dir, { recursive: true });
  });

  const refused = async (statements: readonly string[]) => {
    for (const statement of statements) {
      await assert.rejects(() => connection.run(statement), statement);
    }
  };

  it('no file is read or written', () =>
    refused([
      `select * from read_csv('${file}')`,
      `select * from read_text('${file}')`,
      `select * from '${file}'`,
      `select * from glob('${dir}/*')`,
      `copy (select 1) to '${dir}/out.csv'`,
      `copy (select 1) to '${dir}/out.parquet' (format parquet)`,
      `attach '${dir}/other.db' as other`,
      `export database '${dir}/export'`,
      `import database '${dir}'`,
      `create secret s (type s3)`,
    ]));

  it('no extension is installed or loaded', () =>
    refused([
      'install httpfs',
      'load httpfs',
      `load '${dir}/x.duckdb_extension'`,
      "select * from read_csv('https://example.org/x.csv')",
    ]));

  it('no setting can be changed', () =>
    refused([
      'set enable_external_access = true',
      "set memory_limit = '10GB'",
      `set temp_directory = '${dir}'`,
      "set max_temp_directory_size = '1GB'",
      'set lock_configuration = false',
      'set autoinstall_known_extensions = true',
      `set allowed_directories = ['${dir}']`,
      `set log_query_path = '${dir}/log'`,
      `set profiling_output = '${dir}/profile'`,
      'reset memory_limit',
    ]));

  it('nothing is spilled: too large a query fails, and no file appears', async () => {
    const large = 'select count(*) from (select distinct md5(i::varchar) from range(3000000) t(i))';
    await assert.rejects(() => connection.run(large), /memory/i);
    assert.deepEqual(readdirSync(dir), ['planted.csv']);
    assert.ok(!readdirSync('.').some((name) => name.endsWith('.tmp') || name === 'tmp'));
    assert.deepEqual(await queryNumbers(connection, 'select 1'), [[1]]);
  });

  it('holds the numbers it was given, across blocks', async () => {
    const rows = 5000;
    const data = Int32Array.from({ length: rows }, (_, i) => i * 7 - 3);
    await fillTable(connection, 'numbers', [
      { name: 'a', data },
      { name: 'b', data: data.map((n) => -n) },
    ]);
    const read = await queryNumbers(connection, 'select a, b from numbers order by a');
    assert.deepEqual(
      read,
      [...data].map((n) => [n, -n]),
    );
    await fillTable(connection, 'numbers', [{ name: 'a', data: data.slice(0, 1) }]);
    assert.deepEqual(await queryNumbers(connection, 'select a from numbers'), [[-3]]);
  });

  it('a temporary table dies with its connection', async () => {
    const other = await duck.connect();
    await fillTable(other, 'brief', [{ name: 'a', data: Int32Array.of(1) }], true);
    assert.deepEqual(await queryNumbers(other, 'select a from brief'), [[1]]);
    await assert.rejects(() => connection.run('select a from brief'));
    other.closeSync();
    await assert.rejects(() => connection.run('select a from brief'));
  });
});
