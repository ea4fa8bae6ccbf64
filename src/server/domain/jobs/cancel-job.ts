/** Cancels a job, for whoever could start it. One that goes on ends before its next step; what its
 * steps did stands. */
import { conflict } from '../../fault.ts';
import { endJob, stopJob } from '../../vault/job-sql.ts';
import type { DomainOperation } from '../operation.ts';
import { sealJob } from './job-content.ts';
import { findJob } from './job-status.ts';
import { mustBeAllowed } from './must-be-allowed.ts';

const REASONS = ['cancelled'];

export const cancelJob: DomainOperation = {
  async run(call) {
    const job = await findJob(call);
    const { id, run, body, status } = job;
    const kind = await mustBeAllowed(call, job);
    const { id: client } = call.state;
    if (status.state === 'queued' || status.state === 'running') {
      return { work: { statements: [stopJob(client, id)] }, answer: () => status };
    }
    if (status.state !== 'interrupted') {
      throw conflict('job-ended', 'This job has ended already.');
    }
    const ct = sealJob(call.state, id, { ...body, reasons: REASONS });
    return {
      work: { statements: [endJob(client, id, run, 'cancelled', ct)] },
      async answer() {
        await kind.ended?.(call);
        return { ...status, state: 'cancelled', reasons: REASONS };
      },
    };
  },
};
