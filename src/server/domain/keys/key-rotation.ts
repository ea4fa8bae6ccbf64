/** The job that changes a client's keys while everything goes on. First comes a new version, which
 * everybody who writes learns of; then what lies under the old one is wrapped or sealed anew, some at a
 * time; last, when nothing is left there, the old one is destroyed. */
import { countOldImports } from '../../vault/import-key-sql.ts';
import { cleanUpClient } from '../imports/clean-up.ts';
import type { Job, JobKind, Step } from '../jobs/job-kind.ts';
import { beginRotation } from './begin-rotation.ts';
import { endRotation } from './end-rotation.ts';
import { beginPeople, endPeople } from './generation.ts';
import { renewPeople } from './renew-people.ts';
import { resealBlobs } from './reseal-blobs.ts';
import { rewrapImportKeys, rewrapPeople } from './rewrap-people.ts';

type Stage =
  | 'begin'
  | 'imports'
  | 'people'
  | 'import-keys'
  | 'blobs'
  | 'begin-people'
  | 'new-people'
  | 'end-people'
  | 'end'
  | 'done';

export interface RotationParameters {
  /** Whether people get new keys, too. */
  readonly subjects: boolean;
}

interface Cursor {
  readonly stage: Stage;
  /** The last person whose keyring was wrapped. */
  readonly after: string | null;
  readonly done: number;
  readonly total: number;
  /** Whether people have their new keys, and only what was left under an old version is gone over. */
  readonly isAgain: boolean;
}

/** Work that was begun under the old key, and is invisible until its end, is waited for: it may write
 * under that key until then. */
const WAIT_MS = 250;

const START: Cursor = {
  stage: 'begin',
  after: null,
  done: 0,
  total: 0,
  isAgain: false,
};

export const keyRotation: JobKind = {
  kind: 'key-rotation',
  operation: 'keys.rotate',
  async step(job) {
    const cursor = (job.cursor as Cursor | null) ?? START;
    return cursor.stage === 'done' ? 'finished' : STAGES[cursor.stage](job, cursor);
  },
};

const STAGES: Record<Exclude<Stage, 'done'>, (job: Job, cursor: Cursor) => Promise<Step>> = {
  async begin(job, cursor) {
    return at(cursor, (await beginRotation(job)) === 'begun' ? { stage: 'imports' } : {});
  },
  async imports({ house, state }, cursor) {
    const count = countOldImports(state.id, state.clientKeys.client.version);
    const [[row]] = (await house.database.batch([state.id], [count])) as [[{ running: number }]];
    const isFree = row.running === 0 && state.head.pending === null;
    if (isFree) return at(cursor, { stage: 'people' });
    await cleanUpClient(house, state);
    return { ...at(cursor, {}), pauseMs: WAIT_MS };
  },
  async people({ house, state }, cursor) {
    const { last, done, total } = await rewrapPeople(house, state, cursor.after);
    if (last === null) return at(cursor, { stage: 'import-keys' });
    return at(cursor, { after: last, done: cursor.isAgain ? total : cursor.done + done, total });
  },
  async 'import-keys'({ house, state }, cursor) {
    return at(cursor, (await rewrapImportKeys(house, state)) ? { stage: 'blobs' } : {});
  },
  async blobs({ house, state, parameters }, cursor) {
    if (!(await resealBlobs(house, state))) return at(cursor, {});
    const { subjects } = parameters as unknown as RotationParameters;
    return at(cursor, { stage: subjects && !cursor.isAgain ? 'begin-people' : 'end' });
  },
  async 'begin-people'(job, cursor) {
    const begun = (await beginPeople(job)) === 'recorded';
    return at(cursor, begun ? { stage: 'new-people', after: null, done: 0 } : {});
  },
  async 'new-people'(job, cursor) {
    const { last, done, total } = await renewPeople(job, cursor.after);
    if (last === null) return at(cursor, { stage: 'end-people' });
    const step = at(cursor, { after: last, done: cursor.done + done, total });
    return done > 0 ? step : { ...step, pauseMs: WAIT_MS };
  },
  async 'end-people'(job, cursor) {
    return at(cursor, (await endPeople(job)) === 'recorded' ? { stage: 'end' } : {});
  },
  async end(job, cursor) {
    const how = await endRotation(job);
    if (how === 'stale') return at(cursor, {});
    if (how === 'ended') return at(cursor, { stage: 'done' });
    return at(cursor, { stage: 'imports', after: null, isAgain: true });
  },
};

function at(cursor: Cursor, change: Partial<Cursor>): Exclude<Step, 'finished'> {
  const next = { ...cursor, ...change };
  return { cursor: { ...next }, done: next.done, total: next.total };
}
