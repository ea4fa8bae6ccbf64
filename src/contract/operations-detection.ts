/** Detection: alerts, what they do and undo, canary people, and events for a collector. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { clientParams, instant, token } from './schemas.ts';

export const EVENTS_TYPE = 'application/x-ndjson';
export const CANARIES_MAX = 5;

const alert = z.object({
  id: idSchema('alert'),
  rule: z.string(),
  severity: z.string(),
  at: instant,
  /** Ids: users, sessions, a client. */
  about: z.array(z.string()),
  /** The entry that set it off; of the client's ledger where `about` names one in an alert of the provider. */
  index: z.int().nullable(),
  effect: z.string(),
  state: z.enum(['open', 'assigned', 'closed']),
  owner: idSchema('user').nullable(),
  finding: z.string().nullable(),
});
const evidence = z.object({
  index: z.int(),
  at: instant,
  op: z.string(),
  outcome: z.string(),
  actor: z.string(),
  reasons: z.array(z.string()),
  types: z.array(z.string()),
  subjectCount: z.int(),
  /** Only for the client's own side. */
  subjects: z.array(z.string()).optional(),
  session: z.string().nullable(),
  place: z.string(),
});
const alertParams = z.strictObject({ id: idSchema('alert') });
const query = z.strictObject({ state: z.enum(['open', 'assigned', 'closed']).optional() });
const change = z.strictObject({
  state: z.enum(['open', 'assigned', 'closed']),
  /** Whoever calls, when absent. */
  owner: idSchema('user').optional(),
  /** Needed to close. */
  finding: token(60).optional(),
});
const page = z.strictObject({
  from: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
});
const plain = { purpose: null, status: 200, repeatable: false } as const;
const list = {
  ...plain,
  method: 'GET',
  query,
  answers: z.object({ items: z.array(alert) }),
} as const;
const read = {
  ...plain,
  method: 'GET',
  answers: alert.extend({ entries: z.array(evidence) }),
} as const;
const changed = { ...plain, method: 'PATCH', body: change, answers: alert } as const;
const events = { ...plain, method: 'GET', query: page, answers: [EVENTS_TYPE] } as const;
const ofClient = { ledger: 'client', params: clientParams } as const;
const alertOfClient = {
  ledger: 'client',
  params: clientParams.extend({ id: idSchema('alert') }),
} as const;
const subjects = z.object({ items: z.array(idSchema('subject')) });

export const detectionOperations = [
  {
    ...list,
    ...ofClient,
    id: 'alerts.list',
    path: '/clients/{c}/alerts',
    summary: 'Alerts of the client, the latest first',
  },
  {
    ...read,
    ...alertOfClient,
    id: 'alerts.read',
    path: '/clients/{c}/alerts/{id}',
    summary: 'An alert with the entries that led to it',
  },
  {
    ...changed,
    ...alertOfClient,
    id: 'alerts.change',
    path: '/clients/{c}/alerts/{id}',
    summary: 'Give an alert an owner, or close it with a finding',
  },
  {
    ...list,
    id: 'provider-alerts.list',
    path: '/alerts',
    summary: 'Alerts that are about no single client, the latest first',
    ledger: 'provider',
  },
  {
    ...read,
    id: 'provider-alerts.read',
    path: '/alerts/{id}',
    summary: 'An alert that is about no single client',
    ledger: 'provider',
    params: alertParams,
  },
  {
    ...changed,
    id: 'provider-alerts.change',
    path: '/alerts/{id}',
    summary: 'Give such an alert an owner, or close it with a finding',
    ledger: 'provider',
    params: alertParams,
  },
  {
    ...plain,
    ...ofClient,
    id: 'assignments.restore',
    method: 'POST',
    path: '/clients/{c}/assignments/{id}/restoration',
    summary: 'Let an assignment go on that an alert suspended',
    params: clientParams.extend({ id: idSchema('assignment') }),
    answers: z.object({ id: idSchema('assignment') }),
  },
  {
    ...events,
    ...ofClient,
    id: 'events.export',
    path: '/clients/{c}/events',
    summary: 'Entries of the ledger as OCSF events, a line of JSON each; pseudonymous ids only',
  },
  {
    ...events,
    id: 'provider-events.export',
    path: '/events',
    summary: 'The same of the provider’s own ledger',
    ledger: 'provider',
  },
  {
    ...plain,
    ...ofClient,
    id: 'canaries.list',
    method: 'GET',
    path: '/clients/{c}/canaries',
    summary: 'The canary people of the client',
    answers: subjects,
  },
  {
    ...plain,
    ...ofClient,
    id: 'canaries.create',
    method: 'POST',
    path: '/clients/{c}/canaries',
    summary: 'Add invented people whom nobody has a reason to open: any reading of one is an alert',
    body: z.strictObject({ count: z.int().min(1).max(CANARIES_MAX) }),
    answers: subjects,
    status: 201,
  },
  {
    ...plain,
    ...ofClient,
    id: 'canaries.remove',
    method: 'DELETE',
    path: '/clients/{c}/canaries/{sub}',
    summary: 'Remove a canary with everything held of it',
    params: clientParams.extend({ sub: idSchema('subject') }),
    answers: z.object({ id: idSchema('subject') }),
  },
] as const satisfies readonly Operation[];
