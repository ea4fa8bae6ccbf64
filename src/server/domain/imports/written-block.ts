/** A block of the file that was written, as it is kept while the import lasts: whom it was about, and
 * the counts. Sealed under the import's key. */
import type { KeyObject } from 'node:crypto';
import { openBlob, sealBlob } from '../../vault/crypto/seal.ts';

export interface KeptBlock {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Subject ids of every row, 16 bytes each. */
  readonly people: Uint8Array;
}

const FORM = { siv: true, pad: true };
const COUNTS_BYTES = 12;

export function sealWritten(
  key: KeyObject,
  client: string,
  id: string,
  block: number,
  { added, changed, unchanged, people }: KeptBlock,
): Buffer {
  const counts = Buffer.alloc(COUNTS_BYTES);
  for (const [i, count] of [added, changed, unchanged].entries())
    counts.writeUInt32BE(count, 4 * i);
  const bytes = Buffer.concat([counts, people]);
  return sealBlob(key, 1, ['import-block', client, id, block], bytes, FORM);
}

/** Throws SealError. */
export function openWritten(
  key: KeyObject,
  client: string,
  id: string,
  block: number,
  sealed: Buffer,
): KeptBlock {
  const bytes = openBlob(key, 1, ['import-block', client, id, block], sealed, FORM);
  return {
    added: bytes.readUInt32BE(0),
    changed: bytes.readUInt32BE(4),
    unchanged: bytes.readUInt32BE(8),
    people: bytes.subarray(COUNTS_BYTES),
  };
}
