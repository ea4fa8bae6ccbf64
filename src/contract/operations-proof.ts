/** What an outsider needs to check the promises: checkpoint, entries, proofs, evidence. */
import { z } from 'zod';
import type { Operation } from './operation.ts';
import { clientParams } from './schemas.ts';

const index = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const read = {
  method: 'GET',
  ledger: 'client',
  purpose: null,
  params: clientParams,
  status: 200,
  repeatable: false,
} as const;

export const proofOperations = [
  {
    ...read,
    id: 'ledger.checkpoint',
    path: '/clients/{c}/ledger/checkpoint',
    summary: 'The signed checkpoint of the ledger, this call included',
    answers: 'text/plain',
  },
  {
    ...read,
    id: 'ledger.entries',
    path: '/clients/{c}/ledger/entries',
    summary: 'Entries of the ledger, in order',
    query: z.strictObject({
      from: index.default(0),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    answers: z.object({ size: z.int(), entries: z.array(z.unknown()) }),
  },
  {
    ...read,
    id: 'ledger.proof',
    path: '/clients/{c}/ledger/proof',
    summary: 'The proof that an entry is in the ledger (C2SP tlog-proof)',
    query: z.strictObject({ index }),
    answers: 'text/plain',
  },
  {
    ...read,
    id: 'ledger.consistency',
    path: '/clients/{c}/ledger/consistency',
    summary: 'The proof that the ledger at `from` is a prefix of the ledger now',
    query: z.strictObject({ from: index }),
    answers: z.object({
      from: z.int(),
      proof: z.array(z.string()),
      checkpoint: z.string(),
    }),
  },
  {
    ...read,
    id: 'evidence.export',
    method: 'POST',
    path: '/clients/{c}/evidence',
    summary: 'The evidence bundle, this call included as its last entry',
    answers: 'application/zip',
  },
] as const satisfies readonly Operation[];
