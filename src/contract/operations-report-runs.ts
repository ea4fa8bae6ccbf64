/** Runs of reports after they were made: the people behind a figure, runs that are kept, and runs on a
 * schedule. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { reportId, reportParameters, reportRun } from './operations-reports.ts';
import { clientParams, instant, line } from './schemas.ts';

const parameters = reportParameters.default({});
const keptRun = z.object({
  id: idSchema('run'),
  report: z.string(),
  name: z.string().nullable(),
  parameters: z.record(z.string(), z.unknown()),
  asOf: z.string(),
  dataVersion: z.int(),
  suppressed: z.boolean(),
  digest: z.string(),
  by: idSchema('user'),
  at: instant,
  keptUntil: instant,
  schedule: idSchema('schedule').nullable(),
});
const schedule = z.object({
  id: idSchema('schedule'),
  report: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  cadence: z.string(),
  on: z.int().nullable(),
  at: z.string(),
  timeZone: z.string(),
  until: instant.nullable(),
  by: idSchema('user'),
  /** When it runs next; null when it is paused or has ended. */
  next: instant.nullable(),
  state: z.enum(['active', 'paused', 'ended']),
  /** Why it is paused. */
  reasons: z.array(z.string()),
  lastRun: idSchema('run').nullable(),
});
const ofClient = {
  ledger: 'client',
  purpose: 'reporting',
  params: clientParams,
  status: 200,
  repeatable: false,
} as const;
const runParams = clientParams.extend({ run: idSchema('run') });

export const reportRunOperations = [
  {
    ...ofClient,
    id: 'reports.people',
    method: 'POST',
    path: '/clients/{c}/reports/{id}/runs/{run}/people',
    summary: 'The people behind one figure of a run, as a list page, with the data of now',
    params: runParams.extend({ id: reportId }),
    body: z.strictObject({
      /** The row by what stands in its text columns, in their order. */
      row: z.array(z.string().max(1000)).max(4),
      column: z.string().max(60),
      limit: z.int().min(1).max(200).default(50),
      cursor: z.string().max(1000).optional(),
    }),
    answers: z.object({
      run: z.object({ id: idSchema('run'), dataVersion: z.int() }),
      dataVersion: z.int(),
      /** Whether data changed since the run: the people are those of now. */
      movedOn: z.boolean(),
      items: z.array(
        z.looseObject({ id: idSchema('subject'), staffNumber: z.string().nullable() }),
      ),
      total: z.int(),
      next: z.string().nullable(),
    }),
  },
  {
    ...ofClient,
    id: 'runs.list',
    method: 'GET',
    path: '/clients/{c}/reports/runs',
    summary: 'The kept runs: the own ones, and for HR those of the client; latest first',
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(200).default(50),
      before: idSchema('run').optional(),
    }),
    answers: z.object({ items: z.array(keptRun), next: idSchema('run').nullable() }),
  },
  {
    ...ofClient,
    id: 'runs.read',
    method: 'GET',
    path: '/clients/{c}/reports/runs/{run}',
    summary: 'A kept run as it was; JSON, or CSV or XLSX when the caller accepts that',
    params: runParams,
    answers: reportRun,
  },
  {
    ...ofClient,
    id: 'runs.rename',
    method: 'PATCH',
    path: '/clients/{c}/reports/runs/{run}',
    summary: 'Name a kept run of one’s own, or take its name away',
    params: runParams,
    body: z.strictObject({ name: line(100).nullable() }),
    answers: z.object({ id: idSchema('run'), name: z.string().nullable() }),
  },
  {
    ...ofClient,
    id: 'runs.delete',
    method: 'DELETE',
    path: '/clients/{c}/reports/runs/{run}',
    summary: 'Destroy the kept result of a run of one’s own',
    params: runParams,
    answers: z.null(),
    status: 204,
  },
  {
    ...ofClient,
    id: 'schedules.create',
    method: 'POST',
    path: '/clients/{c}/reports/{id}/schedules',
    summary: 'Run a report again and again, with the rights that one has each time',
    params: clientParams.extend({ id: reportId }),
    body: z.strictObject({
      parameters,
      cadence: z.enum(['daily', 'weekly', 'monthly']),
      /** Weekly the day of the week (1 Monday to 7), monthly the day of the month (the last one when
       * a month is shorter). */
      on: z.int().min(1).max(31).optional(),
      at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, HH:MM'),
      timeZone: z.string().min(1).max(60),
      until: instant.nullable().default(null),
      name: line(100).optional(),
    }),
    answers: schedule,
    status: 201,
    repeatable: true,
  },
  {
    ...ofClient,
    id: 'schedules.list',
    method: 'GET',
    path: '/clients/{c}/reports/schedules',
    summary: 'The schedules: the own ones, and for HR those of the client',
    answers: z.object({ items: z.array(schedule) }),
  },
  {
    ...ofClient,
    id: 'schedules.delete',
    method: 'DELETE',
    path: '/clients/{c}/reports/schedules/{schedule}',
    summary: 'End a schedule; HR may end those of others',
    params: clientParams.extend({ schedule: idSchema('schedule') }),
    answers: z.null(),
    status: 204,
  },
] as const satisfies readonly Operation[];
