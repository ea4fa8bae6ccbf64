/** Orders new keys for a client; a job carries it out. */
import { toId } from '../../../contract/ids.ts';
import { REASONS } from '../../../contract/promises.ts';
import { Refusal } from '../../fault.ts';
import { newJob } from '../jobs/new-job.ts';
import type { DomainOperation } from '../operation.ts';
import { keyRotation, type RotationParameters } from './key-rotation.ts';

interface Asked {
  readonly subjects?: boolean;
}

export const rotateKeys: DomainOperation = {
  types: (input) => ((input.body as Asked).subjects ? 'all' : []),
  run(call) {
    const { subjects = false } = call.input.body as Asked;
    // Whoever sees no data may not have people's records opened and sealed anew either.
    if (subjects && call.role === 'security') {
      const { sentence, promise } = REASONS['role-not-permitted'];
      throw new Refusal(403, ['role-not-permitted'], sentence, { promise });
    }
    const types = subjects ? call.grant!.catalogue.types.map((type) => type.id) : [];
    const parameters = { subjects } satisfies RotationParameters;
    const job = newJob(call, { kind: keyRotation, parameters, types, slot: 'keys' });
    return {
      types: [],
      work: { statements: [job.statement] },
      answer() {
        job.start();
        return { id: toId('job', job.id) };
      },
    };
  },
};
