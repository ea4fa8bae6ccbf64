/** Tells the client of exceptions that nobody has reviewed in time: an alert each, once. */
import { toId } from '../../../contract/ids.ts';
import type { House } from '../../house.ts';
import { systemDraft } from '../../ledger/draft.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { readClientIds } from '../../ledger/registry.ts';
import { newUuid } from '../../uuid.ts';
import { isLate } from './review-due.ts';

const RULE = 'exception-unreviewed';
const HOUR_MS = 60 * 60 * 1000;

const lookedAt = new WeakMap<House['jobs'], number>();

/** Looks once an hour. */
export async function tellLateReviews(house: House): Promise<void> {
  const now = house.now();
  if (now - (lookedAt.get(house.jobs) ?? Number.NEGATIVE_INFINITY) < HOUR_MS) return;
  lookedAt.set(house.jobs, now);
  for (const id of await readClientIds(house.database)) {
    if (house.stopping.aborted) return;
    const state = await house.ledgers.find(id);
    if (state && !state.closed) await tell(house, state, now);
  }
}

async function tell(house: House, state: LedgerState, now: number): Promise<void> {
  await house.ledgers.refresh(state);
  const { authority } = state;
  const told = new Set(
    [...authority.alerts.values()].flatMap(({ fact }) => (fact.rule === RULE ? fact.about : [])),
  );
  const late = [...authority.exceptions.values()].filter(
    (exception) => isLate(authority, exception, now) && !told.has(exception.fact.id),
  );
  if (late.length === 0) return;
  const entries = late.map(({ fact: { id } }) => ({
    state,
    draft: systemDraft('sys:gate', 'alerts.raise', {
      type: 'alert.raised',
      id: toId('alert', newUuid(now)),
      rule: RULE,
      severity: 'low',
      about: [id],
      index: null,
      effect: 'none',
      signature: null,
    }),
  }));
  // Of two processes one finds the authority moved, and looks again in an hour.
  const decided = new Map([[state.id, authority.index]]);
  await house.ledgers.appendFacts({ entries, decided, until: Number.POSITIVE_INFINITY });
}
