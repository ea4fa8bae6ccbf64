/** The job by which a client goes over to another catalogue. It writes what is held anew, some people at
 * a time and seen by nobody; one append makes all of it visible together with the fact of the adoption;
 * then old revisions that hold what is not held any more are removed. */

import type { Catalogue, Compartment } from '../../../../catalogue/catalogue.ts';
import { catalogueChanges } from '../../../../catalogue/changes.ts';
import { findElement, findType } from '../../../../catalogue/find.ts';
import { toId } from '../../../../contract/ids.ts';
import { Fault } from '../../../fault.ts';
import { draftEntry } from '../../../ledger/draft.ts';
import { readEntries } from '../../../ledger/read-entries.ts';
import { countKeyrings, readKeyrings } from '../../../vault/keyring-sql.ts';
import type { Job, JobKind, Json, Step } from '../../jobs/job-kind.ts';
import { readAdopted } from '../adopted.ts';
import { finishMigration } from './finish-migration.ts';
import { purgePeople } from './purge-people.ts';
import { readPeople } from './read-people.ts';
import { releasePending } from './release-pending.ts';
import { type Migration, type Person, rewritePeople } from './rewrite-people.ts';

/** What one step opens and seals: some tens of milliseconds. */
const PEOPLE_PER_STEP = 100;
/** Somebody writes at the same moment again and again. */
const CONFLICT_PAUSE_MS = 50;

/** Digests of the catalogue that the client holds, and of the one that it goes over to. */
export interface MigrationParameters {
  readonly [key: string]: Json;
  readonly before: string;
  readonly after: string;
}

interface Cursor {
  readonly [key: string]: Json;
  readonly phase: 'rewrite' | 'finish' | 'purge';
  /** The last person that was done; null at the beginning. */
  readonly after: string | null;
  readonly done: number;
  /** From this index on the ledger tells who was written to meanwhile. */
  readonly seen: number;
}

export const catalogueMigration: JobKind = {
  kind: 'catalogue-migration',
  operation: 'catalogue.adopt',
  async step(job) {
    const cursor = (job.cursor as Cursor | null) ?? null;
    const { before, after } = job.parameters as MigrationParameters;
    const { house, state } = job;
    const isAdopted = state.authority.catalogue?.sha256 === after;
    if (!isAdopted && state.authority.catalogue?.sha256 !== before) {
      throw new Fault('catalogue-changed', 'the client has adopted another catalogue meanwhile');
    }
    const catalogues = {
      before: await readAdopted(house, state, before),
      after: await readAdopted(house, state, after),
    };
    const of = { house, state, job: job.id, ...catalogues, compartments: concerned(catalogues) };
    const total = await countPeople(of);
    // The append may have come through although nobody heard of it.
    if (isAdopted) return purge(of, cursor?.phase === 'purge' ? cursor : begin('purge', 0), total);
    if (cursor === null || state.head.pending !== job.id) return take(of, job, total);
    if (cursor.phase === 'rewrite') return rewrite(of, cursor, total);
    return finish(of, job, cursor, total);
  },
  ended: ({ house, state }) => releasePending(house, state),
};

function begin(phase: Cursor['phase'], seen: number): Cursor {
  return { phase, after: null, done: 0, seen };
}

/** The rows of this job are invisible from here on. The call that started it has seen to that, unless
 * the job was ended in between and then resumed. */
async function take({ house, state }: Migration, job: Job, total: number): Promise<Step> {
  const cursor = begin('rewrite', state.head.size);
  const { id, principal, purpose, decision } = job;
  if (state.head.pending === id) return { cursor, done: 0, total };
  const outcome = await house.ledgers.submit({
    ledger: state.id,
    draft: draftEntry({
      principal,
      side: 'client',
      role: decision.role,
      operation: 'catalogue.adopt',
      outcome: 'allowed',
      purpose,
      via: toId('job', id),
    }),
    decided: { authIndex: decision.authIndex, until: decision.until },
    pending: id,
  });
  const isTaken = outcome.kind === 'committed';
  // Something else is pending: wait for its end.
  const wait = isTaken ? {} : { pauseMs: 1000 };
  return { cursor: isTaken ? cursor : null, done: 0, total, ...wait };
}

async function rewrite(of: Migration, cursor: Cursor, total: number): Promise<Step> {
  const people = await nextPeople(of, cursor.after);
  if (people.length === 0) return { cursor: { ...cursor, phase: 'finish' }, done: total, total };
  if (!(await rewritePeople(of, people))) {
    return { cursor, done: cursor.done, total, pauseMs: CONFLICT_PAUSE_MS };
  }
  const done = cursor.done + people.length;
  return { cursor: { ...cursor, after: people.at(-1)!.subject, done }, done, total };
}

/** Whoever was written to since the rewriting began is written anew once more; then it ends. */
async function finish(of: Migration, job: Job, cursor: Cursor, total: number): Promise<Step> {
  const { house, state, before, after } = of;
  await house.ledgers.refresh(state);
  const { size } = state.head;
  const entries = await readEntries(house, state, cursor.seen, size);
  const touched = new Set<string>();
  for (const { changes, subjects } of entries) {
    if (changes === null) continue;
    // Imports have to wait for the end of this job, and calls name few people.
    if (!Array.isArray(subjects)) return { cursor: begin('rewrite', size), done: 0, total };
    for (const id of subjects as string[]) touched.add(id.slice(4));
  }
  const people = await readPeople(house, state, [...touched]);
  for (let at = 0; at < people.length; at += PEOPLE_PER_STEP) {
    if (!(await rewritePeople(of, people.slice(at, at + PEOPLE_PER_STEP)))) {
      return { cursor, done: total, total, pauseMs: CONFLICT_PAUSE_MS };
    }
  }
  const isPurged = destroys(before, after);
  if (!(await finishMigration(of, job, isPurged))) {
    return { cursor: { ...cursor, seen: size }, done: total, total };
  }
  return isPurged ? { cursor: begin('purge', 0), done: 0, total } : 'finished';
}

async function purge(of: Migration, cursor: Cursor, total: number): Promise<Step> {
  if (!destroys(of.before, of.after)) return 'finished';
  const people = await nextPeople(of, cursor.after);
  if (people.length === 0) return 'finished';
  await purgePeople(of, people);
  const done = cursor.done + people.length;
  return { cursor: { ...cursor, after: people.at(-1)!.subject, done }, done, total };
}

async function nextPeople({ house, state }: Migration, after: string | null): Promise<Person[]> {
  const [rows] = await house.database.batch(
    [state.id],
    [readKeyrings(state.id, after, PEOPLE_PER_STEP)],
  );
  return rows!.map((row) => ({
    subject: row.subject_id as string,
    keyring: row.keyring as Buffer,
  }));
}

async function countPeople({ house, state }: Migration): Promise<number> {
  const [rows] = await house.database.batch([state.id], [countKeyrings(state.id)]);
  return rows![0]!.total as number;
}

/** The compartments that anything is taken from or put into. */
function concerned({ before, after }: { before: Catalogue; after: Catalogue }): Compartment[] {
  const { types, moved } = catalogueChanges(before, after);
  const all = [
    ...types.map((id) => findType(before, id)!.compartment),
    ...moved.map(({ becomes }) => findElement(after, becomes)!.type.compartment),
  ];
  return [...new Set(all)].sort();
}

/** Whether something is no longer held, or no longer where it was. */
function destroys(before: Catalogue, after: Catalogue): boolean {
  const { removed, moved } = catalogueChanges(before, after);
  return (
    removed.length > 0 ||
    moved.some(
      ({ element, compartment }) => findElement(before, element)!.type.compartment !== compartment,
    )
  );
}
