/** What crosses between the process and the read model's worker. Everything here is cloneable. */
import type { KeyObject } from 'node:crypto';
import type { Catalogue, Sensitivity } from '../../catalogue/catalogue.ts';
import type { VersionedKey } from '../vault/crypto/versioned-key.ts';
import type { Value } from './column.ts';
import type { Unplaced } from './reporting-lines.ts';
import type { ReportParameters } from './reports/parameters.ts';
import type { ReportReference, ReportResult } from './reports/report.ts';

/** Of the head that the answer's own append saw. */
export interface Version {
  readonly dataVersion: number;
  readonly purgeVersion: number;
}

/** The keys that the worker needs to open a client: made available by a grant, kept until the
 * model is dropped. */
export interface ModelKeys {
  /** Unwraps keyrings. */
  readonly client: VersionedKey;
  readonly tag: KeyObject;
  /** Opens the list of canaries. */
  readonly record: VersionedKey;
  /** Opens ledger entries, by year. */
  readonly ledger: ReadonlyMap<number, KeyObject>;
}

export interface ClientAccess {
  /** The bare uuid. */
  readonly clientId: string;
  readonly keys: ModelKeys;
  /** What the client holds now; the whole catalogue when absent. */
  readonly adopted?: Adopted;
}

export interface Adopted {
  readonly sha256: string;
  readonly catalogue: Catalogue;
}

/** Whom a query may see. `subject` is a bare uuid. */
export type Scope =
  | { readonly kind: 'all' }
  | { readonly kind: 'under'; readonly subject: string }
  | { readonly kind: 'self'; readonly subject: string };

/** Which elements a reader may see person by person. */
export interface Rights {
  readonly types: readonly string[];
  readonly sensitivities: readonly Sensitivity[];
}

export interface ListQuery {
  /** Whether canary people are among the others; they are not, unless told. */
  readonly showsCanaries?: boolean;
  /** `YYYY-MM-DD`: which effective-dated record is in force. */
  readonly today: string;
  readonly scope: Scope;
  readonly rights: Rights;
  /** Every word must be a substring of one of the searched elements; letter case and accents do
   * not count. */
  readonly q?: string;
  /** Only those who report to this person (bare uuid), at most so many levels down. */
  readonly under?: { readonly subject: string; readonly levels?: number };
  /** `<type>.<element>` → the canonical value as text; for text letter case and accents do not count. */
  readonly filters?: Readonly<Record<string, string>>;
  /** `<type>.<element>`; by name when absent. People without a value come last ascending. */
  readonly sort?: { readonly element: string; readonly descending: boolean };
  /** What an item shows; a short list of its own when absent. */
  readonly elements?: readonly string[];
  /** 1 to 200. */
  readonly limit: number;
  /** Where the last page ended. */
  readonly after?: Position;
}

/** The last item of a page, and how many came before the next one. */
export interface Position {
  readonly subject: string;
  readonly offset: number;
}

export interface ListItem {
  /** Bare uuid. */
  readonly subject: string;
  readonly staffNumber: string | null;
  readonly values: Readonly<Record<string, Value | null>>;
}

export interface ListAnswer {
  readonly dataVersion: number;
  readonly items: readonly ListItem[];
  readonly total: number;
  readonly next: Position | null;
}

/** Everybody whom a query is about. */
export interface SelectAnswer {
  readonly dataVersion: number;
  readonly total: number;
  /** Empty when there are more than were asked for at most. */
  readonly people: readonly { readonly subject: string; readonly staffNumber: string | null }[];
}

export interface ReportRun {
  readonly report: string;
  /** As checked by `checkParameters`. */
  readonly parameters: ReportParameters;
  readonly today: string;
  readonly scope: Scope;
  /** Whether DESIGN §8's suppression applies; see `mustSuppress`. */
  readonly suppress: boolean;
  readonly reference?: ReportReference;
}

/** A figure of a report: its row by what stands in the text columns, and its column. */
export interface ReportPlace {
  readonly row: readonly string[];
  readonly column: string;
}

export interface ReportAnswer extends ReportResult {
  readonly dataVersion: number;
}

export interface UnderAnswer {
  readonly dataVersion: number;
  readonly isUnder: boolean;
}

/** A part of the tree of reporting lines. */
export interface OrganisationQuery {
  readonly showsCanaries?: boolean;
  /** `YYYY-MM-DD`: the day that the tree is of. The scope is that of `today`. */
  readonly day: string;
  readonly today: string;
  readonly scope: Scope;
  /** What a node shows, all of it granted. */
  readonly elements: readonly string[];
  /** Bare uuid: the person to begin with, instead of everybody at the top. */
  readonly root?: string;
  /** Levels below the first one. */
  readonly depth: number;
  /** Only those who have no place in the tree. */
  readonly unplaced: boolean;
  readonly offset: number;
  /** 1 to 500. */
  readonly limit: number;
}

export interface OrganisationNode {
  /** Bare uuids. */
  readonly subject: string;
  readonly manager: string | null;
  /** How far below the first ones of the page. */
  readonly level: number;
  /** Reports whom the reader sees. */
  readonly direct: number;
  readonly total: number;
  readonly reason: Unplaced | null;
  readonly values: Readonly<Record<string, Value | null>>;
}

export interface OrganisationAnswer {
  readonly dataVersion: number;
  /** From the top down to whoever is above the root. */
  readonly path: readonly OrganisationNode[];
  /** In the order of a walk through the tree. */
  readonly nodes: readonly OrganisationNode[];
  readonly total: number;
  /** The offset of the next page. */
  readonly next: number | null;
  readonly unplaced: Readonly<Partial<Record<Unplaced, number>>>;
}

/** Everybody in a scope, as a ledger entry must name them. */
export interface PeopleAnswer {
  readonly dataVersion: number;
  readonly count: number;
  /** Bare uuids, only when there are at most 100. */
  readonly subjects: readonly string[] | null;
  /** JCS of the sorted `sub_` ids, and `sha256:` of it; only when there are more. */
  readonly list: string | null;
  readonly digest: string | null;
}

export interface ModelStats {
  readonly clients: readonly {
    readonly client: string;
    readonly dataVersion: number;
    readonly people: number;
    readonly records: number;
    readonly bytes: number;
    readonly loadMs: number;
  }[];
  readonly bytes: number;
  /** How often a model was loaded or brought up to date since the worker started. */
  readonly loads: number;
}

export type Call =
  | {
      readonly kind: 'select';
      readonly at: Version;
      readonly query: ListQuery;
      /** Bare uuids; throws `unknown-subject` unless all of them are in the scope. */
      readonly subjects: readonly string[] | null;
      readonly max: number;
    }
  | { readonly kind: 'list'; readonly at: Version; readonly query: ListQuery }
  | { readonly kind: 'report'; readonly at: Version; readonly run: ReportRun }
  | {
      readonly kind: 'report-people';
      readonly at: Version;
      readonly run: ReportRun;
      readonly place: ReportPlace;
      /** How the people are listed; its scope is the run's. */
      readonly query: ListQuery;
    }
  | { readonly kind: 'people'; readonly at: Version; readonly scope: Scope; readonly today: string }
  | { readonly kind: 'organisation'; readonly at: Version; readonly query: OrganisationQuery }
  | {
      readonly kind: 'is-under';
      readonly at: Version;
      readonly subject: string;
      readonly manager: string;
      readonly today: string;
    };

/** To the worker. `access` is null when the worker has these keys already. */
export type ToWorker =
  | {
      readonly kind: 'call';
      readonly id: number;
      readonly client: string;
      readonly access: ClientAccess | null;
      readonly call: Call;
    }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'drop'; readonly id: number; readonly client: string }
  | { readonly kind: 'stats'; readonly id: number }
  | { readonly kind: 'close'; readonly id: number };

export interface SentError {
  readonly code: ModelErrorCode;
  readonly message: string;
  readonly details: unknown;
}

export type FromWorker =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: SentError };

/**
 * - `records-differ-from-ledger`: details = {count, records}; the client must be closed and an alert raised
 * - `record-does-not-open`: details = {records}; the same
 * - `unknown-element`: details = {element}; not held, not within the rights, or R4
 * - `unknown-subject`: nobody in the scope
 * - `bad-query`: details = {at}
 * - `keys-needed`: only between the worker and `read-model.ts`
 * - `cancelled`, `fault`
 */
export type ModelErrorCode =
  | 'records-differ-from-ledger'
  | 'record-does-not-open'
  | 'unknown-element'
  | 'unknown-subject'
  | 'bad-query'
  | 'keys-needed'
  | 'cancelled'
  | 'fault';
