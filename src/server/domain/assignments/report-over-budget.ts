/** Reports that somebody would have gone beyond the budget of an assignment: an alert, once per hour or day
 * that the budget is about, whichever process records it. */
import { toId } from '../../../contract/ids.ts';
import { Fault } from '../../fault.ts';
import type { House } from '../../house.ts';
import { systemDraft } from '../../ledger/draft.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import type { OverBudget } from '../../ledger/work.ts';
import { newUuid } from '../../uuid.ts';

const RULE = 'over-budget';
const ATTEMPTS_MAX = 30;

export async function reportOverBudget(
  house: House,
  state: LedgerState,
  { assignment, since }: OverBudget,
): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const { alerts, index } = state.authority;
    const isReported = [...alerts.values()].some(
      ({ fact, at }) => fact.rule === RULE && at >= since && fact.about?.includes(assignment),
    );
    if (isReported) return;
    const fact = {
      type: 'alert.raised' as const,
      id: toId('alert', newUuid(house.now())),
      rule: RULE,
      severity: 'medium',
      about: [assignment],
      index: null,
      effect: 'none' as const,
      signature: null,
    };
    const appended = await house.ledgers.appendFacts({
      entries: [{ state, draft: systemDraft('sys:gate', 'alerts.raise', fact) }],
      // Of two at once the second looks again, and finds the first one's.
      decided: new Map([[state.id, index]]),
      until: Number.POSITIVE_INFINITY,
    });
    if (appended === 'stale') continue;
    house.log({ event: 'alert', ledger: state.keys.origin, rule: RULE, severity: 'medium' });
    return;
  }
  throw new Fault('ledger-busy', 'authority kept changing');
}
