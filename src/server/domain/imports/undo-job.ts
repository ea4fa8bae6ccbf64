/** The job of an undoing. What the import changed is listed the other way round; then one short append
 * makes the import invisible, and what it replaced visible, at once; then its rows are cleared away. */
import { Worker } from 'node:worker_threads';
import { toId } from '../../../contract/ids.ts';
import { Fault } from '../../fault.ts';
import type { House } from '../../house.ts';
import { draftEntry } from '../../ledger/draft.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { deleteLists, endImport, restoreDone } from '../../vault/import-sql.ts';
import { holdLock } from '../../vault/session-lock.ts';
import type { JobPrincipal } from '../jobs/job-kind.ts';
import { openCalls } from './calls.ts';
import { clearAway } from './clean-up.ts';
import { submitUndecided } from './finish-import.ts';
import type { ImportStatus } from './import-status.ts';
import { ImportLost } from './job.ts';
import { countMovedOn } from './moved-on.ts';
import { importsUnderWay } from './progress.ts';
import type { DigestTasks } from './thread-messages.ts';
import { type UndoneChanges, undoneChanges } from './undo-changes.ts';

const ATTEMPTS_MAX = 50;

export interface UndoJob {
  readonly state: LedgerState;
  readonly principal: JobPrincipal;
  readonly purpose: string | null;
  readonly types: readonly string[];
  /** Bare uuids of the import, and of its undoing. */
  readonly id: string;
  readonly undo: string;
  /** The ledger's size, at most that before the import's entry. */
  readonly from: number;
  readonly status: ImportStatus;
}

/** Starts the job in the background; how it ends is in the row of the import. */
export function startUndo(house: House, job: UndoJob): void {
  const underWay = importsUnderWay(house);
  const { status, id } = job;
  status.state = 'undoing';
  status.progress = { step: 'undoing', unit: 'rows', done: 0, total: totalOf(status) };
  underWay.set(id, { status, stop: new AbortController() });
  const running = holdLock(house.database, id, async () => {
    await undo(house, job);
  })
    .then(() => {})
    .catch((error: unknown) => {
      // Left to the clean-up of this or another process.
      const { code } = error as { code?: string };
      house.log({ event: 'undo-abandoned', import: id, code: code ?? null });
    })
    .finally(() => {
      underWay.delete(id);
      house.jobs.delete(running);
    });
  house.jobs.add(running);
}

async function undo(house: House, job: UndoJob): Promise<void> {
  const { state, id, status } = job;
  const { rows } = status;
  const people = rows.added + rows.changed;
  let listed = 0;
  try {
    const written = await undoneChanges(
      house,
      job,
      (parts) => digest(house, parts),
      (count) => {
        listed += count;
        status.progress!.done = Math.min(people, listed);
      },
    );
    const reasons = await append(house, job, written);
    if (reasons) return await giveUp(house, job, 'refused', reasons);
  } catch (error) {
    // A server that stops, or a database that is gone, leaves it to the clean-up.
    if (error instanceof ImportLost || house.stopping.aborted) throw error;
    const { code, name } = error as { code?: string; name?: string };
    house.log({ event: 'undo-failed', import: id, code: code ?? name ?? null });
    return await giveUp(house, job, 'failed', ['internal']);
  }
  await clearAway(house, state.id, id);
  house.subjectKeys.drop(state.id);
}

/** Makes the import invisible. The reasons instead, where it may not be undone any more. */
async function append(
  house: House,
  job: UndoJob,
  { changes, subjects, isAttached }: UndoneChanges,
): Promise<readonly string[] | null> {
  const { state, id, undo: undoId, principal, purpose, types, from } = job;
  let seen = from;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const asked = { principal, state, operation: 'imports.undo', purpose, types };
    const decision = await house.reauthorise(asked);
    if (!decision.allowed) return decision.reasons;
    // Whatever comes after this look moves the data version, and the append finds out.
    const { size, dataVersion } = state.head;
    if ((await countMovedOn(house, state, id, seen, size)) > 0) return ['changed-since'];
    seen = size;
    const { role, instruction, place, until, authIndex } = decision;
    const entry = {
      ...entryOf(job),
      role,
      instruction,
      place,
      types,
      changes,
      subjects: listOf(subjects),
      rows: 0,
    };
    const outcome = await house.ledgers.submit({
      ledger: state.id,
      draft: draftEntry({ ...entry, outcome: 'allowed' }),
      decided: { authIndex, until },
      dataVersion,
      dataChanged: true,
      purge: true,
      pending: id,
      statements: [
        endImport(state.id, id, {
          from: ['undoing'],
          state: 'undone',
          status: null,
          keepKey: false,
          owned: false,
          at: house.now(),
        }),
      ],
      ...(isAttached && { attachment: { id: undoId, parts: [] } }),
    });
    if (outcome.kind === 'committed') return null;
    if (outcome.kind === 'over-budget') return [outcome.kind];
    if (outcome.kind !== 'stale') throw new ImportLost();
  }
  throw new Fault('ledger-busy', 'authority or data kept changing');
}

/** The import stands as it stood, and the client's place is free. */
async function giveUp(
  house: House,
  job: UndoJob,
  outcome: 'refused' | 'failed',
  reasons: readonly string[],
): Promise<void> {
  const { state, id, undo: undoId } = job;
  await house.database.batch([state.id], [deleteLists(state.id, undoId)]);
  const registered = state.authority.users.get(toId('user', job.principal.user));
  const role = registered?.roles[0] ?? null;
  await submitUndecided(house, {
    ledger: state.id,
    draft: draftEntry({ ...entryOf(job), role, outcome, reasons }),
    pending: null,
    statements: [restoreDone(state.id, id)],
  });
}

function entryOf({ state, principal, purpose, id }: UndoJob) {
  const side = state.authority.users.get(toId('user', principal.user))?.side ?? 'provider';
  return { principal, side, operation: 'imports.undo', purpose, via: toId('import', id) };
}

/** As a draft wants them: bare. */
function listOf(subjects: UndoneChanges['subjects']) {
  return 'digest' in subjects ? subjects : subjects.map((id) => id.slice(4));
}

function totalOf({ rows }: ImportStatus): number {
  return rows.added + rows.changed;
}

async function digest(house: House, parts: readonly Uint8Array[]): Promise<string> {
  const worker = new Worker(new URL('./digest-thread.ts', import.meta.url));
  const calls = openCalls<DigestTasks, Record<never, never>>(worker, {});
  const stop = () => calls.fail(new ImportLost());
  worker.on('error', (error) => calls.fail(error));
  worker.on('exit', () => calls.fail(new Error('the thread of an undoing ended')));
  house.stopping.addEventListener('abort', stop);
  try {
    return await calls.call('digestChanges', parts);
  } finally {
    house.stopping.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
