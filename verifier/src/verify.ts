// Verifies an evidence bundle (FORMATS §2) as an outsider would: from the bundle alone, and what the outsider holds already.
import { createHash, hash } from 'node:crypto';
import { createBlockCutter, cutBlock } from './block-source.ts';
import { type Bundle, openBundle, readMember } from './bundle.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { verifyCatalogues, verifyPolicies } from './documents.ts';
import { ENTRY_BYTES_MAX } from './entry.ts';
import { emptyFold, foldBlock, type LedgerFold } from './ledger-fold.ts';
import { type Manifest, parseKeys, parseManifest } from './manifest.ts';
import { emptyReport, type Report } from './report.ts';
import type { BlockResult } from './scan-block.ts';
import { openScanPool } from './scan-pool.ts';
import { rootOf } from './subtrees.ts';
import { type Authenticated, authenticate, verifyLogKeys } from './trust.ts';
import { VerificationError } from './verification-error.ts';

export interface VerifyOptions {
  /** The log's verifier key, from a source other than the bundle. */
  key?: string;
  /** An older checkpoint of the same log (the signed note), kept by the outsider. */
  since?: string;
  /** Threads for the entries; unless given, as many as are worth it. 0 means the calling thread. */
  threads?: number;
  /** Called now and then with the number of entries read so far, and the number there should be. */
  onProgress?: (entries: number, size: number) => void;
}
