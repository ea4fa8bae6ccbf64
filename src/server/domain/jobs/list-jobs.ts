/** The client's jobs, the newest first. */
import { listJobRows } from '../../vault/job-sql.ts';
import type { DomainOperation } from '../operation.ts';
import { openJob } from './job-content.ts';
import { jobStatus } from './job-status.ts';

const JOBS_MAX = 200;

export const listJobs: DomainOperation = {
  async run({ house, state }) {
    const [rows] = await house.database.batch([state.id], [listJobRows(state.id, JOBS_MAX)]);
    const items = rows!.map((row) =>
      jobStatus(house, row, openJob(state, row.job_id as string, row.ct as Buffer)),
    );
    return { answer: () => ({ items }) };
  },
};
