/** Imports of staff files: started, followed, cancelled, carried on and undone. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { clientParams, instant } from './schemas.ts';

const fault = z.object({ row: z.int(), column: z.string(), reason: z.string() });
const status = z.object({
  id: idSchema('import'),
  mode: z.enum(['check', 'commit']),
  /** Null once what the import was asked to do is forgotten. */
  onError: z.enum(['refuse', 'skip']).nullable(),
  state: z.enum([
    'queued',
    'running',
    'interrupted',
    'cancelling',
    'cancelled',
    'done',
    'refused',
    'failed',
    'undoing',
    'undone',
  ]),
  rows: z.object({
    read: z.int(),
    added: z.int(),
    changed: z.int(),
    unchanged: z.int(),
    discarded: z.int(),
    skipped: z.int(),
  }),
  /** Null when it is not under way; `total` null when nobody knows yet. */
  progress: z
    .object({
      step: z.enum(['reading', 'checking', 'writing', 'undoing']),
      unit: z.enum(['bytes', 'rows']),
      done: z.int(),
      total: z.int().nullable(),
    })
    .nullable(),
  errorCount: z.int(),
  errors: z.array(fault),
  /** Until when whoever started it can undo it. */
  undoUntil: instant.nullable(),
});

const started = z.object({ id: idSchema('import') });
const ofClient = { ledger: 'client', purpose: 'import', params: clientParams } as const;
const ofImport = { ...ofClient, params: clientParams.extend({ id: idSchema('import') }) };

export const importOperations = [
  {
    ...ofClient,
    id: 'imports.start',
    method: 'POST',
    path: '/clients/{c}/imports',
    summary: 'Check or commit a staff file under a mapping; `onError=skip` leaves bad rows out',
    query: z.strictObject({
      mode: z.enum(['check', 'commit']),
      onError: z.enum(['refuse', 'skip']).optional(),
    }),
    accepts: 'multipart',
    answers: started,
    status: 202,
    repeatable: false,
  },
  {
    ...ofImport,
    id: 'imports.read',
    method: 'GET',
    path: '/clients/{c}/imports/{id}',
    summary: 'How far an import is, and what was wrong with the file',
    answers: status,
    status: 200,
    repeatable: false,
  },
  {
    ...ofImport,
    id: 'imports.errors',
    method: 'GET',
    path: '/clients/{c}/imports/{id}/errors',
    summary: 'The errors of a file: the first 1,000, or 100,000 when the caller accepts text/csv',
    answers: z.object({ errorCount: z.int(), listed: z.int(), items: z.array(fault) }),
    status: 200,
    repeatable: false,
  },
  {
    ...ofImport,
    id: 'imports.cancel',
    method: 'POST',
    path: '/clients/{c}/imports/{id}/cancellation',
    summary: 'Cancel an import that has not come to its end: all of it is taken back',
    answers: started,
    status: 202,
    repeatable: false,
  },
  {
    ...ofImport,
    id: 'imports.resume',
    method: 'POST',
    path: '/clients/{c}/imports/{id}/resumption',
    summary: 'Carry on an import that was interrupted within the last hour, by who started it',
    answers: started,
    status: 202,
    repeatable: false,
  },
  {
    ...ofImport,
    id: 'imports.undo',
    method: 'POST',
    path: '/clients/{c}/imports/{id}/undo',
    summary: 'Undo an import within an hour, by who started it, while nothing was changed since',
    answers: started,
    status: 202,
    repeatable: false,
  },
] as const satisfies readonly Operation[];
