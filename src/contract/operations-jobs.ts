/** Jobs: long work of a client that goes on in the background. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { clientParams } from './schemas.ts';

const status = z.object({
  id: idSchema('job'),
  kind: z.string(),
  state: z.enum(['queued', 'running', 'done', 'refused', 'failed', 'cancelled', 'interrupted']),
  progress: z.object({ done: z.int(), total: z.int() }),
  reasons: z.array(z.string()),
});

const ofClient = {
  ledger: 'client',
  purpose: 'hr-administration',
  params: clientParams,
} as const;
const ofJob = { ...ofClient, params: clientParams.extend({ id: idSchema('job') }) };

export const jobOperations = [
  {
    ...ofClient,
    id: 'jobs.list',
    method: 'GET',
    path: '/clients/{c}/jobs',
    summary: 'The jobs of the client, the newest first, 200 at most',
    answers: z.object({ items: z.array(status) }),
    status: 200,
    repeatable: false,
  },
  {
    ...ofJob,
    id: 'jobs.read',
    method: 'GET',
    path: '/clients/{c}/jobs/{id}',
    summary: 'How far a job is, and why it ended',
    answers: status,
    status: 200,
    repeatable: false,
  },
  {
    ...ofJob,
    id: 'jobs.cancel',
    method: 'POST',
    path: '/clients/{c}/jobs/{id}/cancellation',
    summary: 'Stop a job before its next step; what it has done stands',
    answers: status,
    status: 200,
    repeatable: false,
  },
  {
    ...ofJob,
    id: 'jobs.resume',
    method: 'POST',
    path: '/clients/{c}/jobs/{id}/resumption',
    summary: 'Carry on a job that was interrupted, refused or failed, in the own name',
    answers: status,
    status: 200,
    repeatable: false,
  },
] as const satisfies readonly Operation[];
