/** Carries a job on that was interrupted, refused or failed. From then on it acts in the name of
 * whoever resumed it. */
import { conflict } from '../../fault.ts';
import { reopenJob } from '../../vault/job-sql.ts';
import type { DomainOperation } from '../operation.ts';
import { jobContent } from './job-content.ts';
import { findJob } from './job-status.ts';
import { mustBeAllowed } from './must-be-allowed.ts';
import { startJob } from './run-job.ts';

const RESUMABLE = new Set(['interrupted', 'refused', 'failed']);

export const resumeJob: DomainOperation = {
  async run(call) {
    const { house, state, principal } = call;
    const job = await findJob(call);
    const { id, run, status } = job;
    const kind = await mustBeAllowed(call, job);
    if (!RESUMABLE.has(status.state)) {
      throw conflict('job-not-resumable', 'This job goes on, or has come to its end.');
    }
    const { user, token, offices } = principal;
    const body = { ...job.body, principal: { user, token, offices }, reasons: [] };
    return {
      work: { statements: [reopenJob(state.id, id, run, jobContent(state, id, body))] },
      answer() {
        startJob(house, state, kind, id);
        return { ...status, state: 'queued', reasons: [] };
      },
    };
  },
};
