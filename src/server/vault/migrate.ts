/** Brings a database to the newest schema. Migrations are numbered files, applied once, forward only. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

const DIRECTORY = join(import.meta.dirname, 'migrations');

/** Applies every migration that `owner`'s database has not seen; a lock keeps two processes apart. */
export async function migrate(owner: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(owner);
  await client.connect();
  try {
    await client.query('begin');
    await client.query('select pg_advisory_xact_lock(7238115)');
    await client.query('create table if not exists migration (name text primary key)');
    const done = new Set<string>();
    for (const row of (await client.query('select name from migration')).rows) done.add(row.name);
    for (const name of readdirSync(DIRECTORY).sort()) {
      if (!name.endsWith('.sql') || done.has(name)) continue;
      await client.query(readFileSync(join(DIRECTORY, name), 'utf8'));
      await client.query('insert into migration (name) values ($1)', [name]);
    }
    await client.query('commit');
  } finally {
    await client.end();
  }
}
