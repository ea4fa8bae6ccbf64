/** What passes between the gate and the operations of the domain: a call comes with its grant, a
 * result goes back with everything that its entry must say. */
import type { Change, ListDigest } from '#verifier/entry.ts';
import type { Fact } from '#verifier/fact.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { Operation } from '../../contract/operation.ts';
import type { House } from '../house.ts';
import type { DataEnd } from '../ledger/append-facts.ts';
import type { LedgerState } from '../ledger/ledger-state.ts';
import type { Outcome, Work } from '../ledger/work.ts';
import type { Statement } from '../vault/database.ts';
import type { Store } from '../vault/store.ts';
import type { Signs } from './signing/signs.ts';
import type { StoredOffer } from './signing/stored-offer.ts';

/** Who calls. Bare uuids; times in ms. */
export interface Principal {
  readonly user: string;
  /** Of the token, or of the session. */
  readonly token: string;
  readonly expiresAt: number;
  /** The version of authentication under which the token was found good; of whoever is only now signing
   * in, none. */
  readonly authnVersion?: number;
  readonly authentication: 'token' | 'passkey' | 'oidc';
  /** With which the session began. */
  readonly passkey: string | null;
  /** When a passkey last proved who is there. */
  readonly verifiedAt: number | null;
  /** Of a service token: what it may do, from where. */
  readonly service?: ServiceScope;
  /** The offices (ids) whose networks hold the address that the call came from; the gate adds them. */
  readonly offices?: readonly string[] | undefined;
}

export interface ServiceScope {
  readonly operations: ReadonlySet<string>;
  /** CIDR. */
  readonly networks: readonly string[];
}

/** A cookie that the answer sets; one without a value is taken away. */
export interface Cookie {
  readonly name: 'session' | 'oidc';
  readonly value: string | null;
  readonly seconds: number;
}

/** Which record types a call is about: these, or as many as the caller may use. */
export type WantedTypes = readonly string[] | 'all';

/** Whose records the grant reaches; `subject` is the caller's own uuid. */
export type Scope =
  | { readonly kind: 'all' }
  | { readonly kind: 'reports'; readonly subject: string }
  | { readonly kind: 'self'; readonly subject: string };

export interface Grant {
  readonly role: string;
  readonly purpose: string | null;
  readonly instruction: string | null;
  readonly types: ReadonlySet<string>;
  readonly scope: Scope;
  /** Whether the caller may see this element of a granted type. */
  readonly allows: (type: string, element: string) => boolean;
  /** What the client holds: the catalogue that it adopted. */
  readonly catalogue: Catalogue;
  readonly store: Store;
}

/** A request after its shape was checked. `upload` is there for multipart bodies only. */
export interface Input {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: unknown;
  readonly upload?: Upload;
  /** What the caller accepts, for answers that come in more than one form. */
  readonly accept?: string;
  /** The id of the last event that the caller has, as it came. */
  readonly lastEventId?: string;
}

/** The parts of a multipart body, in the order in which they arrive. */
export interface Upload {
  /** The next part, or null at the end. Throws a Refusal when a limit is passed. */
  next(): Promise<UploadPart | null>;
}

export interface UploadPart {
  readonly name: string;
  readonly bytes: AsyncIterable<Buffer>;
  /** As the sender says, of a part that is a file. */
  readonly fileName?: string | undefined;
  readonly mediaType?: string | undefined;
}

/** A file as an answer: its bytes leave only once the entry stands. */
export interface FileAnswer {
  readonly file: { readonly name: string; readonly mediaType: string; readonly bytes: number };
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** Events as an answer, from the entry on until one side ends it. */
export interface StreamAnswer {
  readonly stream: { readonly mediaType: string };
  /** One or more whole events each. A Refusal that they end with is told as the last event. */
  readonly pieces: AsyncIterable<string | Uint8Array>;
  /** The last event, which says why nothing more comes. */
  readonly ending: (reason: string, reasons?: readonly string[]) => string;
}

export interface Call {
  readonly house: House;
  readonly principal: Principal;
  /** The ledger of the client that the call names; otherwise the provider's. */
  readonly state: LedgerState;
  /** Null for calls that name no client. */
  readonly grant: Grant | null;
  readonly role: string;
  readonly input: Input;
  /** The time of the decision, ms. */
  readonly at: number;
  readonly signal: AbortSignal;
  /** The call that this one offers to sign, or signs: it is what was decided about. */
  readonly standsFor?: StandingFor & { readonly signs?: Signs | undefined };
}

/** Who calls what, before anything is decided. */
export interface Visitor {
  readonly house: House;
  readonly principal: Principal;
  readonly state: LedgerState;
  readonly input: Input;
}

/** Another call, whose decision is this one's. */
export interface StandingFor {
  readonly operation: Operation;
  readonly input: Input;
  /** What was shown, once it is signed. */
  readonly offer?: { readonly stored: StoredOffer; readonly isUsed: boolean };
}

export type Committed = Extract<Outcome, { kind: 'committed' }>;

/** Facts that a call records. The call's own entry carries the first fact that is `here`. */
export interface FactsResult {
  readonly list: readonly {
    readonly state: LedgerState;
    readonly fact: Fact;
    /** Position in this list of the fact that this one mirrors. */
    readonly mirrors?: number;
    /** Index, in the provider's ledger, of an older fact that this one mirrors. */
    readonly source?: number;
  }[];
  /** Other ledgers whose authority the call depends on: it must still be at the index that was seen. */
  readonly depends?: readonly { readonly state: LedgerState; readonly authIndex: number }[];
  readonly before?: readonly Statement[];
  readonly statements?: readonly Statement[];
  /** They are recorded before then (ms) or not at all. */
  readonly until?: number;
  /** Data of the call's own ledger change with them, and they changed nothing since this version. */
  readonly data?: Omit<DataEnd, 'ledger'>;
}

export interface Result {
  /** The record types that the answer really uses; the grant's when absent. */
  readonly types?: readonly string[];
  /** Uuids of the people concerned, or count and digest of a longer list that is attached. */
  readonly subjects?: readonly string[] | ListDigest;
  readonly changes?: readonly Change[] | ListDigest;
  /** How many rows the answer releases, where it is rows of people or figures; absent where single people
   * are opened, and for writes. */
  readonly rows?: number;
  /** `replay` for a repeated call. */
  readonly reasons?: readonly string[];
  readonly work?: Omit<Work, 'ledger' | 'draft' | 'decided'>;
  readonly facts?: FactsResult;
  /** Set by the answer once the entry is committed. */
  readonly cookies?: readonly Cookie[];
  /** Where an answer of 303 leads. */
  readonly location?: string;
  /** Made once the entry is committed. */
  readonly answer: (committed: Committed) => unknown;
}

export interface DomainOperation {
  /** The record types that the call is about; none when absent. May throw badInput. */
  readonly types?: (input: Input, catalogue: Catalogue) => WantedTypes;
  readonly run: (call: Call) => Promise<Result> | Result;
  /** Set where what it records can be signed (`signing/signs.ts`). */
  readonly signs?: Signs;
  /** Set where the call stands for another, which the gate then decides about. May refuse. */
  readonly standsFor?: (visitor: Visitor) => Promise<StandingFor> | StandingFor;
}

/** A call of an operation that takes no token. */
export interface Entering {
  readonly house: House;
  readonly input: Input;
  /** Milliseconds. */
  readonly at: number;
  /** The secret of the session that the caller's browser has, good or not. */
  readonly previous: string | null;
  /** The caller's cookie of a sign-in by OIDC that is under way. */
  readonly pending: string | null;
}

/** Without a principal nobody got in, and there is no entry. `operation` is what the entry calls it,
 * where that is not its own id. */
export type Entered =
  | {
      readonly answer: unknown;
      readonly cookies?: readonly Cookie[];
    }
  | { readonly principal: Principal; readonly operation?: string; readonly result: Result };

export interface Entrance {
  readonly run: (entering: Entering) => Promise<Entered> | Entered;
}

/** What HTTP, command line and jobs hand out. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly cookies?: readonly Cookie[];
  readonly location?: string;
}
