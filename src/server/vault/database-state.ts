/** Whether the database can take what the server has to write, asked without writing. */
import type { Database } from './database.ts';

/** What stands in the way; empty when nothing does. `now` in ms: a ledger never runs ahead of the
 * database's clock. Rejects when the database cannot be asked. */
export async function databaseFaults(database: Database, now: number): Promise<string[]> {
  const statement = { name: 'database/state', text: STATE, values: [new Date(now)] };
  const [rows] = await database.batch([], [statement]);
  return Object.entries(rows![0]!).flatMap(([fault, holds]) => (holds ? [fault] : []));
}

const STATE = `select pg_is_in_recovery() as "database-is-standby",
    current_setting('transaction_read_only') = 'on' as "database-read-only",
    not has_table_privilege('ledger_entry', 'insert')
      or not has_table_privilege('head', 'update') as "ledger-not-writable",
    $1::timestamptz > clock_timestamp() + interval '2 seconds' as "clock-ahead"`;
