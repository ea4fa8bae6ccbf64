/** Undoes an import within an hour, for whoever started it, while nothing stands on top of it: people
 * whom it added are gone with their keys, what it changed is as it was before. */

import { toId } from '../../../contract/ids.ts';
import { conflict } from '../../fault.ts';
import { newUuid } from '../../uuid.ts';
import { moveDone } from '../../vault/import-sql.ts';
import { releasePending } from '../catalogue/migration/release-pending.ts';
import type { DomainOperation } from '../operation.ts';
import { cleanUpClient, HOUR_MS } from './clean-up.ts';
import { openStatus } from './import-status.ts';
import { countMovedOn } from './moved-on.ts';
import { findOwnImport, mustBeOwn } from './own-import.ts';
import { startUndo } from './undo-job.ts';

export const undoImportOf: DomainOperation = {
  types: () => 'all',
  async run(call) {
    const { house, state, principal } = call;
    const { id, key, plan, row, reachedAt, mode, state: reached } = await findOwnImport(call);
    if (mode !== 'commit' || reached !== 'done') {
      throw conflict('import-not-done', 'Only an import that was carried out can be undone.');
    }
    if (!key || !plan || house.now() - reachedAt >= HOUR_MS) {
      throw conflict(
        'undo-over',
        'An import can be undone within an hour. Correct its records, or import a corrected file.',
      );
    }
    mustBeOwn(call, plan);
    // Its process may have died.
    if (state.head.pending !== null) await cleanUpClient(house, state);
    if (state.head.pending !== null) await releasePending(house, state);
    const { pending, size } = state.head;
    if (pending !== null) {
      throw conflict(
        'import-running',
        'Another import of this client is under way or interrupted. Wait for its end, or cancel it.',
      );
    }
    const from = row.done_size as number;
    const moved = await countMovedOn(house, state, id, from, size);
    if (moved > 0) {
      throw conflict(
        'changed-since',
        `${moved} records that this import wrote, or of people whom it added, were changed since. Undo is no longer possible: correct the records, or import a corrected file.`,
      );
    }
    const undo = newUuid(house.now());
    const { record } = state.clientKeys;
    const status = {
      ...openStatus(record, key, state.id, id, row.status as Buffer),
      state: reached,
    };
    const { types, purpose } = plan;
    return {
      types,
      work: { statements: [moveDone(state.id, id)], pending: undo },
      answer() {
        startUndo(house, { state, principal, purpose, types, id, undo, from, status });
        return { id: toId('import', id) };
      },
    };
  },
};
