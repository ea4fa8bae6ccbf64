/** Shows that the job of an import lives: a lock of its connection, which a dead process frees. */
import type { Database, Statement } from '../../vault/database.ts';
import { tryLock, unlock } from '../../vault/import-sql.ts';

/** Runs `body` while the lock is held; null, without running it, when somebody else holds it. */
export async function holdImport<T>(
  database: Database,
  id: string,
  body: () => Promise<T>,
): Promise<T | null> {
  const connection = await database.connect();
  const run = async ({ name, text, values }: Statement) =>
    (await connection.query({ name, text, values: [...values] })).rows;
  // A connection that breaks loses the lock; whoever writes then finds out by the import's row.
  const ignore = () => {};
  connection.on('error', ignore);
  let isReusable = false;
  try {
    const [row] = await run(tryLock(id));
    if (row?.held !== true) {
      isReusable = true;
      return null;
    }
    const result = await body();
    await run(unlock(id));
    isReusable = true;
    return result;
  } finally {
    connection.off('error', ignore);
    // Closing the connection frees the lock in any case.
    connection.release(!isReusable);
  }
}
