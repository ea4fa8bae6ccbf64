/** What crosses between the process and the thread that evaluates rules. Everything here is cloneable. */
import type { KeyObject } from 'node:crypto';
import type { Noticed } from '../../detection/server-event.ts';

export interface SealedEntry {
  readonly index: number;
  readonly ct: Uint8Array;
  /** Those canaries that the list beside the entry names; null where there is none. */
  readonly canaries: readonly string[] | null;
}

/** Entries of one ledger, in their order. */
export interface Segment {
  readonly ledger: string;
  /** `provider`, or the id of the client. */
  readonly client: string;
  /** Opens the entries, by year. */
  readonly keys: ReadonlyMap<number, KeyObject>;
  /** Entries before this one were evaluated already: correlations take note of them and no more. */
  readonly known: number;
  readonly entries: readonly SealedEntry[];
  /** By user, where they are not the ones of before. */
  readonly persons: ReadonlyMap<string, string> | null;
  /** `sub_…` */
  readonly canaries: readonly string[];
  /** What was seen before, at the beginning. */
  readonly seen: readonly string[] | null;
}

export interface DetectionWork {
  readonly id: number;
  readonly segments: readonly Segment[];
  readonly noticed: readonly Noticed[];
}

/** A rule that was set off. */
export interface Found {
  /** Of the rule. */
  readonly rule: string;
  readonly level: string;
  /** Whose event it was. */
  readonly client: string;
  /** Whether the alert belongs into that ledger; otherwise it is about several, and the provider's. */
  readonly isOwn: boolean;
  readonly index: number | null;
  /** ms. */
  readonly at: number;
  readonly user: string | null;
  readonly session: string | null;
  /** What sets apart events that stand in no ledger. */
  readonly key: string;
}

export interface DetectionReply {
  readonly id: number;
  /** Ledgers of which an entry does not open: nothing of theirs was evaluated. */
  readonly unreadable: readonly string[];
  readonly found: readonly Found[];
  /** By client, what has been seen, where it has changed. */
  readonly seen: ReadonlyMap<string, readonly string[]>;
  /** By client, the time of the first entry. */
  readonly began: ReadonlyMap<string, number>;
  /** OCSF lines of what was evaluated now, where somebody wants them. */
  readonly lines: readonly string[];
}

export interface DetectionThreadData {
  readonly directory: string;
  readonly wantsLines: boolean;
}
