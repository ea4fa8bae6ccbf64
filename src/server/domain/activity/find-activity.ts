/** Finds entries by the index of activity and reads them back from the ledger. */
import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { type PlacedEntry, readEntriesAt } from '../../ledger/read-entries.ts';
import type { ActivityFilter, ActivityQuery } from '../../readmodel/activity/activity-messages.ts';
import { SealError } from '../../vault/crypto/seal-error.ts';

/** What a query says of time, person, user and kind; the rest of it is about the page. */
export function filterOf(query: Readonly<Record<string, unknown>>): ActivityFilter {
  const { cursor: _, limit: __, after: ___, follow: ____, ...filter } = query;
  return filter;
}

/** A page, and where the next one begins; null where there is none. */
export interface ActivityPage {
  readonly entries: readonly PlacedEntry[];
  readonly before: number | null;
}

/** The entries below `before` that fit, the newest first. */
export async function findActivity(
  house: House,
  state: LedgerState,
  { filter, before, limit }: ActivityQuery,
  signal: AbortSignal,
): Promise<ActivityPage> {
  const found = await findIndices(house, state, { filter, before, limit: limit + 1 }, signal);
  const page = found.slice(0, limit);
  const entries = await readEntriesAt(house, state, page);
  return { entries, before: found.length > limit ? page.at(-1)! : null };
}

/** Loads the index, so that what can go wrong does before the call has its entry. */
export async function readyActivity(
  house: House,
  state: LedgerState,
  filter: ActivityFilter,
  signal: AbortSignal,
): Promise<void> {
  await findIndices(house, state, { filter, before: state.head.size, limit: 1 }, signal);
}

async function findIndices(
  house: House,
  state: LedgerState,
  query: ActivityQuery,
  signal: AbortSignal,
): Promise<number[]> {
  const ask = () =>
    house.activity.find({ clientId: state.id, keys: state.keys.sealing }, query, signal);
  try {
    return await ask();
  } catch (error) {
    // Sealed anew, under a key that this process has not heard of.
    if (!(error instanceof SealError) || error.code !== 'key-version') throw error;
    await house.ledgers.refresh(state);
    return ask();
  }
}
