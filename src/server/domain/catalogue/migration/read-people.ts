/** The keyrings of these people. */
import type { House } from '../../../house.ts';
import type { LedgerState } from '../../../ledger/ledger-state.ts';
import { readStatement } from '../../../vault/records-sql.ts';
import type { Person } from './rewrite-people.ts';

export async function readPeople(
  house: House,
  state: LedgerState,
  subjects: readonly string[],
): Promise<Person[]> {
  if (subjects.length === 0) return [];
  const pairs = subjects.map((subject) => [state.id, subject] as const);
  const [rows] = await house.database.batch([state.id], [readStatement(pairs, [])]);
  return rows!.map((row) => ({ subject: row.tag as string, keyring: row.ct as Buffer }));
}
