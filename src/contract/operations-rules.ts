/** What a client demands of how access to its data is given. */
import { z } from 'zod';
import type { Operation } from './operation.ts';
import { clientParams } from './schemas.ts';

const rules = {
  /** Facts that bind somebody need that person's signature. */
  signed: z.boolean(),
  /** Provider staff need one of the provider's offices, or an exception. */
  places: z.boolean(),
  /** Assignments end unless the client's reviews keep them. */
  reviews: z.boolean(),
  /** How many persons of the client approve an assignment. */
  approvals: z.int().min(1).max(10),
  /** Whether exceptions need the client's approval, too. */
  clientApprovesExceptions: z.boolean(),
};

export const rulesOperations = [
  {
    id: 'rules.set',
    method: 'PUT',
    path: '/clients/{c}/rules',
    summary:
      'Set what the client demands: signatures, places and reviews stay demanded once they are',
    ledger: 'client',
    purpose: null,
    params: clientParams,
    body: z.strictObject(rules),
    answers: z.object(rules),
    status: 200,
    repeatable: false,
  },
] as const satisfies readonly Operation[];
