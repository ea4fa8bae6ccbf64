/** Who may reach data, and under which agreement, notice, instruction and assignment. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { instructionBody } from './operations-instructions.ts';
import { clientParams, instant, line, period, role, sha256, token } from './schemas.ts';

const userParams = z.strictObject({ id: idSchema('user') });
const document = { document: sha256, version: token(40) };
const state = z.object({ id: z.string(), state: z.enum(['proposed', 'in-force']) });

const fact = {
  ledger: 'client',
  method: 'POST',
  purpose: null,
  params: clientParams,
  status: 201,
  repeatable: true,
} as const;

function ending<const I extends string, const K extends 'agreement' | 'notice' | 'instruction'>(
  id: I,
  kind: K,
) {
  return {
    id,
    method: 'POST',
    path: `/clients/{c}/${kind}s/{id}/end`,
    summary: `End this ${kind} now`,
    ledger: 'client',
    purpose: null,
    params: clientParams.extend({ id: idSchema(kind) }),
    answers: z.object({ id: z.string() }),
    status: 200,
    repeatable: false,
  } as const;
}

export const accessOperations = [
  {
    id: 'users.register',
    method: 'POST',
    path: '/users',
    summary: 'Register a user of the provider, or of a client',
    ledger: 'provider',
    purpose: null,
    body: z.strictObject({
      side: z.enum(['provider', 'client']),
      client: idSchema('client').optional(),
      roles: z
        .array(role)
        .min(1)
        .max(4)
        .refine((roles) => new Set(roles).size === roles.length, 'must be different ones'),
      name: line(200),
      address: z.email().max(254),
      /** The staff record of a client's manager or employee. */
      subject: idSchema('subject').optional(),
      /** Another user of the same person, for instance of another client. */
      person: idSchema('person').optional(),
    }),
    answers: z.object({ id: idSchema('user'), person: idSchema('person') }),
    status: 201,
    repeatable: true,
  },
  {
    id: 'users.disable',
    method: 'POST',
    path: '/users/{id}/disablement',
    summary: 'Disable a user at once, everywhere',
    ledger: 'provider',
    purpose: null,
    params: userParams,
    answers: z.object({ id: idSchema('user') }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'tokens.issue',
    method: 'POST',
    path: '/users/{id}/tokens',
    summary: 'Issue a bearer token; it is shown once',
    ledger: 'provider',
    purpose: null,
    params: userParams,
    body: z.strictObject({ until: instant.optional() }),
    answers: z.object({ id: idSchema('token'), token: z.string(), until: instant }),
    status: 201,
    repeatable: false,
  },
  {
    id: 'tokens.revoke',
    method: 'DELETE',
    path: '/tokens/{id}',
    summary: 'Revoke a token at once',
    ledger: 'provider',
    purpose: null,
    params: z.strictObject({ id: idSchema('token') }),
    answers: z.object({ id: idSchema('token') }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'ndas.sign',
    method: 'POST',
    path: '/users/{id}/ndas',
    summary: 'Record a signed non-disclosure agreement',
    ledger: 'provider',
    purpose: null,
    params: userParams,
    body: z.strictObject({ ...document, ...period }),
    answers: z.object({ id: idSchema('nda') }),
    status: 201,
    repeatable: true,
  },
  {
    id: 'ndas.end',
    method: 'POST',
    path: '/ndas/{id}/end',
    summary: 'End a non-disclosure agreement now',
    ledger: 'provider',
    purpose: null,
    params: z.strictObject({ id: idSchema('nda') }),
    answers: z.object({ id: idSchema('nda') }),
    status: 200,
    repeatable: false,
  },
  {
    ...fact,
    id: 'agreements.accept',
    path: '/clients/{c}/agreements',
    summary: 'Accept the service agreement (an hr user proposes, an executive accepts)',
    body: z.strictObject({ ...document, ...period }),
    answers: state,
  },
  {
    ...fact,
    id: 'notices.accept',
    path: '/clients/{c}/notices',
    summary: 'Acknowledge the privacy notice (an hr user proposes, an executive accepts)',
    body: z.strictObject({ ...document, ...period }),
    answers: state,
  },
  {
    ...fact,
    id: 'instructions.give',
    path: '/clients/{c}/instructions',
    summary: 'Give a written instruction (an hr user proposes, an executive gives)',
    body: instructionBody,
    answers: state,
  },
  ending('agreements.end', 'agreement'),
  ending('notices.end', 'notice'),
  ending('instructions.end', 'instruction'),
  {
    id: 'authority.read',
    method: 'GET',
    path: '/clients/{c}/authority',
    summary: 'Which facts are in force, now or at a time',
    ledger: 'client',
    purpose: null,
    params: clientParams,
    query: z.strictObject({ at: instant.optional() }),
    answers: z.object({
      at: instant,
      status: z.string(),
      users: z.array(z.unknown()),
      ndas: z.array(z.unknown()),
      agreements: z.array(z.unknown()),
      notices: z.array(z.unknown()),
      instructions: z.array(z.unknown()),
      assignments: z.array(z.unknown()),
      catalogue: z.unknown(),
      policies: z.unknown(),
      rules: z.unknown(),
      /** Instructions that are suspended: the provider holds them to infringe the law. */
      flagged: z.array(z.unknown()),
    }),
    status: 200,
    repeatable: false,
  },
] as const satisfies readonly Operation[];
