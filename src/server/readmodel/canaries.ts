/** The client's canary people, read in the snapshot that is loaded. */
import type pg from 'pg';
import { openCanaries } from '../vault/canary-list.ts';
import type { ClientAccess } from './messages.ts';

/** Bare uuids. Throws SealError. */
export async function canariesOf(
  db: pg.ClientBase,
  { clientId, keys }: ClientAccess,
): Promise<string[]> {
  const { rows } = await db.query('select canaries from detection_state where client_id = $1', [
    clientId,
  ]);
  return rows[0] ? openCanaries(keys.record, clientId, rows[0].canaries as Buffer) : [];
}
