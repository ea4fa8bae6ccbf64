/** The client's reviews of who has access: every quarter, answered in 14 days. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { clientParams, instant } from './schemas.ts';

const counts = z.record(z.string(), z.int());
const reviewParams = clientParams.extend({ id: idSchema('review') });
const summary = z.object({
  id: idSchema('review'),
  openedAt: instant,
  due: instant,
  state: z.enum(['open', 'closed']),
  assignments: z.int(),
  kept: z.int(),
  undecided: z.int(),
});

export const reviewOperations = [
  {
    id: 'reviews.list',
    method: 'GET',
    path: '/clients/{c}/reviews',
    summary: 'The reviews of who has access, the latest first',
    ledger: 'client',
    purpose: null,
    params: clientParams,
    answers: z.object({ items: z.array(summary) }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'reviews.read',
    method: 'GET',
    path: '/clients/{c}/reviews/{id}',
    summary: 'Who has access, how often they used it, and what for',
    ledger: 'client',
    purpose: null,
    params: reviewParams,
    answers: summary.extend({
      items: z.array(
        z.object({
          assignment: idSchema('assignment'),
          user: idSchema('user'),
          name: z.string().nullable(),
          team: z.string(),
          from: instant,
          until: instant.nullable(),
          budget: z.unknown(),
          reason: z.string().nullable(),
          isCurrent: z.boolean(),
          /** Whether it was kept; null while nobody has decided. */
          kept: z.boolean().nullable(),
          /** Since the review before this one. */
          calls: z.int(),
          refused: z.int(),
          people: z.int(),
          rows: z.int(),
          lastUsedAt: instant.nullable(),
          byOperation: counts,
          byPurpose: counts,
        }),
      ),
    }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'reviews.decide',
    method: 'POST',
    path: '/clients/{c}/reviews/{id}/decisions',
    summary: 'Keep or end assignments that the review lists',
    ledger: 'client',
    purpose: null,
    params: reviewParams,
    body: z.strictObject({
      decisions: z
        .array(z.strictObject({ assignment: idSchema('assignment'), keep: z.boolean() }))
        .min(1)
        .max(100),
    }),
    answers: summary,
    status: 201,
    repeatable: false,
  },
] as const satisfies readonly Operation[];
