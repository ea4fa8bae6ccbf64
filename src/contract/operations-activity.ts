/** Who saw it: what was done with a client's data, as a list, as it happens, and for one person. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { clientParams, instant, purpose, subjectParams, token } from './schemas.ts';

const outcome = z.enum(['allowed', 'refused', 'failed']);
const place = z.object({
  kind: z.enum(['office', 'vpn', 'exception', 'unchecked']),
  id: z.string().nullable(),
});
/** `traced`: somebody looked up who saw a person. */
const did = z.enum(['opened', 'listed', 'counted', 'changed', 'traced', 'other']);
const filters = {
  subject: idSchema('subject').optional(),
  user: idSchema('user').optional(),
  purpose: purpose.optional(),
  op: token(60).optional(),
  outcome: outcome.optional(),
};
const times = { from: instant.optional(), until: instant.optional() };
const page = {
  ...times,
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(1000).optional(),
};
const common = {
  /** The index of the entry in the client's ledger. */
  entry: z.int(),
  at: z.string(),
  op: z.string(),
  did,
  purpose: z.string().nullable(),
  instruction: z.string().nullable(),
  types: z.array(z.string()),
  outcome,
  place,
};

const activityItem = z.object({
  ...common,
  kind: z.enum(['access', 'fact', 'system']),
  /** `usr_…`, or `sys:` and a name; the name of a user for those entitled to it. */
  who: z.object({
    id: z.string(),
    name: z.string().nullable(),
    side: z.string(),
    role: z.string().nullable(),
  }),
  /** How many people the entry names, and who: the one that was asked for, or the only one. */
  people: z.int(),
  subject: idSchema('subject').nullable(),
  rows: z.int().nullable(),
  changes: z.int(),
  reasons: z.array(z.string()),
  authentication: z.string(),
  /** The job or import that acted for the user. */
  via: z.string().nullable(),
  fact: z.string().nullable(),
});
export type ActivityItem = z.output<typeof activityItem>;

const sightItem = z.object({
  ...common,
  /** Who it was is told to HR, and of oneself. */
  who: z.object({
    isSelf: z.boolean(),
    id: z.string().nullable(),
    name: z.string().nullable(),
    side: z.string(),
    role: z.string().nullable(),
  }),
  byJob: z.boolean(),
});
export type SightItem = z.output<typeof sightItem>;

export const activityOperations = [
  {
    id: 'activity.list',
    method: 'GET',
    path: '/clients/{c}/activity',
    summary: 'Everything that was done with the client’s data, newest first; as CSV, all of it',
    ledger: 'client',
    purpose: null,
    params: clientParams,
    query: z.strictObject({ ...filters, ...page }),
    answers: z.object({ items: z.array(activityItem), next: z.string().nullable() }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'activity.stream',
    method: 'GET',
    path: '/clients/{c}/activity/stream',
    summary: 'The same as it happens, as server-sent events that can be resumed',
    ledger: 'client',
    purpose: null,
    params: clientParams,
    query: z.strictObject({
      ...filters,
      /** Everything after this entry first; `Last-Event-ID` says the same and goes before. */
      after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
      /** `false`: what there is, and then the end. */
      follow: z.enum(['true', 'false']).default('true'),
    }),
    answers: 'text/event-stream',
    status: 200,
    repeatable: false,
  },
  {
    id: 'activity.mine',
    method: 'GET',
    path: '/clients/{c}/staff/{sub}/activity',
    summary: 'Who opened, listed, counted or changed one person’s data, newest first',
    ledger: 'client',
    purpose: null,
    params: subjectParams,
    query: z.strictObject(page),
    answers: z.object({ items: z.array(sightItem), next: z.string().nullable() }),
    status: 200,
    repeatable: false,
  },
] as const satisfies readonly Operation[];
