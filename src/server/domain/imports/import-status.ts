/** How far an import is, as it is answered and as it is kept: counts under the client's record key,
 * errors inside under the import's own key, so that they go when that key goes. */
import type { KeyObject } from 'node:crypto';
import { openBlob, sealBlob } from '../../vault/crypto/seal.ts';
import { openUnder, sealUnder, type VersionedKey } from '../../vault/crypto/versioned-key.ts';
import type { ImportState } from '../../vault/import-sql.ts';

export type ImportMode = 'check' | 'commit';

export interface ImportRows {
  read: number;
  added: number;
  changed: number;
  unchanged: number;
  /** Rows with an error. */
  discarded: number;
  /** Those of them that were left out while the others were stored. */
  skipped: number;
}

/** `total` null: nobody knows yet. */
export interface ImportProgress {
  readonly step: 'reading' | 'checking' | 'writing' | 'undoing';
  readonly unit: 'bytes' | 'rows';
  done: number;
  total: number | null;
}

/** `row` 1 is the header, 0 the file as a whole; `column` is a header, or empty for the whole row. */
export interface ImportError {
  readonly row: number;
  readonly column: string;
  readonly reason: string;
}

export interface ImportStatus {
  state: ImportState;
  readonly rows: ImportRows;
  errorCount: number;
  errors: readonly ImportError[];
  progress: ImportProgress | null;
}

export const newStatus = (): ImportStatus => ({
  state: 'queued',
  rows: { read: 0, added: 0, changed: 0, unchanged: 0, discarded: 0, skipped: 0 },
  errorCount: 0,
  errors: [],
  progress: null,
});

const FORM = { siv: true, pad: true };

interface Kept {
  readonly rows: ImportRows;
  readonly errorCount: number;
  readonly progress?: ImportProgress | null;
  /** Base64 of the errors, sealed under the import's key. */
  readonly errors: string | null;
}

/** What goes into the row of the import. */
export function sealStatus(
  recordKey: VersionedKey,
  importKey: KeyObject,
  client: string,
  id: string,
  { rows, errorCount, errors, progress }: ImportStatus,
): Buffer {
  const aad = ['import-errors', client, id];
  const list = Buffer.from(JSON.stringify(errors));
  const sealed = errors.length > 0 ? sealBlob(importKey, 1, aad, list, FORM) : null;
  const kept: Kept = { rows, errorCount, progress, errors: sealed?.toString('base64') ?? null };
  const bytes = Buffer.from(JSON.stringify(kept));
  return sealUnder(recordKey, ['import-status', client, id], bytes, FORM);
}

/** The counts, and the errors while the import's key is there. Throws SealError. */
export function openStatus(
  recordKey: VersionedKey,
  importKey: KeyObject | null,
  client: string,
  id: string,
  status: Buffer,
): Omit<ImportStatus, 'state'> {
  const bytes = openUnder(recordKey, ['import-status', client, id], status, FORM);
  const kept = JSON.parse(bytes.toString()) as Kept;
  const { errorCount, errors, progress = null } = kept;
  // Imports of the first version had nothing to skip.
  const rows = { ...kept.rows, skipped: kept.rows.skipped ?? 0 };
  if (errors === null || importKey === null) return { rows, errorCount, errors: [], progress };
  const sealed = Buffer.from(errors, 'base64');
  const list = openBlob(importKey, 1, ['import-errors', client, id], sealed, FORM);
  return { rows, errorCount, errors: JSON.parse(list.toString()), progress };
}
