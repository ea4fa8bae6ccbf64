/** What passes between the server and the thread that holds the index of activity. */
import type { KeyObject } from 'node:crypto';

/** What entries are looked for by; ids as entries have them, times as ISO text, from ≤ at < until. */
export interface ActivityFilter {
  readonly subject?: string;
  readonly user?: string;
  readonly purpose?: string;
  readonly op?: string;
  readonly outcome?: string;
  readonly from?: string;
  readonly until?: string;
}

export interface ActivityQuery {
  readonly filter: ActivityFilter;
  /** Entries below this index: the ledger has at least so many. */
  readonly before: number;
  readonly limit: number;
}

export interface LedgerAccess {
  /** The bare uuid. */
  readonly clientId: string;
  /** Open its entries, by year. */
  readonly keys: ReadonlyMap<number, KeyObject>;
}

export type ToActivityWorker =
  | {
      readonly kind: 'find';
      readonly id: number;
      readonly access: LedgerAccess;
      readonly query: ActivityQuery;
    }
  | { readonly kind: 'drop'; readonly id: number; readonly client: string }
  | { readonly kind: 'stats'; readonly id: number };

export type FromActivityWorker =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: ActivityFailure };

/** `sealed` when an entry or a list does not open. No message carries a value. */
export interface ActivityFailure {
  readonly kind: 'sealed' | 'key-version' | 'fault';
  readonly message: string;
}

export interface ActivityStats {
  readonly clients: readonly {
    readonly client: string;
    readonly entries: number;
    readonly bytes: number;
    readonly loadMs: number;
  }[];
}
