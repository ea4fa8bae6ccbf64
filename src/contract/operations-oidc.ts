/** Signing in with a client's own identity provider (OpenID Connect). */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { clientParams, line } from './schemas.ts';

const issuer = z.url().max(300);
const text = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[!-~]+$/, 'must be printable, without spaces');

const settings = {
  ledger: 'client',
  path: '/clients/{c}/identity-provider',
  purpose: null,
  params: clientParams,
  status: 200,
  repeatable: false,
} as const;

export const oidcOperations = [
  {
    ...settings,
    id: 'identity-provider.read',
    method: 'GET',
    summary: 'The identity provider that the client’s people may sign in with',
    answers: z.object({
      issuer: z.string(),
      clientId: z.string(),
      redirectUri: z.string(),
    }),
  },
  {
    ...settings,
    id: 'identity-provider.set',
    method: 'PUT',
    summary: 'Let the client’s people sign in with this identity provider',
    body: z.strictObject({ issuer, clientId: text, clientSecret: text }),
    answers: z.object({
      issuer: z.string(),
      clientId: z.string(),
      redirectUri: z.string(),
    }),
    stepUp: true,
  },
  {
    ...settings,
    id: 'identity-provider.remove',
    method: 'DELETE',
    summary: 'Let nobody sign in with an identity provider any more; their sessions end',
    answers: z.object({ issuer: z.string() }),
    stepUp: true,
  },
  {
    id: 'oidc.start',
    method: 'POST',
    path: '/sign-in/oidc',
    summary: 'Where the browser goes to sign in with the identity provider of this client',
    ledger: null,
    purpose: null,
    body: z.strictObject({ client: idSchema('client') }),
    answers: z.object({ location: z.string() }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'oidc.callback',
    method: 'GET',
    path: '/sign-in/oidc/callback',
    summary: 'Where the identity provider sends the browser back to',
    ledger: null,
    purpose: null,
    query: z.object({
      code: line(4000).optional(),
      state: line(300).optional(),
      iss: line(300).optional(),
      error: line(300).optional(),
    }),
    answers: z.unknown(),
    status: 303,
    repeatable: false,
  },
] as const satisfies readonly Operation[];
