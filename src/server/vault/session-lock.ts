/** A lock of one connection, named after what it guards: that is how whoever works on a thing for long
 * shows that it lives. A process that dies frees it. */
import type { Database, Row, Statement } from './database.ts';

/** The connection that holds the lock: once the lock is lost, so is it, and this fails. */
export interface Held {
  batch(clients: readonly string[], statements: readonly Statement[]): Promise<Row[][]>;
}

/** Runs `body` while the lock is held; null, without running it, when somebody else holds it. `id` is
 * a UUIDv7. */
export async function holdLock<T>(
  database: Database,
  id: string,
  body: (held: Held) => Promise<T>,
): Promise<T | null> {
  const connection = await database.connect();
  const run = async ({ name, text, values }: Statement) =>
    (await connection.query({ name, text, values: [...values] })).rows;
  // A connection that breaks loses the lock; whoever writes then finds out by the row of the thing.
  const ignore = () => {};
  connection.on('error', ignore);
  let isReusable = false;
  try {
    const [row] = await run(tryLock(id));
    if (row?.held !== true) {
      isReusable = true;
      return null;
    }
    const result = await body({
      batch: (clients, statements) => database.batchOn(connection, clients, statements),
    });
    await run(unlock(id));
    isReusable = true;
    return result;
  } finally {
    connection.off('error', ignore);
    // Closing the connection frees the lock in any case.
    connection.release(!isReusable);
  }
}

/** SQL that tells whether anybody holds the lock of the uuid in `column`, without taking it. */
export function isHeldSql(column: string): string {
  return `exists (select from pg_locks l where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
    and l.database = (select d.oid from pg_database d where d.datname = current_database())
    and (l.classid::int8 << 32) | l.objid::int8
      = ('x' || right(replace(${column}::text, '-', ''), 16))::bit(64)::int8)`;
}

/**
 * It belongs to no transaction, for one that lasts as long as an import would keep every dead row
 * version in the database from being pruned, and heads get a new version with each entry.
 */
function tryLock(id: string): Statement {
  return {
    name: 'lock/try',
    text: 'select pg_try_advisory_lock($1::int8) as held',
    values: [lockOf(id)],
  };
}

function unlock(id: string): Statement {
  return {
    name: 'lock/free',
    text: 'select pg_advisory_unlock($1::int8)',
    values: [lockOf(id)],
  };
}

/** The 62 random bits of the UUIDv7 and its variant. */
function lockOf(id: string): string {
  return BigInt.asIntN(64, BigInt(`0x${id.replaceAll('-', '').slice(16)}`)).toString();
}
