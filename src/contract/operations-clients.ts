/** Clients of the provider: opening, status, and whether the server lives. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { jurisdictions } from './operations-catalogue.ts';
import { clientParams, line } from './schemas.ts';

export const clientOperations = [
  {
    id: 'health.read',
    method: 'GET',
    path: '/health',
    summary: 'Whether the server answers',
    ledger: null,
    purpose: null,
    answers: z.object({ status: z.literal('ok') }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'clients.list',
    method: 'GET',
    path: '/clients',
    summary: 'The clients that the caller belongs or is assigned to',
    ledger: 'provider',
    purpose: null,
    answers: z.object({
      items: z.array(z.object({ id: idSchema('client'), name: z.string(), status: z.string() })),
    }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'clients.open',
    method: 'POST',
    path: '/clients',
    summary: 'Open a client: its keys, its ledger and the procedures it adopts',
    ledger: 'provider',
    purpose: null,
    body: z.strictObject({ name: line(200), jurisdictions }),
    answers: z.object({ id: idSchema('client') }),
    status: 201,
    repeatable: true,
  },
  {
    id: 'clients.status',
    method: 'PUT',
    path: '/clients/{c}/status',
    summary: 'Set whether the client is active, frozen, sealed or ended',
    ledger: 'client',
    purpose: null,
    params: clientParams,
    body: z.strictObject({ status: z.enum(['active', 'frozen', 'sealed', 'ended']) }),
    answers: z.object({ status: z.string() }),
    status: 200,
    repeatable: false,
  },
] as const satisfies readonly Operation[];
