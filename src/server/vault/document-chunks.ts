/** The chunks of a document: each sealed under the document's own key and bound to the client, the
 * document, its place and whether it is the last one. So a document that was cut, lengthened, put in
 * another order or mixed with another does not open (STREAM, Hoang et al., CRYPTO 2015). */
import { createSecretKey, type KeyObject } from 'node:crypto';
import { openBlob, sealBlob } from './crypto/seal.ts';
import { SealError } from './crypto/seal-error.ts';

/** Bytes of the file per chunk: with their length they fill 256 KiB, so that padding adds nothing. */
export const DOCUMENT_CHUNK_BYTES = 256 * 1024 - 4;

const KEY_BYTES = 32;
const FORM = { siv: false, pad: true };

/** Where a chunk belongs; bare uuids. */
export interface ChunkPlace {
  readonly client: string;
  readonly document: string;
  readonly part: number;
  readonly isLast: boolean;
}

export function sealDocumentChunk(key: KeyObject, place: ChunkPlace, bytes: Buffer): Buffer {
  return sealBlob(key, 1, partsOf(place), bytes, FORM);
}

/** Throws SealError when it was changed, or is another chunk or not as last as `place` says. */
export function openDocumentChunk(key: KeyObject, place: ChunkPlace, sealed: Buffer): Buffer {
  return openBlob(key, 1, partsOf(place), sealed, FORM);
}

/** The key as it stands in a record. Throws SealError. */
export function documentKey(base64: string): KeyObject {
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length !== KEY_BYTES) throw new SealError('format');
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

function partsOf({ client, document, part, isLast }: ChunkPlace) {
  return ['document-chunk', client, document, part, isLast ? 1 : 0];
}
