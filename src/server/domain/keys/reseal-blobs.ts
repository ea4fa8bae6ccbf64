/** Seals anew what lies under an earlier version of the client's record key. */
import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { resealRow, rowsUnderOther, SEALED_UNDER_RECORD } from '../../vault/sealed-columns.ts';

const ROWS_PER_STEP = 200;

/** Some rows of the first column that has any; true when none is left. */
export async function resealBlobs({ database }: House, state: LedgerState): Promise<boolean> {
  const { record } = state.clientKeys;
  for (const column of SEALED_UNDER_RECORD) {
    const find = rowsUnderOther(column, state.id, record.version, ROWS_PER_STEP);
    const [rows] = await database.batch([state.id], [find]);
    if (rows!.length === 0) continue;
    const statements = rows!.map((row) => resealRow(column, state.id, record, row));
    await database.batch([state.id], statements);
    return false;
  }
  return true;
}
