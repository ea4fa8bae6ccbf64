/** Raises an alert, once per threshold, for each non-disclosure agreement that ends soon. */
import type { Fact } from '#verifier/fact.ts';
import { toId } from '../../../contract/ids.ts';
import type { House } from '../../house.ts';
import { systemDraft } from '../../ledger/draft.ts';
import { newUuid } from '../../uuid.ts';
import { dueSince, type Expiry, expiring } from './nda-expiry.ts';

const RULE = 'nda-expiring';
const ATTEMPTS_MAX = 10;

/** Of two processes that look at once, one raises it: the other finds that authority has moved. */
export async function remindOfNdas(house: House): Promise<void> {
  const { ledgers, now } = house;
  const { provider } = ledgers;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const at = now();
    const due = expiring(provider.authority, at).filter((each) => each.nda && !isTold(house, each));
    if (due.length === 0) return;
    const entries = due.map(({ user, nda }) => {
      const fact: Fact = {
        type: 'alert.raised',
        id: toId('alert', newUuid(at)),
        rule: RULE,
        severity: 'low',
        about: [user, nda!.fact.id].sort(),
        index: nda!.index,
        effect: 'none',
        signature: null,
      };
      return { state: provider, draft: systemDraft('sys:gate', 'reminders.raise', fact) };
    });
    const done = await ledgers.appendFacts({
      entries,
      decided: new Map([[provider.id, provider.authority.index]]),
      until: Number.POSITIVE_INFINITY,
    });
    if (done !== 'stale') return;
  }
}

/** Whether there is an alert of this agreement since the threshold was passed. */
function isTold({ ledgers }: House, expiry: Expiry): boolean {
  const { alerts } = ledgers.provider.authority;
  const id = expiry.nda!.fact.id;
  return [...alerts.values()].some(
    ({ fact, at }) => fact.rule === RULE && fact.about?.includes(id) && at >= dueSince(expiry),
  );
}
