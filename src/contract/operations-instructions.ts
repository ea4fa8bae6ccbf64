/** What the provider does about a client's instructions: drafts one, or holds one to infringe the law. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { clientParams, country, period, purpose, sha256, token, typeId } from './schemas.ts';

/** Purposes × record types × recipients × transfers × period. */
export const instructionBody = z.strictObject({
  purposes: z.array(purpose).min(1).max(6),
  types: z.array(typeId).min(1).max(100),
  recipients: z.array(token(100)).max(20).default([]),
  /** Countries outside that data may be transferred to (ISO 3166-1 alpha-2). */
  transfers: z.array(country).max(250).default([]),
  /** The instruction that this one replaces, at once. */
  amends: idSchema('instruction').nullable().default(null),
  document: sha256,
  ...period,
});

const params = clientParams.extend({ id: idSchema('instruction') });

export const instructionOperations = [
  {
    id: 'instructions.draft',
    method: 'POST',
    path: '/clients/{c}/instruction-drafts',
    summary: 'Draft an instruction for the client to give (the provider)',
    ledger: 'client',
    purpose: 'hr-administration',
    params: clientParams,
    body: instructionBody,
    answers: z.object({ id: idSchema('instruction'), state: z.enum(['proposed']) }),
    status: 201,
    repeatable: true,
  },
  {
    id: 'instructions.flag',
    method: 'POST',
    path: '/clients/{c}/instructions/{id}/flag',
    summary: 'Hold an instruction to infringe the law: it is suspended, and the client is told why',
    ledger: 'client',
    purpose: null,
    params,
    body: z.strictObject({
      reason: z
        .string()
        .trim()
        .min(10)
        .max(4000)
        .refine((text) => text.isWellFormed()),
    }),
    answers: z.object({ id: idSchema('instruction'), alert: idSchema('alert') }),
    status: 201,
    repeatable: true,
  },
  {
    id: 'instructions.clear',
    method: 'POST',
    path: '/clients/{c}/instructions/{id}/clearance',
    summary: 'Clear an instruction that was held to infringe the law',
    ledger: 'client',
    purpose: null,
    params,
    answers: z.object({ id: idSchema('instruction') }),
    status: 201,
    repeatable: true,
  },
] as const satisfies readonly Operation[];
