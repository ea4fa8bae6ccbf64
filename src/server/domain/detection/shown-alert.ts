/** An alert as it is shown. */
import type { Alert } from '../../ledger/authority.ts';

export function shownAlert({ fact, at, state, owner, finding }: Alert) {
  const { id, rule, severity, about = [], index = null, effect = 'none' } = fact;
  const time = new Date(at).toISOString();
  return { id, rule, severity, at: time, about, index, effect, state, owner, finding };
}
