/** Shows that the job of an import lives: a lock on its first chunk, which a dead process frees. */
import type { Database } from '../../vault/database.ts';
import { lockFirstChunk } from '../../vault/import-sql.ts';
import { ImportLost } from './job.ts';

/** Runs `body` while the lock is held. Throws ImportLost when somebody else has it. */
export async function holdImport<T>(
  database: Database,
  client: string,
  id: string,
  body: () => Promise<T>,
): Promise<T> {
  return database.transaction([client], async (tx) => {
    const rows = await tx.query(lockFirstChunk(client, id));
    if (rows.length === 0) throw new ImportLost();
    return body();
  });
}
