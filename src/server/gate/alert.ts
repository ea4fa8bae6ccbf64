/** Alerts are facts: what the server noticed stands in the client's ledger, not only in a log. */
import { toId } from '../../contract/ids.ts';
import type { House } from '../house.ts';
import { systemDraft } from '../ledger/draft.ts';
import type { LedgerState } from '../ledger/ledger-state.ts';
import { newUuid } from '../uuid.ts';

/** Records an alert; tried again while authority moves. */
export async function raiseAlert(
  house: House,
  state: LedgerState,
  rule: string,
  severity: 'low' | 'medium' | 'high',
): Promise<void> {
  house.log({ event: 'alert', ledger: state.keys.origin, rule, severity });
  const fact = {
    type: 'alert.raised' as const,
    id: toId('alert', newUuid(house.now())),
    rule,
    severity,
    about: [],
    index: null,
    effect: 'none' as const,
    signature: null,
  };
  await house.ledgers.appendSystem(state, systemDraft('sys:gate', 'alerts.raise', fact));
}
