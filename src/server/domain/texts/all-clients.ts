/** Every client, for what the provider says to all of them at once. */
import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { clientsAreStatement, readClientIds } from '../../ledger/registry.ts';
import type { Statement } from '../../vault/database.ts';

/** The ledgers that can be written, and a statement, for the same transaction, that fails when another
 * client was opened meanwhile. A ledger that is closed gets what it missed at the next start. */
export async function allClients(
  house: House,
): Promise<{ readonly states: LedgerState[]; readonly areAll: Statement }> {
  const ids = await readClientIds(house.database);
  const found = await Promise.all(ids.map((id) => house.ledgers.find(id)));
  const states = found.filter((state) => state !== null && state.closed === null);
  return { states: states as LedgerState[], areAll: clientsAreStatement(ids.length) };
}
