/** How far an import is, as it is answered and as it is kept: counts under the client's record key,
 * errors inside under the import's own key, so that they go when that key goes. */
import type { KeyObject } from 'node:crypto';
import { openBlob, sealBlob } from '../../vault/crypto/seal.ts';
import { openUnder, sealUnder, type VersionedKey } from '../../vault/crypto/versioned-key.ts';

export type ImportMode = 'check' | 'commit';
export type ImportState = 'queued' | 'running' | 'done' | 'refused' | 'failed';

export interface ImportRows {
  read: number;
  added: number;
  changed: number;
  unchanged: number;
  /** Rows with an error. */
  discarded: number;
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
}

export const newStatus = (): ImportStatus => ({
  state: 'queued',
  rows: { read: 0, added: 0, changed: 0, unchanged: 0, discarded: 0 },
  errorCount: 0,
  errors: [],
});

const FORM = { siv: true, pad: true };

interface Kept {
  readonly rows: ImportRows;
  readonly errorCount: number;
  /** Base64 of the errors, sealed under the import's key. */
  readonly errors: string | null;
}

/** What goes into the row of the import. */
export function sealStatus(
  recordKey: VersionedKey,
  importKey: KeyObject,
  client: string,
  id: string,
  { rows, errorCount, errors }: ImportStatus,
): Buffer {
  const aad = ['import-errors', client, id];
  const list = Buffer.from(JSON.stringify(errors));
  const sealed = errors.length > 0 ? sealBlob(importKey, 1, aad, list, FORM) : null;
  const kept: Kept = { rows, errorCount, errors: sealed?.toString('base64') ?? null };
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
  const { rows, errorCount, errors } = JSON.parse(bytes.toString()) as Kept;
  if (errors === null || importKey === null) return { rows, errorCount, errors: [] };
  const sealed = Buffer.from(errors, 'base64');
  const list = openBlob(importKey, 1, ['import-errors', client, id], sealed, FORM);
  return { rows, errorCount, errors: JSON.parse(list.toString()) };
}
