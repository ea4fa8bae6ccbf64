/** The versions of the texts that people sign or accept, and who is reminded of them. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { clientParams, instant, sha256, token } from './schemas.ts';

const version = token(40);
/** But for tabs and line ends; and what turns the reading of a line round. */
const CONTROLS = /[[\p{Cc}--[\t\n\r]]\u202A-\u202E\u2066-\u2069]/v;
/** Plain text or Markdown, as it is shown. */
const text = z
  .string()
  .min(1)
  .max(200_000)
  .refine(
    (value) => value.isWellFormed() && !CONTROLS.test(value),
    'must be text without control characters',
  );

const published = {
  id: idSchema('text'),
  kind: z.enum(['nda', 'agreement', 'notice']),
  version: z.union([z.string(), z.number()]),
  document: sha256,
  mandatory: z.boolean(),
  from: instant,
};

const publish = {
  method: 'POST',
  purpose: null,
  answers: z.object({ id: idSchema('text'), document: sha256 }),
  status: 201,
  repeatable: true,
} as const;
const body = {
  version,
  text,
  /** Whoever accepted only an earlier version is not covered from `from` on. */
  mandatory: z.boolean(),
  /** From now on unless told. */
  from: instant.optional(),
};

const list = {
  method: 'GET',
  purpose: null,
  answers: z.object({ items: z.array(z.object(published)) }),
  status: 200,
  repeatable: false,
} as const;

const read = {
  method: 'GET',
  purpose: null,
  query: z.strictObject({ part: z.coerce.number().int().min(1).max(1000).default(1) }),
  answers: z.object({
    ...published,
    part: z.int(),
    parts: z.int(),
    text: z.string(),
    /** Whether the caller has now viewed all parts. */
    viewed: z.boolean(),
  }),
  status: 200,
  repeatable: false,
} as const;

const textParams = z.strictObject({ id: idSchema('text') });

export const textOperations = [
  {
    ...publish,
    id: 'texts.publish',
    path: '/texts',
    summary:
      'Publish a version of the non-disclosure agreement, or of the privacy notice for all clients',
    ledger: 'provider',
    body: z.strictObject({ kind: z.enum(['nda', 'notice']), ...body }),
  },
  {
    ...list,
    id: 'texts.list',
    path: '/texts',
    summary: 'Every version that was published for all',
    ledger: 'provider',
  },
  {
    ...read,
    id: 'texts.read',
    path: '/texts/{id}',
    summary: 'Read a text, part by part; how far it was viewed is recorded',
    ledger: 'provider',
    params: textParams,
  },
  {
    ...publish,
    id: 'client-texts.publish',
    path: '/clients/{c}/texts',
    summary: 'Publish a version of the agreement with this client',
    ledger: 'client',
    params: clientParams,
    body: z.strictObject({ kind: z.enum(['agreement']), ...body }),
  },
  {
    ...list,
    id: 'client-texts.list',
    path: '/clients/{c}/texts',
    summary:
      'Every version of agreement, notice and non-disclosure agreement that concerns this client',
    ledger: 'client',
    params: clientParams,
  },
  {
    ...read,
    id: 'client-texts.read',
    path: '/clients/{c}/texts/{id}',
    summary: 'Read a text, part by part; how far it was viewed is recorded',
    ledger: 'client',
    params: clientParams.extend({ id: idSchema('text') }),
  },
  {
    id: 'ndas.list',
    method: 'GET',
    path: '/users/{id}/ndas',
    summary: 'Every non-disclosure agreement that a user ever signed',
    ledger: 'provider',
    purpose: null,
    params: z.strictObject({ id: idSchema('user') }),
    answers: z.object({
      items: z.array(
        z.object({
          id: idSchema('nda'),
          document: sha256,
          version: z.union([z.string(), z.number()]),
          from: instant,
          until: instant.nullable(),
          signed: z.boolean(),
          state: z.enum(['future', 'in-force', 'superseded', 'over']),
        }),
      ),
    }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'reminders.list',
    method: 'GET',
    path: '/reminders',
    summary:
      'Non-disclosure agreements that end within 30 days, or are missing: one’s own; to operators everybody’s',
    ledger: 'provider',
    purpose: null,
    answers: z.object({
      items: z.array(
        z.object({
          user: idSchema('user'),
          /** The agreement that covers longest; null where none does. */
          nda: idSchema('nda').nullable(),
          until: instant.nullable(),
          state: z.enum(['due-30', 'due-7', 'missing']),
        }),
      ),
    }),
    status: 200,
    repeatable: false,
  },
] as const satisfies readonly Operation[];
