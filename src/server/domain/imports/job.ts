/** What a job of an import is given. */
import type { KeyObject } from 'node:crypto';
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import type { Mapping } from '../../../contract/mapping.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import type { JobPrincipal } from '../jobs/job-kind.ts';
import type { Checked } from './import-checked.ts';
import type { OnError } from './import-plan.ts';
import type { ImportMode, ImportStatus } from './import-status.ts';

export interface ImportJob {
  readonly state: LedgerState;
  /** Who started it, or carries it on; bare uuids. */
  readonly principal: JobPrincipal;
  readonly purpose: string | null;
  readonly mode: ImportMode;
  readonly onError: OnError;
  /** The record types that the mapping names. */
  readonly types: readonly string[];
  /** What the client holds. */
  readonly catalogue: Catalogue;
  /** The bare uuid of the import, and the time in it. */
  readonly id: string;
  readonly startedAt: number;
  /** Seals the file. */
  readonly key: KeyObject;
  readonly mapping: Mapping;
  readonly chunks: number;
  /** All sealed chunks, or none. */
  readonly kept: readonly Buffer[];
  /** What an earlier process found, when this one carries it on. */
  readonly checked: Checked | null;
  /** Changed as the job goes on. */
  readonly status: ImportStatus;
}

/** The job's import was ended by somebody else, or the server stops: nothing is to be tidied here. */
export class ImportLost extends Error {
  override readonly name = 'ImportLost';

  constructor(message = 'the import is not this process’s any more', options?: ErrorOptions) {
    super(message, options);
  }
}
