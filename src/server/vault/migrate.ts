/** Brings a database to the newest schema. Migrations are numbered files, applied once, forward only. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { Fault } from '../fault.ts';

const DIRECTORY = join(import.meta.dirname, 'migrations');

/** Applies every migration that `owner`'s database has not seen; a lock keeps two processes apart.
 * Throws Fault where a newer version has been at work: what its tables mean is not known here. */
export async function migrate(owner: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(owner);
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock(7238115)');
    await client.query('create table if not exists migration (number integer primary key)');
    const done = new Set<number>();
    const rows = (await client.query('select number from migration')).rows;
    for (const row of rows) done.add(row.number);
    const files = readdirSync(DIRECTORY).filter((name) => name.endsWith('.sql'));
    const known = new Map(files.sort().map((name) => [Number(name.slice(0, 3)), name]));
    if ([...done].some((number) => !known.has(number))) {
      throw new Fault(
        'schema-newer',
        'the database was migrated by a newer version of the program',
      );
    }
    for (const [number, name] of known) {
      if (done.has(number)) continue;
      await client.query(readFileSync(join(DIRECTORY, name), 'utf8'));
      await client.query('insert into migration (number) values ($1)', [number]);
    }
    await client.query('commit');
  } finally {
    await client.end();
  }
}
