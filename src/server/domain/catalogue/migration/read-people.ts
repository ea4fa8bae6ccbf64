/** The keyrings of these people. */
import type { House } from '../../../house.ts';
import type { LedgerState } from '../../../ledger/ledger-state.ts';
import { keyringsNowStatement } from '../../../vault/records-sql.ts';
import type { Person } from './rewrite-people.ts';

export async function readPeople(
  house: House,
  state: LedgerState,
  subjects: readonly string[],
): Promise<Person[]> {
  if (subjects.length === 0) return [];
  const read = keyringsNowStatement(state.id, subjects);
  const [rows] = await house.database.batch([state.id], [read]);
  return rows!.map((row) => ({
    subject: row.subject_id as string,
    keyring: row.keyring as Buffer,
  }));
}
