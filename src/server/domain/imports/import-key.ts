/** The key of one import: it seals the file's chunks and its errors, and is destroyed at the end. */
import type { KeyObject } from 'node:crypto';
import { openBlob, sealBlob } from '../../vault/crypto/seal.ts';
import { unwrapUnder, type VersionedKey, wrapUnder } from '../../vault/crypto/versioned-key.ts';

/** Bytes of the file per chunk: with their length they fill 256 KiB, so that padding adds nothing. */
export const CHUNK_BYTES = 256 * 1024 - 4;

const FORM = { siv: false, pad: true };

export function wrapImportKey(
  clientKey: VersionedKey,
  client: string,
  id: string,
  key: KeyObject,
): Buffer {
  return wrapUnder(clientKey, ['import-key', client, id], key);
}

export function unwrapImportKey(
  clientKey: VersionedKey,
  client: string,
  id: string,
  wrapped: Buffer,
): KeyObject {
  return unwrapUnder(clientKey, ['import-key', client, id], wrapped);
}

export function sealChunk(
  key: KeyObject,
  client: string,
  id: string,
  part: number,
  bytes: Buffer,
): Buffer {
  return sealBlob(key, 1, ['import-chunk', client, id, part], bytes, FORM);
}

/** Throws SealError when the chunk was changed, or is another one. */
export function openChunk(
  key: KeyObject,
  client: string,
  id: string,
  part: number,
  sealed: Buffer,
): Buffer {
  return openBlob(key, 1, ['import-chunk', client, id, part], sealed, FORM);
}
