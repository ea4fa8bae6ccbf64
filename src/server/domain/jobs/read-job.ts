/** How far a job is, and why it ended. */
import type { DomainOperation } from '../operation.ts';
import { findJob } from './job-status.ts';

export const readJob: DomainOperation = {
  async run(call) {
    const { status } = await findJob(call);
    return { answer: () => status };
  },
};
