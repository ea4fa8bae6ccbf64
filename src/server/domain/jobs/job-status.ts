/** How a job is told: nothing of it but its kind, its state and how far it is. */
import { parseId, toId } from '../../../contract/ids.ts';
import { notFound } from '../../fault.ts';
import type { House } from '../../house.ts';
import type { Row } from '../../vault/database.ts';
import { readJobRow, type StoredJobState } from '../../vault/job-sql.ts';
import type { Call } from '../operation.ts';
import { type JobBody, openJob } from './job-content.ts';
import type { Progress } from './job-kind.ts';
import { jobsUnderWay } from './under-way.ts';

export interface JobStatus {
  readonly id: string;
  readonly kind: string;
  /** `interrupted`: its process died, and nobody has taken it up. */
  readonly state: StoredJobState | 'interrupted';
  readonly progress: Progress;
  readonly reasons: readonly string[];
}

export interface FoundJob {
  readonly id: string;
  readonly run: number;
  readonly body: JobBody;
  readonly status: JobStatus;
}

/** The job that a call names. Throws a Refusal when the client has none of that id. */
export async function findJob({ house, state, input }: Call): Promise<FoundJob> {
  const id = parseId('job', input.params.id)!;
  const [rows] = await house.database.batch([state.id], [readJobRow(state.id, id)]);
  const row = rows![0];
  if (!row) throw notFound();
  const body = openJob(state, id, row.ct as Buffer);
  return { id, run: row.run as number, body, status: jobStatus(house, row, body) };
}

export function jobStatus(house: House, row: Row, body: JobBody): JobStatus {
  const live = jobsUnderWay(house).get(row.job_id as string);
  const stored = row.state as StoredJobState;
  const isGoingOn = stored === 'queued' || stored === 'running';
  const isLeft = isGoingOn && !live && row.held !== true;
  return {
    id: toId('job', row.job_id as string),
    kind: body.kind,
    state: isLeft ? 'interrupted' : isGoingOn && live ? live.state : stored,
    progress: (isGoingOn ? live?.progress : undefined) ?? body.progress,
    reasons: body.reasons,
  };
}
