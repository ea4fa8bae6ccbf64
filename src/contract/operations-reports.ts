/** Reports: which there are, and running one. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { clientParams, line } from './schemas.ts';

export const reportId = z.string().regex(/^[a-z][a-z0-9-]{1,39}$/);
export const reportParameters = z.record(
  z.string().max(40),
  z.union([z.string().max(200), z.number(), z.boolean(), z.array(z.string().max(100)).max(10)]),
);

export const reportRun = z.object({
  id: idSchema('run'),
  report: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  asOf: z.string(),
  dataVersion: z.int(),
  columns: z.array(z.unknown()),
  rows: z.array(z.unknown()),
  /** Whether small counts were withheld from this reader, and how many. */
  suppressed: z.boolean(),
  withheld: z.int(),
  exceptions: z.unknown().optional(),
  digest: z.string(),
  name: z.string().nullable(),
});
const ofClient = {
  ledger: 'client',
  purpose: 'reporting',
  params: clientParams,
  status: 200,
  repeatable: false,
} as const;

export const reportOperations = [
  {
    ...ofClient,
    id: 'reports.list',
    method: 'GET',
    path: '/clients/{c}/reports',
    summary: 'The reports and their parameters, every one with a default',
    answers: z.object({
      items: z.array(
        z.object({
          id: z.string(),
          label: z.string(),
          group: z.string(),
          description: z.string(),
          /** The record types that a run with every default uses. */
          types: z.array(z.string()),
          drill: z.boolean(),
          parameters: z.array(z.unknown()),
        }),
      ),
    }),
  },
  {
    ...ofClient,
    id: 'reports.run',
    method: 'POST',
    path: '/clients/{c}/reports/{id}/runs',
    summary: 'Run a report; JSON, or CSV or XLSX when the caller accepts that',
    params: clientParams.extend({ id: reportId }),
    body: z.strictObject({ parameters: reportParameters.default({}), name: line(100).optional() }),
    answers: reportRun,
  },
] as const satisfies readonly Operation[];
