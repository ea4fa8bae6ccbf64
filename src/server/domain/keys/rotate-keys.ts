/** Orders new keys for a client; a job carries it out. */
import { toId } from '../../../contract/ids.ts';
import { newJob } from '../jobs/new-job.ts';
import type { DomainOperation } from '../operation.ts';
import { keyRotation } from './key-rotation.ts';

export const rotateKeys: DomainOperation = {
  run(call) {
    const job = newJob(call, { kind: keyRotation, parameters: {}, slot: 'keys' });
    return {
      work: { statements: [job.statement] },
      answer() {
        job.start();
        return { id: toId('job', job.id) };
      },
    };
  },
};
