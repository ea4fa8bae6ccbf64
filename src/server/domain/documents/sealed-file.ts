/** A file on its way into the database, sealed chunk by chunk: holds a few chunks at a time, and the
 * last one knows that it is the last. */
import type { KeyObject } from 'node:crypto';
import type { Database } from '../../vault/database.ts';
import { DOCUMENT_CHUNK_BYTES, sealDocumentChunk } from '../../vault/document-chunks.ts';
import { insertDocumentChunks } from '../../vault/document-sql.ts';

const CHUNKS_PER_WRITE = 4;

export interface SealedFile {
  /** Waits while the database is behind. */
  push(bytes: Buffer): Promise<void>;
  /** Seals and stores what is left; gives the number of chunks. */
  end(): Promise<number>;
  /** Waits until nothing is being written; never throws. */
  settle(): Promise<void>;
}

/** `document` and `client` are bare uuids. */
export function openSealedFile(
  database: Database,
  { client, document, key }: { client: string; document: string; key: KeyObject },
): SealedFile {
  const block = Buffer.allocUnsafeSlow(DOCUMENT_CHUNK_BYTES);
  let used = 0;
  let chunks = 0;
  let waiting: Buffer[] = [];
  let writing: Promise<unknown> = Promise.resolve();

  function seal(isLast: boolean): void {
    const place = { client, document, part: chunks++, isLast };
    waiting.push(sealDocumentChunk(key, place, block.subarray(0, used)));
    used = 0;
  }

  async function flush(): Promise<void> {
    const sealed = waiting;
    waiting = [];
    await writing;
    const first = chunks - sealed.length;
    writing = database.batch([client], insertDocumentChunks(client, document, first, sealed));
    // Whoever awaits it next hears of it.
    writing.catch(() => {});
  }

  return {
    async push(bytes) {
      for (let at = 0; at < bytes.length; ) {
        // Only now is it known that the full block is not the last one.
        if (used === DOCUMENT_CHUNK_BYTES) seal(false);
        const end = Math.min(bytes.length, at + DOCUMENT_CHUNK_BYTES - used);
        used += bytes.copy(block, used, at, end);
        at = end;
        if (waiting.length >= CHUNKS_PER_WRITE) await flush();
      }
    },
    async end() {
      seal(true);
      block.fill(0);
      await flush();
      await writing;
      return chunks;
    },
    async settle() {
      await writing.catch(() => {});
    },
  };
}
