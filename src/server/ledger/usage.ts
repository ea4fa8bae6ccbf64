/** How much of a client's data each user has used in the clock hour and the day (UTC) of their last allowed
 * entry: people opened one by one, and rows released. It is counted from the entries of the ledger and
 * kept in memory, where budgets are in force; what an append adds counts only once it is committed. */
import type { Entry } from '#verifier/entry.ts';
import type { Database } from '../vault/database.ts';
import type { LedgerState } from './ledger-state.ts';
import { readEntries, readEntryBytes } from './read-entries.ts';
import type { EntryDraft } from './work.ts';

export const HOUR_MS = 60 * 60 * 1000;
export const DAY_MS = 24 * HOUR_MS;

/** What a budget is held against. */
export interface Used {
  readonly peopleInHour: number;
  readonly peopleInDay: number;
  readonly rowsInDay: number;
}

/** An entry, as far as it is counted. */
type Counted = Pick<EntryDraft, 'actor' | 'outcome' | 'subjects'> & { rows?: number | null };

interface Reading {
  readonly database: Database;
  readonly refresh: (state: LedgerState) => Promise<void>;
}

interface Usage {
  /** The entries below this index are counted. */
  size: number;
  readonly used: Map<string, Used & { readonly hour: number }>;
}

/** Read at a time: one page. */
const PAGE = 2000;
const NOTHING: Used = { peopleInHour: 0, peopleInDay: 0, rowsInDay: 0 };
const usages = new WeakMap<LedgerState, Usage>();
const loading = new WeakMap<LedgerState, Promise<Usage>>();

/** What an entry uses: people where it names some and releases no rows, and rows otherwise. Refused and
 * failed ones use nothing. */
export function usedBy({ outcome, subjects, rows = null }: Counted): Used {
  if (outcome !== 'allowed') return NOTHING;
  if (rows !== null) return { ...NOTHING, rowsInDay: rows };
  const people = 'count' in subjects ? subjects.count : subjects.length;
  return { peopleInHour: people, peopleInDay: people, rowsInDay: 0 };
}

/** What a user has used up to `state.head`, in the hour and the day of `at` (ms). Call `countUp` first. */
export function usedAt(state: LedgerState, actor: string, at: number): Used {
  const used = usages.get(state)?.used.get(actor);
  if (!used) return NOTHING;
  const isSameDay = Math.floor((used.hour * HOUR_MS) / DAY_MS) === Math.floor(at / DAY_MS);
  if (!isSameDay) return NOTHING;
  return used.hour === Math.floor(at / HOUR_MS) ? used : { ...used, peopleInHour: 0 };
}

/** Whether somebody has asked before. */
export function isCounting(state: LedgerState): boolean {
  return usages.has(state);
}

/** Brings the count up to `state.head`; null when it is there already. Throws SealError. */
export function countUp(reading: Reading, state: LedgerState, at: number): Promise<void> | null {
  const usage = usages.get(state);
  if (usage?.size === state.head.size) return null;
  return catchUp(reading, state, at);
}

/** Counts entries that this process has just appended behind the first `before` ones. Where nobody counts,
 * or something else came between, `countUp` reads them. */
export function countAppended(
  state: LedgerState,
  before: number,
  entries: readonly Counted[],
  at: number,
): void {
  const usage = usages.get(state);
  if (usage?.size !== before) return;
  for (const entry of entries) add(usage, entry, at);
  usage.size += entries.length;
}

async function catchUp(reading: Reading, state: LedgerState, at: number): Promise<void> {
  const usage = usages.get(state) ?? (await load(reading, state, at));
  const source = { database: reading.database, ledgers: reading };
  while (usage.size < state.head.size) {
    const from = usage.size;
    const to = Math.min(from + PAGE, state.head.size);
    for await (const page of readEntryBytes(source, state, from, to)) {
      // Somebody else has counted them meanwhile.
      if (usage.size !== from) break;
      for (const bytes of page) {
        const entry = JSON.parse(bytes.toString()) as Entry;
        add(usage, entry, Date.parse(entry.at));
      }
      usage.size = to;
    }
  }
}

/** Starts with the first entry of the day of `at`: nothing before it counts. */
async function load(reading: Reading, state: LedgerState, at: number): Promise<Usage> {
  const pending =
    loading.get(state) ??
    firstSince(reading, state, at - (at % DAY_MS))
      .then((size) => {
        const usage = { size, used: new Map() };
        usages.set(state, usage);
        return usage;
      })
      .finally(() => loading.delete(state));
  loading.set(state, pending);
  return pending;
}

/** The index of the first entry that is not before `time` (ms): they are in the order of time. */
async function firstSince(
  { database, refresh }: Reading,
  state: LedgerState,
  time: number,
): Promise<number> {
  let [low, high] = [0, state.head.size];
  if (state.head.at < time) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    const source = { database, ledgers: { refresh } };
    const [entry] = await readEntries(source, state, middle, middle + 1);
    if (Date.parse(entry!.at) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function add({ used }: Usage, entry: Counted, at: number): void {
  const more = usedBy(entry);
  if (more.peopleInDay === 0 && more.rowsInDay === 0) return;
  const hour = Math.floor(at / HOUR_MS);
  const before = used.get(entry.actor);
  const isSameHour = before?.hour === hour;
  const isSameDay = before && Math.floor(before.hour / 24) === Math.floor(hour / 24);
  used.set(entry.actor, {
    hour,
    peopleInHour: (isSameHour ? before.peopleInHour : 0) + more.peopleInHour,
    peopleInDay: (isSameDay ? before.peopleInDay : 0) + more.peopleInDay,
    rowsInDay: (isSameDay ? before.rowsInDay : 0) + more.rowsInDay,
  });
}
