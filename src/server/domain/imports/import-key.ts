/** The key of one import: it seals the file's chunks and its errors, and is destroyed at the end. */
import type { KeyObject } from 'node:crypto';
import { CLIENT_KEY_VERSION } from '../../vault/client-keys.ts';
import { openBlob, sealBlob } from '../../vault/crypto/seal.ts';
import { unwrapKey, wrapKey } from '../../vault/crypto/wrap.ts';

/** Bytes of the file per chunk: with their length they fill 256 KiB, so that padding adds nothing. */
export const CHUNK_BYTES = 256 * 1024 - 4;

const FORM = { siv: false, pad: true };

export function wrapImportKey(
  clientKey: KeyObject,
  client: string,
  id: string,
  key: KeyObject,
): Buffer {
  return wrapKey(clientKey, CLIENT_KEY_VERSION, ['import-key', client, id], key);
}

export function unwrapImportKey(
  clientKey: KeyObject,
  client: string,
  id: string,
  wrapped: Buffer,
): KeyObject {
  return unwrapKey(clientKey, CLIENT_KEY_VERSION, ['import-key', client, id], wrapped);
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
