/** Facts that a person signs with a passkey: what would be recorded is shown first, then signed. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { clientParams, instant, sha256, token } from './schemas.ts';

/** Binary, base64url without padding; `max` in characters. */
const binary = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[A-Za-z0-9_-]+$/, 'must be base64url without padding');

const offer = {
  method: 'POST',
  purpose: null,
  body: z.strictObject({
    /** The operation that records the fact, with what it would be called with. */
    operation: token(60),
    params: z.record(z.string().max(40), z.string().max(100)).default({}),
    body: z.unknown().optional(),
  }),
  answers: z.object({
    id: idSchema('offer'),
    statement: z.looseObject({}),
    /** SHA-256 of the RFC 8785 form of the statement: what the passkey signs. */
    challenge: z.string(),
    /** The caller's own: one of them is to sign. */
    passkeys: z.array(z.object({ credential: z.string(), rpId: z.string() })),
    documents: z.array(z.object({ document: sha256, text: z.string().nullable() })),
    until: instant,
  }),
  status: 201,
  repeatable: false,
} as const;

const signature = {
  method: 'POST',
  purpose: null,
  body: z.strictObject({
    credential: binary(1400),
    authenticatorData: binary(1400),
    clientDataJSON: binary(2800),
    signature: binary(1400),
  }),
  /** What the operation itself answers. */
  answers: z.looseObject({}),
  status: 201,
  repeatable: false,
} as const;

export const signingOperations = [
  {
    ...offer,
    id: 'signing.offer',
    // For the provider's staff, whose every call at a client has a purpose; what is signed has its own.
    purpose: 'hr-administration',
    path: '/clients/{c}/signing-offers',
    summary: 'Show what would be recorded, so that it can be signed',
    ledger: 'client',
    params: clientParams,
  },
  {
    ...signature,
    id: 'signing.sign',
    path: '/clients/{c}/signing-offers/{id}/signature',
    summary: 'Sign what was shown: it is recorded with the signature, once',
    ledger: 'client',
    params: clientParams.extend({ id: idSchema('offer') }),
  },
  {
    ...offer,
    id: 'provider-signing.offer',
    path: '/signing-offers',
    summary: 'Show what would be recorded in the provider’s ledger, so that it can be signed',
    ledger: 'provider',
  },
  {
    ...signature,
    id: 'provider-signing.sign',
    path: '/signing-offers/{id}/signature',
    summary: 'Sign what was shown for the provider’s ledger: it is recorded once',
    ledger: 'provider',
    params: z.strictObject({ id: idSchema('offer') }),
  },
] as const satisfies readonly Operation[];
