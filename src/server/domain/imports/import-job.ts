/** The job of an import. First the whole file is parsed, mapped and checked, and nothing is written;
 * then its people are sealed and written invisibly, and one short append makes all of them visible.
 * It never sees a value: its threads do. */
import { Refusal } from '../../fault.ts';
import type { House } from '../../house.ts';
import { deleteBlocks, deleteChunks } from '../../vault/import-parts-sql.ts';
import {
  beatImport,
  deleteLists,
  disownImport,
  type ImportState,
  moveImport,
  readImportRow,
  undoImport,
} from '../../vault/import-sql.ts';
import { anySubject } from '../../vault/import-write-sql.ts';
import { holdLock } from '../../vault/session-lock.ts';
import { checkFile, openChunks } from './check-file.ts';
import { collectChecks } from './collect-checks.ts';
import { openErrorList } from './error-list.ts';
import { appendImport, endUnchanged, summarise } from './finish-import.ts';
import type { Checked } from './import-checked.ts';
import { sealStatus } from './import-status.ts';
import { type ImportThreads, openThreads } from './import-threads.ts';
import { type ImportJob, ImportLost } from './job.ts';
import { importsUnderWay } from './progress.ts';
import { openPeopleWriter, type PeopleWriter } from './write-people.ts';

/** Each holds one connection, and needs up to four more while it runs. */
const UNDER_WAY_MAX = 2;
const BEAT_MS = 1000;

/** Whether this process has as many imports under way as it can carry. */
export function isBusy(house: House): boolean {
  return importsUnderWay(house).size >= UNDER_WAY_MAX;
}

/** Starts the job in the background; how it ends is in the row of the import. */
export function startJob(house: House, job: ImportJob): void {
  const underWay = importsUnderWay(house);
  const stop = new AbortController();
  underWay.set(job.id, { status: job.status, stop });
  const running = run(house, job, stop)
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

async function run(house: House, job: ImportJob, stop: AbortController): Promise<void> {
  const { state, id, status } = job;
  const { database, now } = house;
  const ended = await holdLock(database, id, async () => {
    await database.batch([state.id], [moveImport(state.id, id, ['queued'], 'running', now())]);
    status.state = 'running';
    const beat = startBeat(house, job, stop);
    const live = openLive(house, job);
    live.signal.addEventListener('abort', () => stop.abort(), { once: true });
    if (live.signal.aborted) stop.abort();
    try {
      return await carryOut(house, job, stop.signal);
    } catch (error) {
      return await broken(house, job, live.ended ?? error);
    } finally {
      live.close();
      beat.close();
    }
  });
  if (ended === null) throw new ImportLost();
  status.state = ended;
  status.progress = null;
  if (ended === 'interrupted') return;
  await database.batch([state.id], [deleteChunks(state.id, id), deleteBlocks(state.id, id)]);
}

/** It stops at once when whoever started it may not do so any more. */
function openLive(house: House, job: ImportJob) {
  const { state, principal, purpose, types } = job;
  const asked = { state, principal, purpose, types, operation: 'imports.start' };
  // What is true at this moment is asked at once.
  return house.live.open({ state, until: 0, again: () => house.reauthorise(asked) });
}

/** Says in the row how far the import is, and stops when the row says that it was ended. */
function startBeat({ database }: House, job: ImportJob, stop: AbortController) {
  const { state, id, key, status } = job;
  let isBeating = false;
  const timer = setInterval(() => {
    if (isBeating) return;
    isBeating = true;
    const sealed = sealStatus(state.clientKeys.record, key, state.id, id, status);
    database
      .batch([state.id], [beatImport(state.id, id, sealed)])
      .then(([rows]) => {
        if (rows!.length === 0) stop.abort();
      })
      // Whoever writes next finds out.
      .catch(() => {})
      .finally(() => {
        isBeating = false;
      });
  }, BEAT_MS);
  timer.unref();
  return { close: () => clearInterval(timer) };
}

async function carryOut(house: House, job: ImportJob, stopped: AbortSignal): Promise<ImportState> {
  const { state, id, key, status } = job;
  const { database } = house;
  const signal = AbortSignal.any([house.stopping, stopped]);
  const writer = openPeopleWriter(house, job);
  const list = openErrorList({ database, client: state.id, id, key });
  const checks = collectChecks(status, list, writer.find);
  const chunks = openChunks(house, job);
  const threads = openThreads(house, job, () => ({
    chunk: chunks.read,
    keepChunk: chunks.keep,
    checked: checks.add,
    findPeople: writer.find,
    readRecords: writer.read,
    write: inTurn(writer.write),
  }));
  const stop = () => {
    for (const thread of threads.all) thread.fail(new ImportLost());
  };
  signal.addEventListener('abort', stop);
  try {
    if (signal.aborted) throw new ImportLost();
    const parts = { house, job, threads, chunks, list, checks };
    const checked = job.checked ?? (await checkFile(parts));
    if (checked === null) {
      await endUnchanged(house, job, 'refused', ['bad-input']);
      return 'refused';
    }
    if (job.mode === 'check') {
      await endUnchanged(house, job, 'done', []);
      return 'done';
    }
    return await commit(house, job, threads, writer, checked);
  } finally {
    signal.removeEventListener('abort', stop);
    await threads.close();
  }
}

async function commit(
  house: House,
  job: ImportJob,
  threads: ImportThreads,
  writer: PeopleWriter,
  { form, skip }: Checked,
): Promise<ImportState> {
  const { database } = house;
  const { state, status } = job;
  const { rows } = status;
  rows.skipped = rows.discarded;
  status.progress = {
    step: 'writing',
    unit: 'rows',
    get done() {
      return rows.added + rows.changed + rows.unchanged;
    },
    total: rows.read - rows.discarded,
  };
  const written = job.checked ? await writer.takeUp() : new Uint32Array();
  const [[any]] = (await database.batch([state.id], [anySubject(state.id)])) as [
    [{ found: boolean }],
  ];
  const options = { form, findPeople: any.found, skip, written };
  await Promise.all(threads.all.map((thread) => thread.call('write', options)));
  const refused = await appendImport(house, job, await summarise(writer, threads.all));
  if (!refused) return 'done';
  await takeBack(house, job);
  await endUnchanged(house, job, 'refused', refused.refused);
  return 'refused';
}

/** Nothing of it can be written any more once its row is disowned; what was, is removed. */
async function takeBack({ database }: House, { state, id, status }: ImportJob): Promise<void> {
  await database.batch([state.id], [disownImport(state.id, id)]);
  const statements = [...undoImport(state.id, id), deleteLists(state.id, id)];
  await database.batch([state.id], statements);
  Object.assign(status.rows, { added: 0, changed: 0, unchanged: 0, skipped: 0 });
}

/** Ends what did not come to its end: as cancelled, as interrupted when the server stops, otherwise as
 * failed. A database that is gone throws: the clean-up then finds the import interrupted. */
async function broken(house: House, job: ImportJob, cause: unknown): Promise<ImportState> {
  const { state, id } = job;
  const { database, now, stopping } = house;
  if (isOfConnection(cause)) throw cause;
  const [[row]] = (await database.batch([state.id], [readImportRow(state.id, id)])) as [
    [{ state: ImportState }],
  ];
  if (row.state === 'cancelling') {
    await takeBack(house, job);
    await endUnchanged(house, job, 'cancelled', ['cancelled']);
    return 'cancelled';
  }
  // It came through after all, and only that was not heard.
  if (row.state !== 'running') return row.state;
  if (stopping.aborted && job.mode === 'commit') {
    const interrupt = moveImport(state.id, id, ['running'], 'interrupted', now());
    await database.batch([state.id], [interrupt]);
    return 'interrupted';
  }
  if (cause instanceof ImportLost) throw cause;
  if (cause instanceof Refusal) {
    await takeBack(house, job);
    await endUnchanged(house, job, 'refused', cause.reasons);
    return 'refused';
  }
  const { code, name } = cause as { code?: string; name?: string };
  house.log({ event: 'import-failed', import: id, code: code ?? name ?? null });
  await takeBack(house, job);
  await endUnchanged(house, job, 'failed', ['internal']);
  return 'failed';
}

/** The database went away: classes 08 and 57 of SQLSTATE, and what the system says of a socket. */
function isOfConnection(cause: unknown): boolean {
  const { code = '', message = '' } = cause as { code?: string; message?: string };
  return /^(?:08|57P)|^E[A-Z]+$/.test(code) || /^Connection terminated/.test(message);
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
