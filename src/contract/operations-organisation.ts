/** Who reports to whom. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { clientParams, date } from './schemas.ts';

const node = z.object({
  id: idSchema('subject'),
  staffNumber: z.string().nullable(),
  name: z.string().nullable(),
  title: z.string().nullable(),
  department: z.string().nullable(),
  /** Null at the top, and where the caller does not see the manager. */
  manager: idSchema('subject').nullable(),
  /** How far below the first ones of the page. */
  level: z.int(),
  /** Reports whom the caller sees: direct ones, and all. */
  direct: z.int(),
  total: z.int(),
  /** Why the person has no place in the tree; null for everybody who has one. */
  reason: z.enum(['no-job', 'own-manager', 'manager-unknown', 'manager-left', 'circle']).nullable(),
});

export const organisationOperations = [
  {
    id: 'organisation.read',
    method: 'GET',
    path: '/clients/{c}/organisation',
    summary:
      'Who reports to whom: from the top, or from one person; `unplaced=true` lists who has no place',
    ledger: 'client',
    purpose: 'hr-administration',
    params: clientParams,
    query: z.strictObject({
      root: idSchema('subject').optional(),
      depth: z.coerce.number().int().min(0).max(20).default(1),
      /** The day that the tree is of; today when absent. Whom the caller sees is today's. */
      at: date.optional(),
      unplaced: z.enum(['true', 'false']).default('false'),
      limit: z.coerce.number().int().min(1).max(500).default(100),
      cursor: z.string().max(1000).optional(),
    }),
    answers: z.object({
      at: date,
      path: z.array(node),
      nodes: z.array(node),
      total: z.int(),
      next: z.string().nullable(),
      /** How many people have no place in the tree, by reason. */
      unplaced: z.record(z.string(), z.int()),
    }),
    status: 200,
    repeatable: false,
  },
] as const satisfies readonly Operation[];
