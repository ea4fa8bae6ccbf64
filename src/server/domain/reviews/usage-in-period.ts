/** How often, and what for, users of the provider came to a client: counted from the entries of its ledger,
 * and remembered for the review that was read last, so that only what is new is read again. */
import type { Entry } from '#verifier/entry.ts';
import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { readEntryBytes } from '../../ledger/read-entries.ts';
import { usedBy } from '../../ledger/usage.ts';

export interface PeriodUsage {
  readonly calls: number;
  readonly refused: number;
  readonly people: number;
  readonly rows: number;
  readonly lastUsedAt: string | null;
  /** Allowed calls. */
  readonly byOperation: Readonly<Record<string, number>>;
  readonly byPurpose: Readonly<Record<string, number>>;
}

type Counts = {
  -readonly [K in keyof PeriodUsage]: PeriodUsage[K] extends Readonly<Record<string, number>>
    ? Record<string, number>
    : PeriodUsage[K];
};

interface Remembered {
  readonly from: number;
  to: number;
  readonly counts: Map<string, Counts>;
}

const remembered = new WeakMap<LedgerState, Remembered>();

/** By user, over the entries from ≤ index < to. */
export async function usageInPeriod(
  { database, ledgers }: House,
  state: LedgerState,
  from: number,
  to: number,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PeriodUsage>> {
  const known = remembered.get(state);
  const isBeginning = known?.from === from && known.to <= to;
  const mine: Remembered = isBeginning
    ? { from, to: known.to, counts: structuredClone(known.counts) }
    : { from, to: from, counts: new Map() };
  for await (const page of readEntryBytes({ database, ledgers }, state, mine.to, to)) {
    signal.throwIfAborted();
    for (const bytes of page) count(mine.counts, JSON.parse(bytes.toString()) as Entry);
  }
  mine.to = to;
  remembered.set(state, mine);
  return mine.counts;
}

export function noUsage(): Counts {
  return {
    ...{ calls: 0, refused: 0, people: 0, rows: 0, lastUsedAt: null },
    ...{ byOperation: {}, byPurpose: {} },
  };
}

function count(counts: Map<string, Counts>, entry: Entry): void {
  const { actor, side, outcome, op, purpose, at } = entry;
  if (side !== 'provider' || actor.startsWith('sys:')) return;
  const mine = counts.get(actor) ?? noUsage();
  counts.set(actor, mine);
  if (outcome !== 'allowed') {
    if (outcome === 'refused') mine.refused++;
    return;
  }
  const { peopleInDay, rowsInDay } = usedBy(entry);
  mine.calls++;
  mine.people += peopleInDay;
  mine.rows += rowsInDay;
  mine.lastUsedAt = at;
  mine.byOperation[op] = (mine.byOperation[op] ?? 0) + 1;
  if (purpose !== null) mine.byPurpose[purpose] = (mine.byPurpose[purpose] ?? 0) + 1;
}
