/** What the check of a file came to, sealed under the import's key: an import that goes on after its
 * process died writes exactly the rows that were checked, and checks nothing again. */
import type { KeyObject } from 'node:crypto';
import { openBlob, sealBlob } from '../../vault/crypto/seal.ts';
import type { ImportError, ImportStatus } from './import-status.ts';
import type { FileForm } from './thread-messages.ts';

export interface Checked {
  readonly form: FileForm;
  /** Chunks that a workbook became. */
  readonly unpacked: number;
  /** Rows that only the whole file, or the client's people, made wrong; ascending. */
  readonly skip: Uint32Array;
}

interface Kept {
  readonly form: FileForm;
  readonly unpacked: number;
  readonly skip: string;
  readonly read: number;
  readonly discarded: number;
  readonly errorCount: number;
  readonly errors: readonly ImportError[];
}

const FORM = { siv: true, pad: true };

export function sealChecked(
  key: KeyObject,
  client: string,
  id: string,
  { form, unpacked, skip }: Checked,
  { rows, errorCount, errors }: ImportStatus,
): Buffer {
  const bytes = Buffer.from(skip.buffer, skip.byteOffset, skip.byteLength);
  const { read, discarded } = rows;
  const places = { form, unpacked, skip: bytes.toString('base64') };
  const kept: Kept = { ...places, read, discarded, errorCount, errors };
  return sealBlob(key, 1, ['import-checked', client, id], Buffer.from(JSON.stringify(kept)), FORM);
}

/** Puts what was found into `status`. Throws SealError. */
export function openChecked(
  key: KeyObject,
  client: string,
  id: string,
  sealed: Buffer,
  status: ImportStatus,
): Checked {
  const bytes = openBlob(key, 1, ['import-checked', client, id], sealed, FORM);
  const { form, unpacked, skip, read, discarded, errorCount, errors } = JSON.parse(
    bytes.toString(),
  ) as Kept;
  Object.assign(status.rows, { read, discarded });
  Object.assign(status, { errorCount, errors });
  // A copy: base64 comes at any offset, numbers want theirs.
  return {
    form,
    unpacked,
    skip: new Uint32Array(new Uint8Array(Buffer.from(skip, 'base64')).buffer),
  };
}
