/** Cancels an import that has not come to its end: all of it is taken back. Whoever started it may, and
 * those who speak for the client's data. */
import { toId } from '../../../contract/ids.ts';
import { conflict, Refusal } from '../../fault.ts';
import { type ImportState, moveImport } from '../../vault/import-sql.ts';
import type { DomainOperation } from '../operation.ts';
import { cleanUpClient } from './clean-up.ts';
import { findOwnImport } from './own-import.ts';
import { importsUnderWay } from './progress.ts';

const UNDER_WAY: readonly ImportState[] = ['queued', 'running', 'interrupted'];

export const cancelImport: DomainOperation = {
  async run(call) {
    const { house, state, principal, role } = call;
    const { id, plan, state: reached } = await findOwnImport(call);
    if (!plan || !UNDER_WAY.includes(reached)) {
      throw conflict('import-not-under-way', 'This import is not under way any more.');
    }
    if (plan.user !== principal.user && role !== 'hr') {
      throw new Refusal(
        403,
        ['not-who-started-it'],
        'Only whoever started this import, or the client’s HR, can cancel it.',
        { promise: 'need-to-know' },
      );
    }
    const move = moveImport(state.id, id, UNDER_WAY, 'cancelling', house.now());
    return {
      types: [],
      work: { statements: [move] },
      answer() {
        const own = importsUnderWay(house).get(id);
        if (own) own.stop.abort();
        else inBackground(() => cleanUpClient(house, state));
        return { id: toId('import', id) };
      },
    };

    /** Nobody carries it out, or another process does and hears of it within a second. */
    function inBackground(act: () => Promise<void>): void {
      const acting = act()
        .catch(() => {})
        .finally(() => house.jobs.delete(acting));
      house.jobs.add(acting);
    }
  },
};
