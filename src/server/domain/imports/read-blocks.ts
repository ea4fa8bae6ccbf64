/** In a thread: the file from its sealed chunks, parsed and mapped block by block. Every thread reads
 * the whole of it, and every block is the same in each. */

import { type CompiledMapping, compileMapping } from './file/compile-mapping.ts';
import { asBuffer, detectEncoding, type Encoding, type Source } from './file/detect-encoding.ts';
import { FileRefusal } from './file/file-refusal.ts';
import { parseCsv } from './file/parse-csv.ts';
import { isZip } from './file/xlsx/open-workbook.ts';
import { openChunk } from './import-key.ts';
import type { ImportError } from './import-status.ts';
import type { FileForm, ThreadData } from './thread-messages.ts';

export type ReadChunk = (part: number) => Promise<Uint8Array | null>;

export interface Block {
  readonly block: number;
  readonly rows: readonly string[][];
  readonly numbers: readonly number[];
}

export interface BlockFile {
  readonly compiled: CompiledMapping;
  /** This thread's blocks. Throws FileRefusal. */
  readonly blocks: AsyncIterable<Block>;
}

/** Bytes parsed at a time, and rows sealed and written at a time: they bound the memory. */
const BLOCK_BYTES = 256 * 1024;
const BLOCK_ROWS_MAX = 4000;

/** The bytes from a chunk on, as often as asked. */
export function openSource(
  { keys, client, id }: ThreadData,
  readChunk: ReadChunk,
  first: number,
): Source {
  return async function* () {
    for (let part = first; ; part++) {
      const sealed = await readChunk(part);
      if (sealed === null) return;
      yield openChunk(keys.file, client, id, part, asBuffer(sealed));
    }
  };
}

/** What the file is by its bytes, whatever its name says, or why it is refused. */
export async function detect(
  source: Source,
): Promise<Encoding | 'workbook' | { refused: ImportError }> {
  try {
    for await (const start of source()) {
      if (isZip(start)) return 'workbook';
      break;
    }
    return await detectEncoding(source);
  } catch (error) {
    return { refused: refusalOf(error) };
  }
}

/** Opens the file under the mapping; the faults of its header and of the mapping instead, if any. */
export async function openBlocks(
  data: ThreadData,
  source: Source,
  { encoding, isTyped }: FileForm,
): Promise<BlockFile | { readonly faults: ImportError[] }> {
  try {
    const delimiter = isTyped ? { delimiter: ',' as const } : {};
    const file = await parseCsv(source, { encoding, blockBytes: BLOCK_BYTES, ...delimiter });
    const { adopted, whole, mapping } = data;
    const compiled = compileMapping({ adopted, whole }, mapping, file.headers, isTyped);
    if ('faults' in compiled) {
      await file.batches.return();
      const faults = compiled.faults.map(({ column, reason }) => ({
        row: 1,
        column: column ?? '',
        reason,
      }));
      return { faults };
    }
    return { compiled, blocks: ownBlocks(file.batches, data) };
  } catch (error) {
    return { faults: [refusalOf(error)] };
  }
}

/** The error of a file that is refused as a whole; anything else is thrown on. */
export function refusalOf(error: unknown): ImportError {
  if (!(error instanceof FileRefusal)) throw error;
  return { row: error.row ?? 0, column: '', reason: error.message };
}

async function* ownBlocks(
  batches: AsyncIterable<{ rows: string[][]; numbers: number[] }>,
  { thread, threads }: ThreadData,
): AsyncGenerator<Block, void, undefined> {
  let block = 0;
  for await (const { rows, numbers } of batches) {
    for (let at = 0; at < rows.length; at += BLOCK_ROWS_MAX) {
      const end = at + BLOCK_ROWS_MAX;
      const own = block % threads === thread;
      if (own) yield { block, rows: rows.slice(at, end), numbers: numbers.slice(at, end) };
      block++;
    }
  }
}
