/** Takes back what a migration wrote that was ended before its end. Nobody has ever seen any of it. */
import { toId } from '../../../../contract/ids.ts';
import type { House } from '../../../house.ts';
import { systemDraft } from '../../../ledger/draft.ts';
import type { LedgerState } from '../../../ledger/ledger-state.ts';
import { deleteLists, undoImport } from '../../../vault/import-sql.ts';
import { readJobRow } from '../../../vault/job-sql.ts';
import { submitUndecided } from '../../imports/finish-import.ts';

const ENDED = new Set(['done', 'refused', 'failed', 'cancelled']);

/** Does nothing while the job goes on, or when something else is pending. */
export async function releasePending(house: House, state: LedgerState): Promise<void> {
  await house.ledgers.refresh(state);
  const id = state.head.pending;
  if (id === null) return;
  const [rows] = await house.database.batch([state.id], [readJobRow(state.id, id)]);
  if (!ENDED.has(rows![0]?.state as string)) return;
  const statements = [...undoImport(state.id, id), deleteLists(state.id, id)];
  await house.database.batch([state.id], statements);
  const draft = systemDraft('sys:catalogue', 'catalogue.release', null);
  await submitUndecided(house, {
    ledger: state.id,
    draft: { ...draft, via: toId('job', id), outcome: 'failed' },
    pending: null,
  });
}
