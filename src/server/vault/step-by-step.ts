/** Transactions of a database that Citus spreads over nodes: only `SET LOCAL` in an open transaction
 * reaches the workers, where row-level security then knows the client; `set_config` does not. */
import type pg from 'pg';
import type { Row, Statement } from './database.ts';
import type { Ahead } from './pipelined.ts';

const SCOPE = /^app\.(client|clients|account)$/;
/** Ids, and commas between them. It stands in the text: SET takes no parameter. */
const PLAIN = /^[0-9a-f,-]*$/;

/** Does what `runPipelined` does, one statement at a time. */
export async function runStepByStep(
  client: pg.ClientBase,
  statements: readonly Statement[],
  ahead: Ahead | null = null,
): Promise<Row[][]> {
  await client.query('begin');
  try {
    const rows: Row[][] = [];
    for (const statement of statements) {
      rows.push(await runOne(client, statement));
      if (rows.length === ahead?.count) ahead.look(rows);
    }
    await client.query('commit');
    return rows;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

/** One statement of an open transaction. */
export async function runOne(
  client: pg.ClientBase,
  { name, text, values }: Statement,
): Promise<Row[]> {
  if (!SCOPE.test(name)) return (await client.query({ name, text, values: [...values] })).rows;
  const value = String(values[0]);
  if (!PLAIN.test(value)) throw new Error('not a list of uuids');
  await client.query(`set local ${name} = '${value}'`);
  return [];
}
