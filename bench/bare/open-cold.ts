/**
 * Bare's cold opening in a fresh process: plaintext rows into DuckDB until the first page of staff
 * can be answered. Prints {"ms"}; the connection is open before the clock starts, as it is in a
 * server that has just started.
 */
import type { Connection } from '../../src/server/vault/postgres/roles.ts';
import { openBare } from './database.ts';
import { loadDuck } from './load-duck.ts';

const { connection, client } = JSON.parse(process.argv[2] as string) as {
  connection: Connection;
  client: string;
};
const database = openBare(connection);
await database.pool.query('select 1');
const started = performance.now();
const duck = await loadDuck(database.pool, client);
const page = `select subject_id, family_name, given_name, title, department from staff
  order by family_name, given_name, subject_id limit 50`;
const first = await (await duck.runAndReadAll(page)).getRows();
if (first.length === 0) throw new Error('nobody was loaded');
process.stdout.write(`${JSON.stringify({ ms: performance.now() - started })}\n`);
await database.close();
