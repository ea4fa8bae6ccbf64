/** Who of the provider works for a client: proposed by the provider, approved by the client, ended by
 * either; and what else is proposed and waits for approval. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { clientParams, line, period, sha256 } from './schemas.ts';

const limit = z.int().min(0).max(1_000_000_000).nullable();

/** `terms` is the digest of what was proposed. */
const proposed = z.object({ id: z.string(), state: z.enum(['proposed']), terms: sha256 });

const assignment = z.strictObject({
  user: idSchema('user'),
  team: z.enum(['product', 'servicing']),
  ...period,
  /** Needed where the client demands signatures, and so is `until`. */
  reason: line(500).optional(),
  /** People opened per clock hour and per day of UTC, rows released per day of UTC; null: no limit. */
  budget: z
    .strictObject({ peoplePerHour: limit, peoplePerDay: limit, rowsPerDay: limit })
    .optional(),
  /** The assignment that this one goes on from. */
  extends: idSchema('assignment').optional(),
});

const kind = z.enum([
  'agreements',
  'notices',
  'instructions',
  'assignments',
  'procedures',
  'exceptions',
]);

const write = { ledger: 'client', purpose: null } as const;
const proposal = clientParams.extend({ kind, id: z.string().max(40) });

export const assignmentOperations = [
  {
    ...write,
    id: 'assignments.start',
    method: 'POST',
    path: '/clients/{c}/assignments',
    summary: 'Propose the assignment of a provider user to this client',
    params: clientParams,
    body: assignment,
    answers: proposed,
    status: 201,
    repeatable: true,
  },
  {
    ...write,
    id: 'assignments.revise',
    method: 'PUT',
    path: '/clients/{c}/assignments/{id}/proposal',
    summary: 'Propose something else instead; approvals of what it was before count no more',
    params: clientParams.extend({ id: idSchema('assignment') }),
    body: assignment,
    answers: proposed,
    status: 200,
    repeatable: false,
  },
  {
    ...write,
    id: 'proposals.approve',
    method: 'POST',
    path: '/clients/{c}/{kind}/{id}/approval',
    summary: 'Approve what was proposed: it is in force once enough have approved it',
    params: proposal,
    /** The digest of what the approver saw (assignments and exceptions). */
    body: z.strictObject({ terms: sha256.optional() }),
    answers: z.object({
      id: z.string(),
      state: z.enum(['proposed', 'in-force']),
      /** While more are needed: how many have approved, and of how many. */
      approvals: z.int().optional(),
      needed: z.int().optional(),
    }),
    status: 201,
    repeatable: true,
  },
  {
    ...write,
    id: 'proposals.withdraw',
    method: 'DELETE',
    path: '/clients/{c}/{kind}/{id}/proposal',
    summary: 'Take back or decline what was proposed',
    params: proposal,
    answers: z.object({ id: z.string() }),
    status: 200,
    repeatable: false,
  },
  {
    ...write,
    id: 'proposals.list',
    method: 'GET',
    path: '/clients/{c}/proposals',
    summary: 'What has been proposed and waits for approval',
    params: clientParams,
    answers: z.object({
      items: z.array(
        z.object({
          id: z.string(),
          kind: z.string(),
          by: z.string(),
          fact: z.unknown(),
          procedures: z.unknown(),
          /** Of assignments and exceptions. */
          reason: z.string().nullable().optional(),
          terms: sha256.optional(),
          approvedBy: z.array(z.string()).optional(),
          approvals: z.int().optional(),
          needed: z.int().optional(),
        }),
      ),
    }),
    status: 200,
    repeatable: false,
  },
  {
    ...write,
    id: 'assignments.end',
    method: 'POST',
    path: '/clients/{c}/assignments/{id}/end',
    summary: 'End this assignment now',
    params: clientParams.extend({ id: idSchema('assignment') }),
    answers: z.object({ id: z.string() }),
    status: 200,
    repeatable: false,
  },
] as const satisfies readonly Operation[];
