/** What the running server consists of. `main.ts` alone puts it together; everything else is handed
 * the parts it needs. */
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Ledgers } from './ledger/ledger.ts';
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
  readonly subjectKeys: KeyCache<SubjectKeys>;
  readonly readModel: ReadModel;
  /** Milliseconds; the only clock. */
  readonly now: () => number;
  readonly log: (event: LogEvent) => void;
}

/** Ids, codes and counts only: never a value, a name or an address. */
export interface LogEvent {
  readonly event: string;
  readonly [field: string]: string | number | boolean | null;
}
