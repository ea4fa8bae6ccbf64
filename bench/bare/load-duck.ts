/**
 * Bare's analytics: plaintext rows from PostgreSQL into the same DuckDB with the same limits as
 * WorkSmartly's read model, and the same report SQL there.
 */
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type pg from 'pg';

/** The options of WorkSmartly's read model. */
const options = {
  threads: '2',
  memory_limit: '2GB',
  temp_directory: '',
  max_temp_directory_size: '0KB',
  enable_external_access: 'false',
  autoinstall_known_extensions: 'false',
  autoload_known_extensions: 'false',
  lock_configuration: 'true',
};

const columns = [
  's.subject_id::text',
  's.staff_number',
  's.given_name',
  's.family_name',
  's.date_of_birth::text',
  's.hire_date::text',
  's.termination_date::text',
  's.status',
  's.employment_type',
  'j.title',
  'j.department',
  'j.location',
  'j.manager',
  'j.eeo_category',
  'c.work_email',
  'p.base::text',
  'p.currency',
  'p.basis',
  'd.sex',
  'd.hispanic_latino::text',
  'd.race',
];
const names = columns.map((column) => column.replace(/^\w+\./u, '').replace('::text', ''));

/** Opens a locked DuckDB with one client's staff in the table `staff`. */
export async function loadDuck(pool: pg.Pool, client: string): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', options);
  const duck = await instance.connect();
  await duck.run(`create table staff (${names.map((name) => `${name} varchar`).join(', ')})`);
  const appender = await duck.createAppender('staff');
  const connection = await pool.connect();
  try {
    await connection.query('begin');
    await connection.query(`declare everyone no scroll cursor for
      select ${columns.join(', ')} from staff s
      left join job j on j.client_id = s.client_id and j.subject_id = s.subject_id
      left join contact c on c.client_id = s.client_id and c.subject_id = s.subject_id
      left join pay p on p.client_id = s.client_id and p.subject_id = s.subject_id
      left join demographic d on d.client_id = s.client_id and d.subject_id = s.subject_id
      where s.client_id = '${client}'`);
    const next = { text: 'fetch 8192 from everyone', rowMode: 'array' as const };
    let pending = connection.query<(string | null)[]>(next);
    for (;;) {
      const { rows } = await pending;
      if (rows.length === 0) break;
      // The next block comes while this one is written.
      pending = connection.query(next);
      for (const row of rows) {
        for (const cell of row) {
          if (cell === null) appender.appendNull();
          else appender.appendVarchar(cell);
        }
        appender.endRow();
      }
    }
    await connection.query('commit');
  } finally {
    connection.release();
  }
  appender.closeSync();
  return duck;
}
