/** The client's own switches: stopping the provider, shutting everybody out, having people erased. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { clientParams, sha256 } from './schemas.ts';

const ERASED_MAX = 100;

const write = {
  method: 'POST',
  ledger: 'client',
  purpose: null,
  status: 201,
  repeatable: false,
} as const;
const suspension = z.object({ id: idSchema('suspension') });

export const killSwitchOperations = [
  {
    ...write,
    id: 'access.suspend',
    path: '/clients/{c}/suspensions',
    summary: 'Stop all access by the provider, and everything of it that is under way, now',
    params: clientParams,
    answers: suspension,
  },
  {
    ...write,
    id: 'seals.prepare',
    path: '/clients/{c}/seals',
    summary:
      'Get a seal code, shown once: without it a client that is sealed off stays so for ever',
    params: clientParams,
    answers: z.object({ seal: z.int(), code: z.string() }),
  },
  {
    ...write,
    id: 'seals.close',
    path: '/clients/{c}/seals/{seal}/closing',
    summary: 'Seal the client off: nobody can open its data until the code opens the seal',
    params: clientParams.extend({ seal: z.string().regex(/^[1-9][0-9]{0,5}$/) }),
    answers: suspension,
  },
  {
    ...write,
    id: 'seals.open',
    path: '/clients/{c}/seals/opening',
    summary: 'Open the seal with its code; the suspension is then still to be lifted',
    params: clientParams,
    body: z.strictObject({ code: z.string().max(120) }),
    answers: z.object({ seal: z.int() }),
    status: 200,
  },
  {
    ...write,
    id: 'access.resume',
    path: '/clients/{c}/suspensions/{id}/end',
    summary: 'Lift a suspension',
    params: clientParams.extend({ id: idSchema('suspension') }),
    answers: suspension,
    status: 200,
  },
  {
    ...write,
    id: 'people.erase',
    path: '/clients/{c}/erasures',
    summary:
      'Erase people: their keys are destroyed and nothing of them stays but pseudonymous ids',
    params: clientParams,
    body: z.strictObject({
      subjects: z
        .array(idSchema('subject'))
        .min(1)
        .max(ERASED_MAX)
        .refine((ids) => new Set(ids).size === ids.length, 'must be different ones'),
      /** The written order. */
      document: sha256,
    }),
    answers: z.object({ id: idSchema('erasure'), records: z.int() }),
  },
] as const satisfies readonly Operation[];
