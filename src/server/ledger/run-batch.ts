/** One batch: the entries of every ledger it touches are built on the head that this process knows,
 * and stand only if the database still has that head. Reads, writes and entries are one transaction. */
import { Fault } from '../fault.ts';
import { SealError } from '../vault/crypto/seal-error.ts';
import type { Database, Row } from '../vault/database.ts';
import { CHANGED, keyringsNowStatement } from '../vault/records-sql.ts';
import { type AuthnVersion, isAuthnMoved } from './authn-version.ts';
import { budgetFor, checkBudget } from './budget.ts';
import { type ComposedGroup, composeGroup, type Group, readOf } from './compose-group.ts';
import type { LedgerState } from './ledger-state.ts';
import { countAppended, countUp } from './usage.ts';
import type { Outcome, Read, Work } from './work.ts';

const ATTEMPTS_MAX = 50;
const CLOCK_BEHIND_MAX_MS = 2000;

export interface BatchOptions {
  readonly database: Database;
  readonly now: () => number;
  /** The state of a loaded ledger, and a way to bring it up to date. */
  readonly state: (ledger: string) => LedgerState;
  readonly refresh: (state: LedgerState) => Promise<void>;
  /** Makes the key for the year of `at` when the ledger has none yet. */
  readonly prepareYear: (state: LedgerState, at: number) => Promise<void> | null;
  readonly authnVersion: AuthnVersion;
  /** Told after each commit. */
  readonly committed: (state: LedgerState) => void;
}

export interface Pending {
  readonly work: Work;
  attempts: number;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

/** Runs one batch; answers what is to be tried again. Rejects when the ledger cannot be written. */
export async function runBatch(
  options: BatchOptions,
  batch: readonly Pending[],
): Promise<Pending[]> {
  // One and the same for what is compared here and what the database is asked to compare.
  const authnVersion = options.authnVersion.current;
  const { groups, waiting } = await group(options, batch, authnVersion);
  if (groups.length === 0) return [];
  const all = batch.some(({ work }) => isWrite(work));
  const composed = groups.map((g) => composeGroup(g, authnVersion, all));
  let rows: Row[][][];
  try {
    rows = await options.database.segments(composed.map(({ segment }) => segment));
  } catch (error) {
    const again = await failed(options, groups, error, (error as { code?: string }).code);
    return [...again, ...waiting];
  }
  const again: Pending[] = [];
  const isMoved = (i: number) => rows[i]![composed[i]!.append]!.length > 0;
  const isStale =
    groups.some((_, i) => !isMoved(i)) &&
    (await isAuthnMoved(options.database, options.authnVersion));
  for (const [i, g] of groups.entries()) {
    if (isMoved(i)) settle(options, g, composed[i]!, rows[i]!);
    else if (isStale) for (const { pending } of g.built) pending.resolve({ kind: 'stale' });
    else again.push(...(await notMoved(options, g, composed[i]!.read(rows[i]!))));
  }
  return [...again, ...waiting];
}

interface Grouped {
  readonly groups: readonly Group<Pending>[];
  /** What may go beyond a budget, depending on whether this batch is committed. */
  readonly waiting: readonly Pending[];
}

/** Sorts the batch by ledger and builds each ledger's entries on its head. What the head has
 * outrun, or what goes beyond a budget, is told so at once. */
async function group(
  options: BatchOptions,
  batch: readonly Pending[],
  authnVersion: number,
): Promise<Grouped> {
  const groups = new Map<string, Group<Pending>>();
  const waiting: Pending[] = [];
  const now = options.now();
  for (const pending of batch) {
    const { work } = pending;
    const state = options.state(work.ledger);
    if (state.closed) {
      pending.reject(new Fault('ledger-closed', state.closed));
      continue;
    }
    const preparing = options.prepareYear(state, Math.max(now, state.head.at));
    if (preparing !== null) await preparing;
    if (!(await isCounted(options, pending, state, now))) continue;
    const { head } = state;
    const g = groups.get(work.ledger) ?? { state, before: head, after: head, built: [] };
    const at = Math.max(now, g.before.at);
    if (now < g.before.at - CLOCK_BEHIND_MAX_MS) {
      pending.reject(new Fault('clock-behind', 'the clock of this server is behind the ledger'));
      continue;
    }
    const { decided, dataVersion } = work;
    const outrun =
      decided.authIndex !== g.before.authIndex ||
      (decided.authnVersion ?? authnVersion) !== authnVersion ||
      at >= decided.until ||
      (dataVersion !== undefined && dataVersion !== g.after.dataVersion) ||
      (work.records !== undefined && g.before.pending !== g.after.pending) ||
      // An import that is under way is ended by its own entry only.
      (work.pending != null && !work.purge && g.after.pending !== null);
    if (outrun) {
      // Computed from data of which this process has not heard yet: deciding again needs that head.
      if ((dataVersion ?? 0) > g.before.dataVersion) await options.refresh(state);
      pending.resolve({ kind: 'stale' });
      continue;
    }
    const over = checkBudget(
      state,
      work.draft,
      g.built.map((each) => each.pending.work.draft),
      at,
    );
    if (over === 'waits') waiting.push(pending);
    else if (over) pending.resolve(over);
    if (over) continue;
    g.built.push({ pending, index: g.after.size });
    g.after = {
      ...g.after,
      size: g.after.size + 1,
      at,
      dataVersion: g.after.dataVersion + (work.dataChanged ? 1 : 0),
      purgeVersion: g.after.purgeVersion + (work.purge ? 1 : 0),
      pending: work.pending === undefined ? g.after.pending : work.pending,
    };
    groups.set(work.ledger, g);
  }
  // Every process locks heads in the same order.
  return {
    groups: [...groups.values()].sort((a, b) => (a.state.id < b.state.id ? -1 : 1)),
    waiting,
  };
}

/** Brings the count of what was used up to the head, where a budget is to be held against it. */
async function isCounted(
  { database, refresh }: BatchOptions,
  pending: Pending,
  state: LedgerState,
  now: number,
): Promise<boolean> {
  const at = Math.max(now, state.head.at);
  try {
    while (budgetFor(state, pending.work.draft, at)) {
      const counting = countUp({ database, refresh }, state, at);
      if (counting === null) break;
      await counting;
    }
    return true;
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    // The others of this batch may be of other ledgers.
    pending.reject(new Fault('ledger-unwritable', 'what was used could not be counted', error));
    return false;
  }
}

function settle(
  options: BatchOptions,
  g: Group<Pending>,
  composed: ComposedGroup,
  rows: readonly Row[][],
): void {
  if (g.after.size > g.state.head.size) g.state.head = g.after;
  const drafts = g.built.map(({ pending }) => pending.work.draft);
  countAppended(g.state, g.before.size, drafts, g.after.at);
  options.committed(g.state);
  const read = composed.read(rows);
  for (const { pending, index } of g.built) {
    const own = composed.own.get(pending.work)!;
    pending.resolve({
      kind: 'committed',
      index,
      ...readOf(pending.work, read),
      prepared: composed.prepared(pending.work, read),
      rows: rows.slice(own, own + (pending.work.statements?.length ?? 0)),
    });
  }
}

/** Nothing was appended to this ledger: a wanted person is missing, or its head has moved on. */
async function notMoved(options: BatchOptions, g: Group<Pending>, { keyrings }: Read) {
  const again: Pending[] = [];
  for (const { pending } of g.built) {
    const isMissing = (pending.work.subjects ?? []).some((subject) => !keyrings.has(subject));
    if (isMissing) pending.resolve({ kind: 'missing' });
    else again.push(pending);
  }
  await options.refresh(g.state);
  const { size, pending, dataVersion } = g.state.head;
  const isSame =
    size === g.before.size && pending === g.before.pending && dataVersion === g.before.dataVersion;
  if (again.length === g.built.length && isSame) {
    // Neither: only the database's clock is left.
    const fault = new Fault('clock-ahead', 'the clock of this server is ahead of the database');
    for (const pending of again.splice(0)) pending.reject(fault);
  }
  return retry(again);
}

/** The transaction was rolled back as a whole: find out why, or run its works one by one. */
async function failed(
  options: BatchOptions,
  groups: readonly Group<Pending>[],
  error: unknown,
  code: string | undefined,
): Promise<Pending[]> {
  const built = groups.flatMap((g) => g.built);
  const isConflict =
    code === '22012' ||
    code === '23505' ||
    code === CHANGED ||
    code === '40001' ||
    code === '40P01';
  if (!isConflict) throw new Fault('ledger-unwritable', 'the ledger could not be written', error);
  if (built.length > 1) return retry(built.map((b) => b.pending));
  const { pending } = built[0]!;
  const [{ state, before }] = groups as [Group<Pending>];
  if (await isAuthnMoved(options.database, options.authnVersion)) {
    pending.resolve({ kind: 'stale' });
    return [];
  }
  await options.refresh(state);
  const isMoved = state.head.size !== before.size;
  if (isMoved || code.startsWith('40')) return retry([pending]);
  const missing = await findMissing(options, pending.work);
  // What the call read has been written to since: it is to be decided and run again.
  if (code === CHANGED) pending.resolve({ kind: 'stale' });
  else if (missing) pending.resolve({ kind: 'missing' });
  else pending.resolve({ kind: 'conflict', constraint: constraintOf(error) });
  return [];
}

async function findMissing(options: BatchOptions, work: Work): Promise<boolean> {
  const subjects = new Set(work.subjects ?? []);
  if (subjects.size === 0) return false;
  const statement = keyringsNowStatement(work.ledger, [...subjects]);
  const [rows] = await options.database.batch([work.ledger], [statement]);
  return rows!.length < subjects.size;
}

function constraintOf(error: unknown): string | null {
  return (error as { constraint?: string }).constraint ?? null;
}

function retry(again: readonly Pending[]): Pending[] {
  const kept: Pending[] = [];
  for (const pending of again) {
    pending.attempts++;
    if (pending.attempts <= ATTEMPTS_MAX) kept.push(pending);
    else pending.reject(new Fault('ledger-busy', 'the ledger stayed busy'));
  }
  return kept;
}

/** A batch that writes is run whole or not at all. */
export function isWrite(work: Work): boolean {
  return (
    work.records !== undefined || work.statements !== undefined || work.attachment !== undefined
  );
}
