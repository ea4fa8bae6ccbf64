/** Removes what is left of uploads that came to nothing: no record names them, so nobody ever saw them.
 * Only those old enough to be no longer under way. */
import type { House } from '../../house.ts';
import { newUuid } from '../../uuid.ts';
import type { Row, Statement } from '../../vault/database.ts';
import { discardOldDocuments } from '../../vault/document-sql.ts';

const HOUR_MS = 3_600_000;
const CLIENTS_AT_ONCE = 100;

/** Of every client; at the start of a server. */
export async function discardAllUploads(house: House): Promise<void> {
  const [rows] = (await house.database.batch([], [clientsStatement])) as [Row[]];
  for (let at = 0; at < rows.length; at += CLIENTS_AT_ONCE) {
    const clients = rows.slice(at, at + CLIENTS_AT_ONCE).map((row) => row.id as string);
    await discardOldUploads(house, clients);
  }
}

export async function discardOldUploads(house: House, clients: readonly string[]): Promise<void> {
  const anHourAgo = newUuid(Math.max(0, house.now() - HOUR_MS)).slice(0, 14);
  const before = `${anHourAgo}7000-8000-000000000000`;
  await house.database.batch(clients, discardOldDocuments(clients, before));
}

const clientsStatement: Statement = {
  name: 'registry/clients',
  text: 'select id from registry where not is_provider order by id',
  values: [],
};
