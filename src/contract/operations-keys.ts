/** The keys of a client: changing them. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { clientParams } from './schemas.ts';

export const keyOperations = [
  {
    id: 'keys.rotate',
    method: 'POST',
    path: '/clients/{c}/keys/rotation',
    summary: 'Change the keys of the client, in a job, while everything goes on',
    ledger: 'client',
    purpose: null,
    params: clientParams,
    body: z.strictObject({ subjects: z.boolean().default(false) }),
    answers: z.object({ id: idSchema('job') }),
    status: 202,
    repeatable: false,
  },
] as const satisfies readonly Operation[];
