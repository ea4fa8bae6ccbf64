/** What the running server consists of. `main.ts` alone puts it together; everything else is handed
 * the parts it needs. */
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { RuleContext } from '../catalogue/rules.ts';
import type { ProviderIdentity } from './config.ts';
import type { Authority } from './ledger/authority.ts';
import type { Ledgers } from './ledger/ledger.ts';
import type { LedgerState } from './ledger/ledger-state.ts';
import type { LiveGrants } from './ledger/live-grants.ts';
import type { Place } from './ledger/place.ts';
import type { ActivityModel } from './readmodel/activity/activity-model.ts';
import type { ReadModel } from './readmodel/read-model.ts';
import type { KeyCache } from './vault/crypto/key-cache.ts';
import type { SubjectKeys } from './vault/crypto/subject-keys.ts';
import type { Database } from './vault/database.ts';
import type { RootKeyProvider } from './vault/keys/root-key-provider.ts';

export interface House {
  readonly database: Database;
  readonly root: RootKeyProvider;
  readonly ledgers: Ledgers;
  /** The policy files in force and their digest, as evidence carries them. */
  readonly policyFiles: ReadonlyMap<string, Buffer>;
  readonly policyDigest: string;
  /** The whole catalogue; each client holds the subset that it adopted. */
  readonly catalogue: Catalogue;
  /** What a client's own procedures are checked by. */
  readonly catalogueRules: RuleContext;
  /** Who runs this, for the record of processing. */
  readonly provider: ProviderIdentity;
  /** Where browsers find this; known once the server listens. */
  readonly site: Site;
  /** What the ledger of a client that is opened demands (`domain/rules/`). */
  readonly clientRules: 'strict' | 'open';
  /** Hosts (with port) of identity providers that may have any address, and speak HTTP. */
  readonly privateIssuers: ReadonlySet<string>;
  readonly subjectKeys: KeyCache<SubjectKeys>;
  readonly readModel: ReadModel;
  /** Who saw what: finds entries of ledgers. */
  readonly activity: ActivityModel;
  /** What goes on under a decision, and ends with it. */
  readonly live: LiveGrants;
  readonly offices: Offices;
  /** Decides again, for a job that a person started: with the authority of this moment. */
  readonly reauthorise: (of: Reauthorisation) => Promise<Reauthorised>;
  /** Background jobs; closing waits for none of them, it tells them to stop. */
  readonly jobs: Set<Promise<void>>;
  readonly stopping: AbortSignal;
  /** Milliseconds; the only clock. */
  readonly now: () => number;
  readonly log: (event: LogEvent) => void;
}

export interface Site {
  /** Scheme, host and port, as browsers send it. */
  origin: string;
  /** The domain that passkeys are made for. */
  rpId: string;
}

/** Which offices of the provider a call comes from; prefixed ids. */
export interface Offices {
  /** Those of this authority, ended ones too, whose networks hold a canonical address. */
  at(address: string | null, authority: Authority): Promise<readonly string[]>;
  /** These, and those that were opened in their place. */
  since(offices: readonly string[], authority: Authority): Promise<readonly string[]>;
}

/** Ids, codes and counts only: never a value, a name or an address. */
export interface LogEvent {
  readonly event: string;
  readonly [field: string]: string | number | boolean | null;
}

export interface Reauthorisation {
  /** A bare uuid. */
  readonly principal: { readonly user: string; readonly offices?: readonly string[] | undefined };
  readonly state: LedgerState;
  readonly operation: string;
  readonly purpose: string | null;
  readonly types: readonly string[];
}

export type Reauthorised =
  | {
      readonly allowed: true;
      readonly role: string;
      readonly instruction: string | null;
      readonly types: readonly string[];
      readonly place: Place;
      readonly until: number;
      readonly authIndex: number;
    }
  | { readonly allowed: false; readonly role: string | null; readonly reasons: readonly string[] };
