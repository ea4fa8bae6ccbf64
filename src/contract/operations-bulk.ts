/** The same change to many people at once: seen first, then carried out exactly as it was seen. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { clientParams, date, elementId, value } from './schemas.ts';

/** How many people one bulk edit may be about. */
export const BULK_PEOPLE_MAX = 10_000;

const select = z.strictObject({
  q: z.string().trim().min(1).max(100).optional(),
  filters: z.record(elementId, z.string().max(200)).optional(),
  reportsOf: idSchema('subject').optional(),
  depth: z.int().min(1).max(100).optional(),
  ids: z.array(idSchema('subject')).min(1).max(BULK_PEOPLE_MAX).optional(),
});
const change = z.object({ element: z.string(), from: z.unknown(), to: z.unknown() });

export const bulkOperations = [
  {
    id: 'bulk.start',
    method: 'POST',
    path: '/clients/{c}/staff/bulk',
    summary:
      'Preview a change to many people (`mode=check`), or carry a preview out (`mode=commit`)',
    ledger: 'client',
    purpose: 'import',
    params: clientParams,
    query: z.strictObject({ mode: z.enum(['check', 'commit']) }),
    body: z.strictObject({
      select: select.optional(),
      set: z
        .record(elementId, value)
        .refine((set) => Object.keys(set).length <= 20, 'at most 20 elements')
        .optional(),
      /** A new period begins that day; without it the record in force is corrected. */
      effective: date.optional(),
      /** What is to be carried out. */
      preview: idSchema('import').optional(),
    }),
    answers: z.object({ id: idSchema('import') }),
    status: 202,
    repeatable: false,
  },
  {
    id: 'bulk.read',
    method: 'GET',
    path: '/clients/{c}/staff/bulk/{id}',
    summary: 'What a previewed change would do: old and new values, person by person and counted',
    ledger: 'client',
    purpose: 'import',
    params: clientParams.extend({ id: idSchema('import') }),
    query: z.strictObject({
      offset: z.coerce.number().int().min(0).max(BULK_PEOPLE_MAX).default(0),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    answers: z.object({
      id: idSchema('import'),
      people: z.object({
        selected: z.int(),
        changed: z.int(),
        unchanged: z.int(),
        errors: z.int(),
      }),
      /** How many people go from which value to which; the most frequent first. */
      counts: z.array(change.extend({ people: z.int() })),
      /** Those with an error first, then those who change. */
      items: z.array(
        z.object({
          id: idSchema('subject'),
          staffNumber: z.string().nullable(),
          changes: z.array(change),
          error: z.string().nullable(),
        }),
      ),
    }),
    status: 200,
    repeatable: false,
  },
] as const satisfies readonly Operation[];
