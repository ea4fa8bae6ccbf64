/** One consistent look at a client's rows: a read-only transaction that names the client, and the
 * head as it stands in it. */
import type pg from 'pg';
import type { Version } from './messages.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface Head extends Version {
  /** Entries in the ledger. */
  readonly size: number;
  /** The import that is being written and is invisible. */
  readonly pending: string | null;
}

/** Runs `body` inside the transaction; it is rolled back in any case, as nothing is written. */
export async function inSnapshot<T>(
  db: pg.ClientBase,
  client: string,
  body: (head: Head) => Promise<T>,
): Promise<T> {
  await db.query(
    `begin isolation level repeatable read read only; set local app.client = '${checkedUuid(client)}'`,
  );
  try {
    const { rows } = await db.query(
      'select size, data_version, purge_version, pending from head where client_id = $1',
      [client],
    );
    if (rows.length === 0) throw new Error('no such client');
    const [row] = rows;
    return await body({
      size: Number(row.size),
      dataVersion: Number(row.data_version),
      purgeVersion: Number(row.purge_version),
      pending: row.pending,
    });
  } finally {
    await db.query('rollback').catch(() => {});
  }
}

/** The uuid, which may now stand in an SQL text; throws on anything else. */
export function checkedUuid(uuid: string): string {
  if (!UUID.test(uuid)) throw new Error('not a uuid');
  return uuid;
}
