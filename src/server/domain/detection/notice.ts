/** What no entry says, and detection looks after as well: ledgers that are closed or shorter than they
 * were, agreements that end soon, events that were lost. */
import { toId } from '../../../contract/ids.ts';
import type { Noticed } from '../../detection/server-event.ts';
import type { House } from '../../house.ts';
import { isInForce } from '../../ledger/authority.ts';
import { readClientIds } from '../../ledger/registry.ts';
import type { EventSinks } from './event-sinks.ts';

const DAY_MS = 86_400_000;
const SOON_DAYS = 7;
/** All clients are gone through, so not at every look. */
const EVERY_MS = 60_000;

export async function noticeOf(
  house: House,
  term: { noticedAt: number },
  sinks: EventSinks,
): Promise<Noticed[]> {
  const at = house.now();
  const lost = sinks.takeLost();
  const events: Noticed[] =
    lost > 0 ? [{ client: 'provider', at, op: 'events.lost', fields: { count: lost, at } }] : [];
  if (at - term.noticedAt < EVERY_MS) return events;
  term.noticedAt = at;
  return [...events, ...(await closedLedgers(house, at)), ...endingAgreements(house, at)];
}

async function closedLedgers({ database, ledgers }: House, at: number): Promise<Noticed[]> {
  const closed: Noticed[] = [];
  for (const id of await readClientIds(database)) {
    const state = await ledgers.find(id);
    if (!state?.closed) continue;
    const fields = { reasons: [state.closed], size: state.head.size };
    closed.push({ client: toId('client', id), at, op: 'ledger.closed', fields });
  }
  return closed;
}

function endingAgreements({ ledgers }: House, at: number): Noticed[] {
  const ending: Noticed[] = [];
  for (const nda of ledgers.provider.authority.ndas.values()) {
    const days = Math.ceil((nda.until - at) / DAY_MS);
    if (!isInForce(nda, at) || days > SOON_DAYS) continue;
    // Told once for each agreement, so the days left are not part of what it is told by.
    const fields = { user: nda.fact.user, nda: nda.fact.id, days: SOON_DAYS };
    ending.push({ client: 'provider', at, op: 'nda.expiring', fields });
  }
  return ending;
}
