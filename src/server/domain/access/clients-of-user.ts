/** Which clients a user belongs to, or was ever assigned to. */
import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import type { Statement } from '../../vault/database.ts';

/** Uuids of clients. */
export async function readClientsOf(house: House, user: string): Promise<string[]> {
  const [rows] = await house.database.batchOfUser(user, [
    {
      name: 'user/clients',
      text: 'select client_id from user_client where user_id = $1 order by client_id',
      values: [user],
    },
  ]);
  return rows!.map((row) => row.client_id as string);
}

/** The ledgers that a provider's fact about this user must be mirrored into. */
export async function readLedgersOf(house: House, user: string): Promise<LedgerState[]> {
  const found = await Promise.all(
    (await readClientsOf(house, user)).map((client) => house.ledgers.find(client)),
  );
  return found.filter((state) => state !== null);
}

/** Notes that the user belongs to the client from now on. */
export function addClientOfUser(user: string, client: string): Statement {
  return {
    name: 'user/add-client',
    text: 'insert into user_client (client_id, user_id) values ($2, $1) on conflict do nothing',
    values: [user, client],
  };
}
