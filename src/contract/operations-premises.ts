/** From where and when provider staff work: offices, the client's hours, exceptions, the clock. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { clientParams, date, instant, line, period, token, typeId } from './schemas.ts';

const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 09:00');
const weekly = z
  .strictObject({
    days: z
      .array(z.int().min(1).max(7))
      .min(1)
      .max(7)
      .refine((days) => new Set(days).size === days.length, 'must be different days'),
    from: clock,
    until: z.union([clock, z.literal('24:00')]),
  })
  .refine(({ from, until }) => from < until, 'must open before it closes; split hours at midnight');

/** When work is done: weekly hours, without the public holidays of a place and without further days. */
const hours = {
  zone: token(60),
  hours: z.array(weekly).min(1).max(20),
  holidays: z
    .strictObject({
      country: z.string().regex(/^[A-Z]{2}$/, 'must be a country code such as DE'),
      state: z
        .string()
        .regex(/^[A-Za-z0-9-]{1,10}$/)
        .optional(),
      region: z
        .string()
        .regex(/^[A-Za-z0-9-]{1,10}$/)
        .optional(),
    })
    .optional(),
  /** Further local dates on which nobody works. */
  closed: z.array(date).max(200).default([]),
  ...period,
};
const shownHours = {
  zone: z.string(),
  hours: z.array(z.unknown()),
  closed: z.array(z.string()),
  from: instant,
  until: instant.nullable(),
};

/** Why somebody must work outside hours or premises. */
const EXCEPTION_CODES = [
  'client-asked',
  'service-issue',
  'legal-deadline',
  'data-quality',
  'security-response',
] as const;

const exceptionParams = clientParams.extend({ id: idSchema('exception') });

export const premisesOperations = [
  {
    id: 'offices.open',
    method: 'POST',
    path: '/offices',
    summary: 'Open an office or a VPN pool of the provider, or one in the place of another',
    ledger: 'provider',
    purpose: null,
    body: z.strictObject({
      kind: z.enum(['office', 'vpn']),
      name: line(100),
      networks: z.array(z.string().max(50)).min(1).max(50),
      /** The office that closes in the same moment. */
      replaces: idSchema('office').optional(),
      ...hours,
    }),
    answers: z.object({ id: idSchema('office'), closed: z.array(z.string()) }),
    status: 201,
    repeatable: true,
  },
  {
    id: 'offices.close',
    method: 'POST',
    path: '/offices/{id}/end',
    summary: 'Close an office now, for all clients',
    ledger: 'provider',
    purpose: null,
    params: z.strictObject({ id: idSchema('office') }),
    answers: z.object({ id: idSchema('office') }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'offices.list',
    method: 'GET',
    path: '/offices',
    summary: 'The offices of the provider that are or will be open, with their networks',
    ledger: 'provider',
    purpose: null,
    answers: z.object({
      items: z.array(
        z.object({
          id: idSchema('office'),
          kind: z.string(),
          name: z.string().nullable(),
          networks: z.array(z.string()),
          isOpen: z.boolean(),
          ...shownHours,
        }),
      ),
    }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'hours.agree',
    method: 'POST',
    path: '/clients/{c}/hours',
    summary: 'Lay down when provider staff may work on this client’s data',
    ledger: 'client',
    purpose: null,
    params: clientParams,
    body: z.strictObject(hours),
    answers: z.object({ id: idSchema('hours'), closed: z.array(z.string()) }),
    status: 201,
    repeatable: true,
  },
  {
    id: 'hours.end',
    method: 'POST',
    path: '/clients/{c}/hours/{id}/end',
    summary: 'End these hours now',
    ledger: 'client',
    purpose: null,
    params: clientParams.extend({ id: idSchema('hours') }),
    answers: z.object({ id: idSchema('hours') }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'exceptions.request',
    method: 'POST',
    path: '/exceptions',
    summary: 'Ask for access outside hours or premises, for at most 8 hours',
    ledger: 'provider',
    purpose: null,
    body: z.strictObject({
      client: idSchema('client'),
      types: z.array(typeId).min(1).max(100),
      code: z.enum(EXCEPTION_CODES),
      /** In words; kept sealed, the ledger has its digest. */
      reason: line(1000),
      from: instant.optional(),
      until: instant,
    }),
    answers: z.object({ id: idSchema('exception'), state: z.literal('proposed') }),
    status: 201,
    repeatable: true,
  },
  {
    id: 'exceptions.list',
    method: 'GET',
    path: '/clients/{c}/exceptions',
    summary: 'Exceptions from hours and premises, and which of them nobody has reviewed in time',
    ledger: 'client',
    purpose: null,
    params: clientParams,
    query: z.strictObject({ state: z.enum(['in-force', 'unreviewed', 'late']).optional() }),
    answers: z.object({
      promise: z.object({ id: z.string(), isKept: z.boolean(), late: z.int() }),
      items: z.array(
        z.object({
          id: idSchema('exception'),
          user: idSchema('user'),
          types: z.array(z.string()),
          code: z.string(),
          reason: z.string().nullable(),
          proposedBy: z.string(),
          approvedBy: z.array(z.string()),
          from: instant,
          until: instant,
          isInForce: z.boolean(),
          finding: z.enum(['in-order', 'misused']).nullable(),
          reviewDue: instant,
          isLate: z.boolean(),
        }),
      ),
    }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'exceptions.end',
    method: 'POST',
    path: '/clients/{c}/exceptions/{id}/end',
    summary: 'End this exception now',
    ledger: 'client',
    purpose: null,
    params: exceptionParams,
    answers: z.object({ id: idSchema('exception') }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'exceptions.review',
    method: 'POST',
    path: '/clients/{c}/exceptions/{id}/review',
    summary: 'Record what looking at an exception afterwards has found',
    ledger: 'client',
    purpose: null,
    params: exceptionParams,
    body: z.strictObject({ finding: z.enum(['in-order', 'misused']) }),
    answers: z.object({ id: idSchema('exception') }),
    status: 201,
    repeatable: true,
  },
  {
    id: 'clock.read',
    method: 'GET',
    path: '/clock',
    summary: 'The server’s time, and stops of its clock that nobody has checked',
    ledger: 'provider',
    purpose: null,
    answers: z.object({
      at: instant,
      stops: z.array(z.object({ id: idSchema('clock'), seconds: z.int() })),
    }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'clock.check',
    method: 'POST',
    path: '/clock/{id}/check',
    summary: 'Record that the clock was checked: provider staff reach data again',
    ledger: 'provider',
    purpose: null,
    params: z.strictObject({ id: idSchema('clock') }),
    answers: z.object({ id: idSchema('clock') }),
    status: 201,
    repeatable: false,
  },
] as const satisfies readonly Operation[];
