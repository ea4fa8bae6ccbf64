/** One unit of work for the lane: an entry, what it reads and what it writes, in one transaction. */
import type { Entry } from '#verifier/entry.ts';
import type { Budget } from '#verifier/fact.ts';
import type { Row, Statement } from '../vault/database.ts';
import type { RecordWrite, SealedRecord } from '../vault/sealed-record.ts';

/** An entry before its place in the ledger is known. */
export type EntryDraft = Omit<Entry, 'v' | 'at' | 'salt'>;

/** A list too long for its entry, kept sealed beside it; the entry's digest binds it. */
export interface Attachment {
  readonly id: string;
  /** Empty when the parts are stored already. */
  readonly parts: readonly { readonly kind: 'subjects' | 'changes'; readonly bytes: Buffer }[];
}

/** What a work read: keyrings by person, and records. */
export interface Read {
  readonly keyrings: ReadonlyMap<string, Buffer>;
  readonly records: readonly SealedRecord[];
}

export interface Work {
  /** The uuid of the ledger. */
  readonly ledger: string;
  readonly draft: EntryDraft;
  /** The authority that the decision saw, and the time (ms) until which it holds. Where somebody signed
   * in for it, the version of authentication then: what was revoked since must not pass under a later one. */
  readonly decided: {
    readonly authIndex: number;
    readonly until: number;
    readonly authnVersion?: number;
  };
  /** The data version that the answer was computed at, when it was computed before. */
  readonly dataVersion?: number;
  /** People (uuids) who must exist; their keyrings come back. */
  readonly subjects?: readonly string[];
  /** Tags whose visible records come back; with history, all their revisions. */
  readonly tags?: readonly string[];
  readonly history?: boolean;
  /** Makes the answer from what was read while the entry is still on its way to the disk; what it gives
   * or throws comes back with the outcome, so nothing gets out before the commit. It may run twice. */
  readonly prepare?: (read: Read) => unknown;
  readonly records?: readonly RecordWrite[];
  /** Other writes. Each must throw when it cannot be done: the batch then rolls back. */
  readonly statements?: readonly Statement[];
  /** Whether people's data change (dataVersion moves), and the pending import from now on. */
  readonly dataChanged?: boolean;
  readonly pending?: string | null;
  /** Something that was visible is gone: every process drops what it holds of the client. */
  readonly purge?: boolean;
  readonly attachment?: Attachment;
}

export interface OverBudget {
  readonly kind: 'over-budget';
  readonly assignment: string;
  readonly limit: keyof Budget;
  /** How many the budget gives. */
  readonly most: number;
  /** When the hour or the day that it is about began, and when the next one begins; ms. */
  readonly since: number;
  readonly until: number;
}

export type Outcome =
  | {
      readonly kind: 'committed';
      readonly index: number;
      readonly keyrings: ReadonlyMap<string, Buffer>;
      readonly records: readonly SealedRecord[];
      /** What `prepare` gave, or throws what it threw. */
      readonly prepared: () => unknown;
      readonly rows: readonly Row[][];
    }
  /** The authority, the clock or the data moved on: decide and run again. */
  | { readonly kind: 'stale' }
  /** A person whom the work names does not exist. Nothing was written. */
  | { readonly kind: 'missing' }
  /** The entry would have gone beyond the budget of the assignment that its actor acts under. Nothing was
   * written. */
  | OverBudget
  /** A write met another revision, or a value that must be unique. Nothing was written. */
  | { readonly kind: 'conflict'; readonly constraint: string | null };
