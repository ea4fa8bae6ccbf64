/** The first half of an import: what the file is, and everything that is wrong with it. Nothing is
 * written but what a workbook becomes, and the list of errors. */
import type { House } from '../../house.ts';
import {
  deleteChunks,
  deleteErrors,
  insertChunks,
  readChunk,
} from '../../vault/import-parts-sql.ts';
import { IN_BULK, keepChecked } from '../../vault/import-sql.ts';
import { stillRunning } from '../../vault/import-write-sql.ts';
import { addErrors, type CheckCollector } from './collect-checks.ts';
import type { ErrorList } from './error-list.ts';
import { asBuffer } from './file/detect-encoding.ts';
import { type Checked, sealChecked } from './import-checked.ts';
import { CHUNK_BYTES } from './import-key.ts';
import type { ImportError } from './import-status.ts';
import type { ImportThreads } from './import-threads.ts';
import type { ImportJob } from './job.ts';
import type { FileForm } from './thread-messages.ts';

/** The chunks of a file, for its threads: as it came, and behind them what a workbook became. */
export interface FileChunks {
  unpacked: number;
  read(part: number): Promise<Uint8Array | null>;
  keep(chunk: { part: number; sealed: Uint8Array }): Promise<void>;
}

export function openChunks({ database }: House, job: ImportJob): FileChunks {
  const { state, id, kept, chunks: count, status } = job;
  const seen = new Set<number>();
  const chunks: FileChunks = {
    unpacked: job.checked?.unpacked ?? 0,
    async read(part) {
      if (part >= count + chunks.unpacked) return null;
      seen.add(part);
      const { progress } = status;
      if (progress?.unit === 'bytes') {
        const isOfFile = progress.step === 'reading' || chunks.unpacked === 0;
        progress.done = CHUNK_BYTES * [...seen].filter((each) => isOfFile === each < count).length;
        progress.total = CHUNK_BYTES * (isOfFile ? count : chunks.unpacked);
      }
      const known = kept[part];
      if (known) return known;
      const [[row]] = (await database.batch([state.id], [readChunk(state.id, id, part)])) as [
        [{ ct: Buffer } | undefined],
      ];
      return row?.ct ?? null;
    },
    async keep({ part, sealed }) {
      const insert = insertChunks(state.id, id, part, [asBuffer(sealed)]);
      await database.batch([state.id], [IN_BULK, stillRunning(state.id, id), insert]);
    },
  };
  return chunks;
}

export interface CheckParts {
  readonly house: House;
  readonly job: ImportJob;
  readonly threads: ImportThreads;
  readonly chunks: FileChunks;
  readonly list: ErrorList;
  readonly checks: CheckCollector;
}

/** What is to be written, or null where nothing may be: the status then has the errors. */
export async function checkFile(parts: CheckParts): Promise<Checked | null> {
  const { house, job, threads, chunks, list, checks } = parts;
  const { state, id, key, status, onError } = job;
  // What a process left that died while it checked.
  const anew = [deleteChunks(state.id, id, job.chunks), deleteErrors(state.id, id)];
  await house.database.batch([state.id], anew);
  const form = await detect(parts);
  if ('refused' in form) {
    await note(parts, [form.refused]);
    return null;
  }
  status.progress = { step: 'checking', unit: 'bytes', done: 0, total: null };
  const [first] = await Promise.all(threads.all.map((thread) => thread.call('check', form)));
  await note(parts, first!.faults);
  await list.flush();
  status.progress = null;
  const { read, discarded } = status.rows;
  const isUsable =
    status.errorCount === 0 ||
    (onError === 'skip' && first!.faults.length === 0 && discarded < read);
  if (!isUsable) return null;
  const checked = { form, unpacked: chunks.unpacked, skip: checks.skipped() };
  if (job.mode === 'commit') {
    const sealed = sealChecked(key, state.id, id, checked, status);
    await house.database.batch([state.id], [keepChecked(state.id, id, sealed)]);
  }
  return checked;
}

async function note({ job, list }: CheckParts, errors: readonly ImportError[]): Promise<void> {
  addErrors(job.status, errors.length, errors);
  await list.add(errors);
  await list.flush();
}

/** A workbook is unpacked first. */
async function detect({
  job,
  threads,
  chunks,
}: CheckParts): Promise<FileForm | { refused: ImportError }> {
  const thread = threads.all[0]!;
  job.status.progress = { step: 'reading', unit: 'bytes', done: 0, total: null };
  const found = await thread.call('detect', null);
  if (typeof found === 'object') return found;
  if (found !== 'workbook') return { encoding: found, first: 0, isTyped: false };
  const unpacked = await thread.call('unpack', null);
  if ('refused' in unpacked) return unpacked;
  chunks.unpacked = unpacked.parts;
  return { encoding: 'utf-8', first: job.chunks, isTyped: true };
}
