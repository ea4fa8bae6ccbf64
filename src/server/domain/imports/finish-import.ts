/** The end of an import: one short append that makes all of it visible, decided once more with the
 * authority of this moment; or the entry of one that was refused or failed. */
import type { Change, ListDigest } from '#verifier/entry.ts';
import { toId } from '../../../contract/ids.ts';
import { Fault } from '../../fault.ts';
import type { House } from '../../house.ts';
import { CHANGE_BYTES } from '../../ledger/changed-records.ts';
import { type DraftOf, draftEntry } from '../../ledger/draft.ts';
import type { Outcome, Work } from '../../ledger/work.ts';
import { deleteLists, endImport, type ImportState } from '../../vault/import-sql.ts';
import type { Caller } from './calls.ts';
import { asBuffer } from './file/detect-encoding.ts';
import { sealStatus } from './import-status.ts';
import { type ImportJob, ImportLost } from './job.ts';
import { subjectIds } from './list-subjects.ts';
import type { ThreadTasks } from './thread-messages.ts';
import { unpacked } from './undo-changes.ts';
import type { PeopleWriter } from './write-people.ts';

type EndState = Extract<ImportState, 'done' | 'refused' | 'failed' | 'cancelled'>;

const LIST_MAX = 100;
const ATTEMPTS_MAX = 50;

/** What the entry says of the people and the changes; long lists are stored beside it. */
export interface Written {
  readonly subjects: readonly string[] | ListDigest;
  readonly changes: readonly Change[] | ListDigest | null;
  readonly isAttached: boolean;
}

/** Digests what was written, on the threads, and stores the list of people if it is long; that of the
 * changes is stored already. */
export async function summarise(
  writer: PeopleWriter,
  threads: readonly Caller<ThreadTasks>[],
): Promise<Written> {
  const count = bytesOf(writer.changes) / CHANGE_BYTES;
  const people = bytesOf(writer.people) / 16;
  const digesting = count > LIST_MAX ? handOver(threads[0]!, writer.changes) : null;
  const listing = people > LIST_MAX ? threads.at(-1)!.call('listSubjects', writer.people) : null;
  const [digest, list] = await Promise.all([digesting, listing]);
  // Several rows may have been of one person.
  const long = list && list.count > LIST_MAX ? list : null;
  if (long) await writer.storePeople(long.parts);
  return {
    subjects: long
      ? { count: long.count, digest: long.digest }
      : subjectIds(writer.people).map((id) => id.slice(4)),
    changes: digest ? { count, digest } : listedChanges(writer.changes),
    isAttached: digest !== null || long !== null,
  };
}

/** Digests them in a thread. They are not needed here any more, and of a million rows they are hundreds
 * of megabytes: whatever has a buffer of its own is given away instead of copied. */
function handOver(thread: Caller<ThreadTasks>, changes: readonly Uint8Array[]): Promise<string> {
  const own = changes.filter((each) => each.byteLength === each.buffer.byteLength);
  const buffers = own.map((each) => each.buffer as ArrayBuffer);
  return thread.call('digestChanges', changes, buffers);
}

/** Makes the import visible. The reasons instead, when whoever started it may not do so any more.
 * Throws ImportLost when it was ended meanwhile. */
export async function appendImport(
  house: House,
  job: ImportJob,
  written: Written,
): Promise<{ refused: readonly string[] } | null> {
  const { state, principal, purpose, types, id } = job;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const decision = await house.reauthorise({
      principal,
      state,
      operation: 'imports.start',
      purpose,
      types,
    });
    if (!decision.allowed) return { refused: decision.reasons };
    const { role, instruction, place, until, authIndex } = decision;
    const { subjects, changes, isAttached } = written;
    // What is brought in releases nothing: it counts neither as people opened nor as rows.
    const told = { role, instruction, place, types, subjects, changes, rows: 0 };
    const entry = { ...entryOf(job), ...told };
    const outcome = await house.ledgers.submit({
      ledger: state.id,
      draft: draftEntry({ ...entry, outcome: 'allowed' }),
      decided: { authIndex, until },
      pending: null,
      dataChanged: changes !== null,
      statements: isAttached
        ? [ending(job, 'done', house.now())]
        : [ending(job, 'done', house.now()), deleteLists(state.id, id)],
      ...(isAttached && { attachment: { id, parts: [] } }),
    });
    if (outcome.kind === 'committed') return null;
    if (outcome.kind === 'over-budget') return { refused: [outcome.kind] };
    if (outcome.kind !== 'stale') throw new ImportLost();
  }
  throw new Fault('ledger-busy', 'authority kept changing');
}

/** Ends an import that changed nothing; one that was to be committed gets an entry that says so. */
export async function endUnchanged(
  house: House,
  job: ImportJob,
  state: EndState,
  reasons: readonly string[],
): Promise<void> {
  const statement = ending(job, state, house.now());
  if (job.mode === 'check') {
    await house.database.batch([job.state.id], [statement]);
    return;
  }
  const outcome = state === 'refused' ? 'refused' : 'failed';
  const registered = job.state.authority.users.get(toId('user', job.principal.user));
  const role = registered?.roles[0] ?? null;
  await submitUndecided(house, {
    ledger: job.state.id,
    draft: draftEntry({ ...entryOf(job), role, outcome, reasons }),
    pending: null,
    statements: [statement],
  });
}

/** Appends what depends on no decision, on whatever head there is. Throws ImportLost on a conflict. */
export async function submitUndecided(house: House, work: Omit<Work, 'decided'>): Promise<Outcome> {
  const ledger = (await house.ledgers.find(work.ledger))!;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const decided = { authIndex: ledger.head.authIndex, until: Number.POSITIVE_INFINITY };
    const outcome = await house.ledgers.submit({ ...work, decided });
    if (outcome.kind === 'committed') return outcome;
    if (outcome.kind !== 'stale') throw new ImportLost();
    await house.ledgers.refresh(ledger);
  }
  throw new Fault('ledger-busy', 'authority kept changing');
}

function entryOf(
  job: ImportJob,
): Pick<DraftOf, 'principal' | 'side' | 'operation' | 'purpose' | 'via'> {
  const { principal, purpose, id, state } = job;
  const side = state.authority.users.get(toId('user', principal.user))?.side ?? 'provider';
  return { principal, side, operation: 'imports.start', purpose, via: toId('import', id) };
}

/** The key stays until a commit can no longer be undone, and the errors of others are forgotten; only
 * what was cancelled leaves nothing. */
function ending(job: ImportJob, state: EndState, at: number) {
  const { id, key, status } = job;
  const { id: client, clientKeys, head } = job.state;
  const sealed = sealStatus(clientKeys.record, key, client, id, {
    ...status,
    state,
    progress: null,
  });
  return endImport(client, id, {
    from: state === 'cancelled' ? ['cancelling'] : ['queued', 'running'],
    state,
    status: sealed,
    keepKey: state !== 'cancelled',
    owned: state === 'done',
    at,
    ...(state === 'done' && { size: head.size }),
  });
}

function listedChanges(packed: readonly Uint8Array[]): Change[] | null {
  const bytes = Buffer.concat(packed);
  return bytes.length === 0 ? null : unpacked(bytes);
}

function bytesOf(arrays: readonly Uint8Array[]): number {
  return arrays.reduce((sum, array) => sum + asBuffer(array).length, 0);
}
