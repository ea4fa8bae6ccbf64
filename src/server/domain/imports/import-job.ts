/** The job of an import. First the whole file is parsed, mapped and checked, and nothing is written;
 * then its people are sealed and written invisibly, and one short append makes all of them visible.
 * It never sees a value: its threads do. */
import type { House } from '../../house.ts';
import {
  beginImport,
  deleteChunks,
  disownImport,
  IN_BULK,
  insertChunks,
  readChunk,
  readImportRow,
  undoImport,
} from '../../vault/import-sql.ts';
import { anySubject, stillRunning } from '../../vault/import-write-sql.ts';
import { holdLock } from '../../vault/session-lock.ts';
import { addErrors, collectChecks } from './collect-checks.ts';
import { asBuffer } from './file/detect-encoding.ts';
import { appendImport, endUnchanged, summarise } from './finish-import.ts';
import type { ImportError, ImportState } from './import-status.ts';
import { type ImportThreads, openThreads } from './import-threads.ts';
import { type ImportJob, ImportLost } from './job.ts';
import { importsUnderWay } from './progress.ts';
import type { FileForm } from './thread-messages.ts';
import { openPeopleWriter, type PeopleWriter } from './write-people.ts';

/** Each holds one connection, and needs up to four more while it runs. */
const UNDER_WAY_MAX = 2;

/** Whether this process has as many imports under way as it can carry. */
export function isBusy(house: House): boolean {
  return importsUnderWay(house).size >= UNDER_WAY_MAX;
}

/** Starts the job in the background; how it ends is in the row of the import. */
export function startJob(house: House, job: ImportJob): void {
  const underWay = importsUnderWay(house);
  underWay.set(job.id, job.status);
  const running = run(house, job)
    .catch((error: unknown) => {
      // Left to the clean-up of this or another process.
      const { code } = error as { code?: string };
      house.log({ event: 'import-abandoned', import: job.id, code: code ?? null });
    })
    .finally(() => {
      underWay.delete(job.id);
      house.jobs.delete(running);
    });
  house.jobs.add(running);
}

async function run(house: House, job: ImportJob): Promise<void> {
  const { state, id, status } = job;
  const { database } = house;
  const ended = await holdLock(database, id, async () => {
    await database.batch([state.id], [beginImport(state.id, id)]);
    status.state = 'running';
    try {
      return await carryOut(house, job);
    } catch (error) {
      if (error instanceof ImportLost || house.stopping.aborted) throw error;
      return await fail(house, job, error);
    }
  });
  if (ended === null) throw new ImportLost();
  status.state = ended;
  await database.batch([state.id], [deleteChunks(state.id, id)]);
}

async function carryOut(house: House, job: ImportJob): Promise<ImportState> {
  const { stopping } = house;
  const writer = openPeopleWriter(house, job);
  const checks = collectChecks(job.status, writer.find);
  const threads = openThreads(house, job, () => ({
    chunk: (part) => chunkOf(house, job, part),
    keepChunk: (chunk) => keepChunk(house, job, chunk),
    checked: checks.add,
    findPeople: writer.find,
    readRecords: writer.read,
    write: inTurn(writer.write),
  }));
  const stop = () => {
    for (const thread of threads.all) thread.fail(new ImportLost());
  };
  stopping.addEventListener('abort', stop);
  try {
    stopping.throwIfAborted();
    const form = await check(job, threads);
    if (form === null) {
      await endUnchanged(house, job, 'refused', ['bad-input']);
      return 'refused';
    }
    if (job.mode === 'check') {
      await endUnchanged(house, job, 'done', []);
      return 'done';
    }
    return await commit(house, job, threads, writer, form);
  } finally {
    stopping.removeEventListener('abort', stop);
    await threads.close();
  }
}

/** How a file without errors is read; null for any other. */
async function check(job: ImportJob, { all }: ImportThreads): Promise<FileForm | null> {
  const { status } = job;
  const form = await detect(job, all[0]!);
  if ('refused' in form) {
    addErrors(status, 1, [form.refused]);
    return null;
  }
  const [first] = await Promise.all(all.map((thread) => thread.call('check', form)));
  addErrors(status, first!.faults.length, first!.faults);
  return status.errorCount === 0 ? form : null;
}

/** A workbook is unpacked first. */
async function detect(
  job: ImportJob,
  thread: ImportThreads['all'][number],
): Promise<FileForm | { refused: ImportError }> {
  const found = await thread.call('detect', null);
  if (typeof found === 'object') return found;
  if (found !== 'workbook') return { encoding: found, first: 0, isTyped: false };
  const unpacked = await thread.call('unpack', null);
  if ('refused' in unpacked) return unpacked;
  job.unpacked = unpacked.parts;
  return { encoding: 'utf-8', first: job.chunks, isTyped: true };
}

async function commit(
  house: House,
  job: ImportJob,
  threads: ImportThreads,
  writer: PeopleWriter,
  form: FileForm,
): Promise<ImportState> {
  const { database } = house;
  const { state } = job;
  const [[any]] = (await database.batch([state.id], [anySubject(state.id)])) as [
    [{ found: boolean }],
  ];
  const findPeople = any.found;
  await Promise.all(threads.all.map((thread) => thread.call('write', { form, findPeople })));
  const refused = await appendImport(house, job, await summarise(writer, threads.all));
  if (!refused) return 'done';
  await takeBack(house, job);
  await endUnchanged(house, job, 'refused', refused.refused);
  return 'refused';
}

/** Nothing of it can be written any more once its row is disowned; what was, is removed. */
async function takeBack({ database }: House, { state, id, status }: ImportJob): Promise<void> {
  await database.batch([state.id], [disownImport(state.id, id)]);
  await database.batch([state.id], undoImport(state.id, id));
  Object.assign(status.rows, { added: 0, changed: 0, unchanged: 0 });
}

/** Takes everything back, unless the import came through after all and only that was not heard. */
async function fail(house: House, job: ImportJob, cause: unknown): Promise<ImportState> {
  const { state, id } = job;
  const [[row]] = (await house.database.batch([state.id], [readImportRow(state.id, id)])) as [
    [{ state: ImportState }],
  ];
  if (row.state !== 'running') return row.state;
  const { code, name } = cause as { code?: string; name?: string };
  house.log({ event: 'import-failed', import: id, code: code ?? name ?? null });
  await takeBack(house, job);
  await endUnchanged(house, job, 'failed', ['internal']);
  return 'failed';
}

/** One call after the other: each thread has one connection's worth of the database. */
function inTurn<A, R>(act: (argument: A) => Promise<R>): (argument: A) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve();
  return (argument) => {
    const mine = last.then(() => act(argument));
    last = mine.catch(() => {});
    return mine;
  };
}

async function chunkOf(house: House, job: ImportJob, part: number): Promise<Uint8Array | null> {
  const { state, id, kept, chunks, unpacked } = job;
  if (part >= chunks + unpacked) return null;
  const known = kept[part];
  if (known) return known;
  const [[row]] = (await house.database.batch([state.id], [readChunk(state.id, id, part)])) as [
    [{ ct: Buffer }],
  ];
  return row.ct;
}

async function keepChunk(
  { database }: House,
  { state, id }: ImportJob,
  { part, sealed }: { part: number; sealed: Uint8Array },
): Promise<void> {
  const insert = insertChunks(state.id, id, part, [asBuffer(sealed)]);
  await database.batch([state.id], [IN_BULK, stillRunning(state.id, id), insert]);
}
