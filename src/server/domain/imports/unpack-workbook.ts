/** In a thread: a workbook becomes the CSV that everything after reads, chunk by chunk under the key of
 * the import, so that its XML is read once and nothing of it is ever in clear outside of this thread. */
import { asBuffer } from './file/detect-encoding.ts';
import { openWorkbook } from './file/xlsx/open-workbook.ts';
import type { RandomAccess } from './file/xlsx/random-access.ts';
import { sheetAsCsv } from './file/xlsx/sheet-as-csv.ts';
import { CHUNK_BYTES, openChunk, sealChunk } from './import-key.ts';
import type { ReadChunk } from './read-blocks.ts';
import type { ThreadData } from './thread-messages.ts';

/** Opened chunks of the file: its directory, and where it is being read. */
const CHUNKS_KEPT = 4;

/** Reads the sheet that the mapping names and hands each sealed chunk to `keep`, numbered on from the
 * file's own; gives their number. Throws FileRefusal. */
export async function unpackWorkbook(
  data: ThreadData,
  readChunk: ReadChunk,
  keep: (part: number, sealed: Buffer) => Promise<void>,
): Promise<number> {
  const { keys, client, id, chunks, mapping } = data;
  const block = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  let used = 0;
  let parts = 0;
  const flush = async () => {
    const part = chunks + parts++;
    await keep(part, sealChunk(keys.file, client, id, part, block.subarray(0, used)));
    used = 0;
  };
  try {
    const file = await openFile(data, readChunk);
    for await (const text of sheetAsCsv(openWorkbook(file, mapping.sheet))) {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) {
        const end = Math.min(bytes.length, at + CHUNK_BYTES - used);
        used += bytes.copy(block, used, at, end);
        at = end;
        if (used === CHUNK_BYTES) await flush();
      }
    }
    if (used > 0) await flush();
    return parts;
  } finally {
    block.fill(0);
  }
}

/** The sealed chunks as one file that can be read from anywhere. */
async function openFile(
  { keys, client, id, chunks }: ThreadData,
  readChunk: ReadChunk,
): Promise<RandomAccess> {
  const opened = new Map<number, Buffer>();

  async function chunkAt(part: number): Promise<Buffer> {
    const known = opened.get(part);
    if (known) return known;
    const sealed = await readChunk(part);
    if (sealed === null) throw new Error('a chunk of the file is gone');
    const bytes = openChunk(keys.file, client, id, part, asBuffer(sealed));
    if (opened.size === CHUNKS_KEPT) opened.delete(opened.keys().next().value!);
    opened.set(part, bytes);
    return bytes;
  }

  const last = chunks - 1;
  return {
    size: CHUNK_BYTES * last + (await chunkAt(last)).length,
    async *read(start, end) {
      for (let at = start; at < end; ) {
        const part = Math.floor(at / CHUNK_BYTES);
        const from = at - CHUNK_BYTES * part;
        const bytes = (await chunkAt(part)).subarray(from, from + end - at);
        if (bytes.length === 0) throw new Error('the file is shorter than its chunks');
        yield bytes;
        at += bytes.length;
      }
    },
  };
}
