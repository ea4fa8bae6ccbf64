/** One batch: the entries of every ledger it touches are built on the head that this process knows,
 * and stand only if the database still has that head. Reads, writes and entries are one transaction. */
import { appendLeaf } from '#verifier/merkle.ts';
import { Fault } from '../fault.ts';
import type { Database, Row, Statement } from '../vault/database.ts';
import { CHANGED, historyStatement, readStatement, writeStatement } from '../vault/records-sql.ts';
import type { SealedRecord } from '../vault/sealed-record.ts';
import { type AppendedEntry, appendStatement, type HeadStep } from './append-sql.ts';
import { attachmentStatements } from './attachments.ts';
import { type AuthnVersion, isAuthnMoved } from './authn-version.ts';
import { buildEntry } from './entries.ts';
import type { Head } from './head.ts';
import type { LedgerState } from './ledger-state.ts';
import type { Outcome, Work } from './work.ts';

const ATTEMPTS_MAX = 50;
const CLOCK_BEHIND_MAX_MS = 2000;

export interface BatchOptions {
  readonly database: Database;
  readonly now: () => number;
  /** The state of a loaded ledger, and a way to bring it up to date. */
  readonly state: (ledger: string) => LedgerState;
  readonly refresh: (state: LedgerState) => Promise<void>;
  /** Makes the key for the year of `at` when the ledger has none yet. */
  readonly prepareYear: (state: LedgerState, at: number) => Promise<void>;
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

interface Built {
  readonly pending: Pending;
  readonly index: number;
}

interface Group {
  readonly state: LedgerState;
  readonly before: Head;
  after: Head;
  readonly built: Built[];
}

/** Runs one batch; answers what is to be tried again. Rejects when the ledger cannot be written. */
export async function runBatch(
  options: BatchOptions,
  batch: readonly Pending[],
): Promise<Pending[]> {
  const groups = await group(options, batch);
  if (groups.length === 0) return [];
  const built = groups.flatMap((g) => g.built);
  const works = built.map((b) => b.pending.work);
  const { statements, slots } = compose(options, groups, works);
  const clients = groups.map((g) => g.state.id);
  let rows: Row[][];
  try {
    rows = await options.database.batch(clients, statements);
  } catch (error) {
    return failed(options, groups, error, (error as { code?: string }).code);
  }
  const append = rows[slots.append]![0]!;
  if (append.authn_version !== options.authnVersion.current) {
    options.authnVersion.current = append.authn_version as number;
    for (const { pending } of built) pending.resolve({ kind: 'stale' });
    return [];
  }
  const moved = new Set(append.moved as string[]);
  const again: Pending[] = [];
  for (const g of groups) {
    if (moved.has(g.state.id)) settle(options, g, rows, slots);
    else again.push(...(await notMoved(options, g, rows, slots)));
  }
  return again;
}

/** Sorts the batch by ledger and builds each ledger's entries on its head. What the head has
 * outrun is told so at once. */
async function group(options: BatchOptions, batch: readonly Pending[]): Promise<Group[]> {
  const groups = new Map<string, Group>();
  const now = options.now();
  for (const pending of batch) {
    const { work } = pending;
    const state = options.state(work.ledger);
    if (state.closed) {
      pending.reject(new Fault('ledger-closed', state.closed));
      continue;
    }
    await options.prepareYear(state, Math.max(now, state.head.at));
    const g = groups.get(work.ledger) ?? {
      state,
      before: state.head,
      after: state.head,
      built: [],
    };
    const at = Math.max(now, g.before.at);
    if (now < g.before.at - CLOCK_BEHIND_MAX_MS) {
      pending.reject(new Fault('clock-behind', 'the clock of this server is behind the ledger'));
      continue;
    }
    const { decided, dataVersion } = work;
    const outrun =
      decided.authIndex !== g.before.authIndex ||
      at >= decided.until ||
      (dataVersion !== undefined && dataVersion !== g.after.dataVersion) ||
      (work.records !== undefined && g.before.pending !== g.after.pending) ||
      // An import that is under way is ended by its own entry only.
      (work.pending != null && g.after.pending !== null);
    if (outrun) {
      pending.resolve({ kind: 'stale' });
      continue;
    }
    g.built.push({ pending, index: g.after.size });
    g.after = {
      ...g.after,
      size: g.after.size + 1,
      at,
      dataVersion: g.after.dataVersion + (work.dataChanged ? 1 : 0),
      pending: work.pending === undefined ? g.after.pending : work.pending,
    };
    groups.set(work.ledger, g);
  }
  return [...groups.values()];
}

interface Slots {
  readonly read: number;
  readonly history: number;
  readonly append: number;
  /** Where each work's own statements begin. */
  readonly own: ReadonlyMap<Work, number>;
}

function compose(options: BatchOptions, groups: readonly Group[], works: readonly Work[]) {
  const statements: Statement[] = [];
  const subjects = works.flatMap((w) => (w.subjects ?? []).map((s) => [w.ledger, s] as const));
  const tags = works.flatMap((w) => (w.tags ?? []).map((t) => [w.ledger, t] as const));
  const old = works
    .filter((w) => w.history)
    .flatMap((w) => (w.tags ?? []).map((t) => [w.ledger, t] as const));
  let read = -1;
  let history = -1;
  if (subjects.length + tags.length > 0) {
    read = statements.push(readStatement(unique(subjects), unique(tags))) - 1;
  }
  if (old.length > 0) history = statements.push(historyStatement(unique(old))) - 1;
  const entries: AppendedEntry[] = [];
  const steps: HeadStep[] = [];
  for (const g of groups) steps.push(buildGroup(g, entries));
  const all = works.some(isWrite);
  const authn = options.authnVersion.current;
  const append = statements.push(appendStatement(steps, entries, unique(subjects), authn, all)) - 1;
  const own = new Map<Work, number>();
  for (const work of works) {
    if (work.records?.length) statements.push(writeStatement(work.ledger, work.records));
    if (work.attachment) {
      const { keys } = options.state(work.ledger);
      statements.push(...attachmentStatements(keys, work.ledger, work.attachment, options.now()));
    }
    own.set(work, statements.length);
    statements.push(...(work.statements ?? []));
  }
  return { statements, slots: { read, history, append, own } satisfies Slots };
}

/** Builds the entries of one ledger, and with them its new frontier. */
function buildGroup(g: Group, entries: AppendedEntry[]): HeadStep {
  const { state, before } = g;
  let frontier = before.frontier;
  for (const { pending, index } of g.built) {
    const { draft, attachment } = pending.work;
    const { leaf, ct } = buildEntry(state.keys, state.id, index, g.after.at, draft);
    frontier = appendLeaf(frontier as Buffer[], index, leaf);
    entries.push({
      ledger: state.id,
      index,
      leaf,
      ct,
      hasChanges: draft.changes !== null,
      attachment: attachment?.id ?? null,
    });
  }
  g.after = { ...g.after, frontier };
  return {
    ledger: state.id,
    size: before.size,
    authIndex: before.authIndex,
    dataVersion: before.dataVersion,
    newSize: g.after.size,
    newFrontier: Buffer.concat(frontier),
    newAt: g.after.at,
    newDataVersion: g.after.dataVersion,
    pending: g.after.pending,
  };
}

function settle(options: BatchOptions, g: Group, rows: readonly Row[][], slots: Slots): void {
  if (g.after.size > g.state.head.size) g.state.head = g.after;
  options.committed(g.state);
  const found = readRows(g.state.id, rows, slots);
  for (const { pending, index } of g.built) {
    const { work } = pending;
    const tags = new Set(work.tags ?? []);
    const own = slots.own.get(work)!;
    pending.resolve({
      kind: 'committed',
      index,
      keyrings: found.keyrings,
      records: found.records.filter((r) => tags.has(r.tag) && (r.current || work.history)),
      rows: rows.slice(own, own + (work.statements?.length ?? 0)),
    });
  }
}

/** Nothing was appended to this ledger: a wanted person is missing, or its head has moved on. */
async function notMoved(options: BatchOptions, g: Group, rows: readonly Row[][], slots: Slots) {
  const { keyrings } = readRows(g.state.id, rows, slots);
  const again: Pending[] = [];
  for (const { pending } of g.built) {
    const isMissing = (pending.work.subjects ?? []).some((subject) => !keyrings.has(subject));
    if (isMissing) pending.resolve({ kind: 'missing' });
    else again.push(pending);
  }
  await options.refresh(g.state);
  if (again.length === g.built.length && g.state.head.size === g.before.size) {
    // Neither: only the database's clock is left.
    const fault = new Fault('clock-ahead', 'the clock of this server is ahead of the database');
    for (const pending of again.splice(0)) pending.reject(fault);
  }
  return retry(again);
}

/** The transaction was rolled back as a whole: find out why, or run its works one by one. */
async function failed(
  options: BatchOptions,
  groups: readonly Group[],
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
  const [{ state, before }] = groups as [Group];
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
  const subjects = (work.subjects ?? []).map((s) => [work.ledger, s] as const);
  if (subjects.length === 0) return false;
  const [rows] = await options.database.batch([work.ledger], [readStatement(subjects, [])]);
  return rows!.length < subjects.length;
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

function readRows(ledger: string, rows: readonly Row[][], slots: Slots) {
  const keyrings = new Map<string, Buffer>();
  const records: SealedRecord[] = [];
  for (const slot of [slots.read, slots.history]) {
    for (const row of rows[slot] ?? []) {
      if (row.client_id !== ledger) continue;
      if (row.compartment === null) keyrings.set(row.tag as string, row.ct as Buffer);
      else {
        records.push({
          record: row.record_id as string,
          revision: row.revision as number,
          compartment: row.compartment as string,
          tag: row.tag as string,
          current: slot === slots.read,
          ct: row.ct as Buffer,
        });
      }
    }
  }
  return { keyrings, records };
}

function unique(pairs: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  const seen = new Set<string>();
  return pairs.filter((pair) => {
    const key = pair.join();
    return !seen.has(key) && seen.add(key);
  });
}

/** A batch that writes is run whole or not at all. */
export function isWrite(work: Work): boolean {
  return (
    work.records !== undefined || work.statements !== undefined || work.attachment !== undefined
  );
}
