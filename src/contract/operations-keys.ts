/** The keys of a client: what there is, and changing them. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { clientParams, instant, token } from './schemas.ts';

const item = z.object({
  id: z.string(),
  key: z.string(),
  version: z.int(),
  purpose: z.string(),
  algorithm: z.string(),
  parent: z.string(),
  wrappedUnder: z.int().nullable(),
  state: z.enum(['active', 'deactivated', 'compromised', 'destroyed', 'destroyed-compromised']),
  count: z.int(),
  created: instant.nullable(),
  activated: instant.nullable(),
  deactivated: instant.nullable(),
  compromised: instant.nullable(),
  destroyed: instant.nullable(),
});

export const keyOperations = [
  {
    id: 'keys.list',
    method: 'GET',
    path: '/clients/{c}/keys',
    summary: 'The keys of the client and their states (NIST SP 800-57); never a key itself',
    ledger: 'client',
    purpose: null,
    params: clientParams,
    answers: z.object({
      items: z.array(item),
      advice: z.array(z.string()),
      faults: z.array(z.string()),
    }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'keys.compromise',
    method: 'POST',
    path: '/clients/{c}/keys/compromise',
    summary: 'Record that a version of a key may be known to somebody who must not know it',
    ledger: 'client',
    purpose: null,
    params: clientParams,
    body: z.strictObject({ key: token(20), version: z.int().min(1) }),
    answers: z.object({ id: z.string(), state: z.string() }),
    status: 200,
    repeatable: false,
  },
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
