/** The statements of jobs. Every write names the run that it belongs to: a process that lost its job
 * to another one changes nothing any more. */
import { sealedKeyVersion } from './crypto/envelope.ts';
import type { Statement } from './database.ts';
import { isHeldSql } from './session-lock.ts';

export type StoredJobState = 'queued' | 'running' | 'done' | 'refused' | 'failed' | 'cancelled';

/** Sealed content, and the keyed hash of the slot that the job holds while it is not at its end. */
export interface JobContent {
  readonly slot: Buffer | null;
  readonly ct: Buffer;
}

/** Raises unique_violation `job_slot` when another job holds the slot. */
export function insertJob(client: string, id: string, { slot, ct }: JobContent): Statement {
  return {
    name: 'job/insert',
    text: `insert into job (client_id, job_id, state, run, cancelling, slot, ct)
      values ($1, $2, 'queued', 1, false, $3, $4)`,
    values: [client, id, slot, ct],
  };
}

const COLUMNS = `job_id, state, run, cancelling, ct, ${isHeldSql('job_id')} as held`;

export function readJobRow(client: string, id: string): Statement {
  return {
    name: 'job/read',
    text: `select ${COLUMNS} from job where client_id = $1 and job_id = $2`,
    values: [client, id],
  };
}

/** The newest first. */
export function listJobRows(client: string, limit: number): Statement {
  return {
    name: 'job/list',
    text: `select ${COLUMNS} from job where client_id = $1 order by job_id desc limit $2`,
    values: [client, limit],
  };
}

/** Jobs that are not at their end and that no living process carries out. */
export function abandonedJobs(clients: readonly string[]): Statement {
  return {
    name: 'job/abandoned',
    text: `select client_id, job_id from job where client_id = any($1::uuid[])
      and state in ('queued', 'running') and not ${isHeldSql('job_id')} order by client_id, job_id`,
    values: [clients],
  };
}

/** Takes a job over, for a new run of it; no row when there is nothing left to be done. */
export function beginJob(client: string, id: string): Statement {
  return {
    name: 'job/begin',
    text: `update job set state = 'running', run = run + 1
      where client_id = $1 and job_id = $2 and state in ('queued', 'running') returning run, ct`,
    values: [client, id],
  };
}

/** Whether a run is still the one that carries the job out, and whether it is to be cancelled. */
export function checkJob(client: string, id: string, run: number): Statement {
  return {
    name: 'job/check',
    text: `select cancelling from job
      where client_id = $1 and job_id = $2 and run = $3 and state = 'running'`,
    values: [client, id, run],
  };
}

/** Keeps how far the run has come; raises division_by_zero when the job is another run's. It stands
 * beside no entry, so it holds the version of the record key that sealed it: see `end-rotation.ts`. */
export function saveJob(client: string, id: string, run: number, ct: Buffer): Statement {
  return {
    name: 'job/save',
    text: `with held as (select 1 from wrapped_key
        where client_id = $1 and purpose = 'record' and version = $5 and wrapped <> '' for share
      ), u as (update job set ct = $4
        where client_id = $1 and job_id = $2 and run = $3 and state = 'running'
          and exists (select from held) returning 1)
      select 1 / (select count(*) from u)`,
    values: [client, id, run, ct, sealedKeyVersion(ct)],
  };
}

/** Ends a job that was seen in this run and gives its slot free; raises division_by_zero otherwise. */
export function endJob(
  client: string,
  id: string,
  run: number,
  state: Exclude<StoredJobState, 'queued' | 'running'>,
  ct: Buffer,
): Statement {
  return {
    name: 'job/end',
    text: `with u as (update job set state = $4, slot = null, ct = $5
        where client_id = $1 and job_id = $2 and run = $3 and state in ('queued', 'running')
        returning 1)
      select 1 / (select count(*) from u)`,
    values: [client, id, run, state, ct],
  };
}

/** Tells the run that goes on to stop before its next step; raises division_by_zero when none does. */
export function stopJob(client: string, id: string): Statement {
  return {
    name: 'job/cancel',
    text: `with u as (update job set cancelling = true
        where client_id = $1 and job_id = $2 and state in ('queued', 'running') returning 1)
      select 1 / (select count(*) from u)`,
    values: [client, id],
  };
}

/** Puts a job that was seen in this run back to its beginning state, for whoever resumes it. */
export function reopenJob(
  client: string,
  id: string,
  run: number,
  { slot, ct }: JobContent,
): Statement {
  return {
    name: 'job/reopen',
    text: `with u as (update job set state = 'queued', run = run + 1, cancelling = false, slot = $4,
          ct = $5
        where client_id = $1 and job_id = $2 and run = $3
          and state in ('queued', 'running', 'refused', 'failed') returning 1)
      select 1 / (select count(*) from u)`,
    values: [client, id, run, slot, ct],
  };
}
