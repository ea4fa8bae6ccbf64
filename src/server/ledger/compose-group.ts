/** What a batch does in one ledger, as statements in order: read, append the entries, write. They are
 * built on the head that this process knows, and hold only where the database still has it. */
import { appendLeaf } from '#verifier/merkle.ts';
import type { Row, Segment, Statement } from '../vault/database.ts';
import {
  historyStatement,
  keyringsStatement,
  recordsStatement,
  sealedRecordOf,
  writeStatement,
} from '../vault/records-sql.ts';
import type { SealedRecord } from '../vault/sealed-record.ts';
import { type AppendedEntry, appendStatement, type HeadStep } from './append-sql.ts';
import { attachmentStatements } from './attachments.ts';
import { buildEntry } from './entries.ts';
import type { Head } from './head.ts';
import type { LedgerState } from './ledger-state.ts';
import type { Read, Work } from './work.ts';

/** The works of one batch in one ledger; `after` moves along as entries are built. */
export interface Group<Pending extends { readonly work: Work }> {
  readonly state: LedgerState;
  readonly before: Head;
  after: Head;
  readonly built: { readonly pending: Pending; readonly index: number }[];
}

export interface ComposedGroup {
  readonly segment: Segment;
  /** Position of the append, which answers one row when the entries stand. */
  readonly append: number;
  /** Where each work's own statements begin. */
  readonly own: ReadonlyMap<Work, number>;
  readonly read: (rows: readonly Row[][]) => Read;
  /** What the work made of its read: a result or its failure, whichever it was. */
  readonly prepared: (work: Work, read: Read) => () => unknown;
}

/** With `all`, the transaction fails as a whole unless the entries can be appended. */
export function composeGroup(
  g: Group<{ readonly work: Work }>,
  authnVersion: number,
  all: boolean,
): ComposedGroup {
  const { id, keys } = g.state;
  const { pending } = g.before;
  const works = g.built.map((built) => built.pending.work);
  const subjects = unique(works.flatMap((work) => work.subjects ?? []));
  const tags = unique(works.flatMap((work) => work.tags ?? []));
  const old = unique(works.flatMap((work) => (work.history ? (work.tags ?? []) : [])));
  const statements: Statement[] = [];
  const slot = (wanted: readonly string[], statement: typeof keyringsStatement): number =>
    wanted.length === 0 ? -1 : statements.push(statement(id, wanted, pending)) - 1;
  const slots = {
    keyrings: slot(subjects, keyringsStatement),
    records: slot(tags, recordsStatement),
    history: slot(old, historyStatement),
  };
  const count = statements.length;
  const { step, entries } = buildEntries(g);
  const append = statements.push(appendStatement(step, entries, subjects, authnVersion, all)) - 1;
  const own = new Map<Work, number>();
  for (const work of works) {
    for (const write of work.records ?? []) statements.push(writeStatement(id, write));
    if (work.attachment) {
      statements.push(...attachmentStatements(keys, id, work.attachment, g.after.at));
    }
    own.set(work, statements.length);
    statements.push(...(work.statements ?? []));
  }
  const prepared = new Map<Work, () => unknown>();
  const look = (rows: readonly Row[][]): void => {
    const read = readRows(rows, slots);
    for (const work of works) {
      const isThere = (work.subjects ?? []).every((subject) => read.keyrings.has(subject));
      if (work.prepare && isThere) prepared.set(work, attempt(work, read));
    }
  };
  const ahead = works.some((work) => work.prepare) ? { count, look } : null;
  return {
    segment: { client: id, statements, ahead },
    append,
    own,
    read: (rows) => readRows(rows, slots),
    prepared: (work, read) => prepared.get(work) ?? attempt(work, read),
  };
}

/** Of what a batch read, what one work asked for. */
export function readOf(work: Work, { keyrings, records }: Read): Read {
  const tags = new Set(work.tags ?? []);
  return {
    keyrings,
    records: records.filter((r) => tags.has(r.tag) && (r.current || work.history)),
  };
}

function attempt(work: Work, read: Read): () => unknown {
  try {
    const value = work.prepare?.(readOf(work, read));
    return () => value;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** The entries of one ledger, and with them its new frontier. */
function buildEntries(g: Group<{ readonly work: Work }>) {
  const { state, before } = g;
  const entries: AppendedEntry[] = [];
  let frontier = before.frontier;
  for (const { pending, index } of g.built) {
    const { draft, attachment } = pending.work;
    const { leaf, ct } = buildEntry(state.keys, state.id, index, g.after.at, draft);
    frontier = appendLeaf(frontier as Buffer[], index, leaf);
    const hasChanges = draft.changes !== null;
    entries.push({ index, leaf, ct, hasChanges, attachment: attachment?.id ?? null });
  }
  g.after = { ...g.after, frontier };
  const step: HeadStep = { ledger: state.id, before, after: g.after };
  return { step, entries };
}

interface Slots {
  readonly keyrings: number;
  readonly records: number;
  readonly history: number;
}

function readRows(rows: readonly Row[][], slots: Slots): Read {
  const keyrings = new Map<string, Buffer>();
  for (const row of rows[slots.keyrings] ?? []) {
    keyrings.set(row.subject_id as string, row.keyring as Buffer);
  }
  const records: SealedRecord[] = [];
  for (const row of rows[slots.records] ?? []) records.push(sealedRecordOf(row, true));
  for (const row of rows[slots.history] ?? []) records.push(sealedRecordOf(row, false));
  return { keyrings, records };
}

function unique(ids: readonly string[]): readonly string[] {
  return ids.length < 2 ? ids : [...new Set(ids)];
}
