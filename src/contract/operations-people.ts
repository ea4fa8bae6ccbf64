/** People and their records. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { shownDocument } from './operations-documents.ts';
import { clientParams, date, elementId, subjectParams, typeId, value, values } from './schemas.ts';

const page = {
  q: z.string().trim().max(100).optional(),
  sort: z.string().max(90).optional(),
  cursor: z.string().max(1000).optional(),
  /** Only those who report to this person, directly or through others, at most `depth` levels down. */
  reportsOf: idSchema('subject').optional(),
};
const levels = z.int().min(1).max(100);
const staffPage = z.object({
  items: z.array(z.looseObject({ id: idSchema('subject'), staffNumber: z.string().nullable() })),
  total: z.int(),
  next: z.string().nullable(),
});

const heldElement = z.object({
  id: z.string(),
  label: z.string(),
  sensitivity: z.string(),
  value: z.union([value, shownDocument]),
  why: z.string(),
  mandates: z.array(z.string()),
  retention: z.string(),
  keepUntil: z.string().nullable(),
});
export const heldRecord = z.object({
  id: idSchema('record'),
  revision: z.int(),
  from: date.nullable(),
  until: date.nullable(),
  at: z.string(),
  by: z.string(),
  via: z.string().nullable(),
  elements: z.array(heldElement),
});
const personFile = z.object({
  id: idSchema('subject'),
  types: z.array(
    z.object({
      id: z.string(),
      label: z.string(),
      compartment: z.string(),
      records: z.array(heldRecord),
      history: z.array(heldRecord).optional(),
    }),
  ),
});
export const written = z.object({ id: idSchema('record'), revision: z.int() });
export const peopleOperations = [
  {
    id: 'people.list',
    method: 'GET',
    path: '/clients/{c}/staff',
    summary: 'Staff, by substring, filters, sort and page; any listed element id is a filter',
    ledger: 'client',
    purpose: 'hr-administration',
    params: clientParams,
    query: z
      .object({
        ...page,
        depth: z.coerce.number().pipe(levels).optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      })
      .catchall(z.string().max(200)),
    answers: staffPage,
    status: 200,
    repeatable: false,
  },
  {
    id: 'people.search',
    method: 'POST',
    path: '/clients/{c}/staff/search',
    summary: 'The same as a body, so that what is sought stands in no address',
    ledger: 'client',
    purpose: 'hr-administration',
    params: clientParams,
    body: z.strictObject({
      ...page,
      depth: levels.optional(),
      limit: z.int().min(1).max(200).default(50),
      filters: z.record(elementId, z.string().max(200)).default({}),
    }),
    answers: staffPage,
    status: 200,
    repeatable: false,
  },
  {
    id: 'people.read',
    method: 'GET',
    path: '/clients/{c}/staff/{sub}',
    summary: 'The person file: each element with why it is held, by which mandate and until when',
    ledger: 'client',
    purpose: 'hr-administration',
    params: subjectParams,
    query: z.strictObject({
      types: z.string().max(1000).optional(),
      history: z.enum(['true', 'false']).optional(),
    }),
    answers: personFile,
    status: 200,
    repeatable: false,
  },
  {
    id: 'people.add',
    method: 'POST',
    path: '/clients/{c}/staff',
    summary: 'Add a person with first records',
    ledger: 'client',
    purpose: 'hr-administration',
    params: clientParams,
    body: z.strictObject({
      records: z
        .array(z.strictObject({ type: typeId, values, from: date.nullable().default(null) }))
        .min(1)
        .max(20),
    }),
    answers: z.object({ id: idSchema('subject'), records: z.array(written) }),
    status: 201,
    repeatable: true,
  },
  {
    id: 'records.create',
    method: 'POST',
    path: '/clients/{c}/staff/{sub}/records/{type}',
    summary: 'Add a record to a person',
    ledger: 'client',
    purpose: 'hr-administration',
    params: subjectParams.extend({ type: typeId }),
    body: z.strictObject({ values, from: date.nullable().default(null) }),
    answers: written,
    status: 201,
    repeatable: true,
  },
  {
    id: 'records.correct',
    method: 'PATCH',
    path: '/clients/{c}/staff/{sub}/records/{type}/{rec}',
    summary: 'Correct elements (null removes one), or end the record with `until`',
    ledger: 'client',
    purpose: 'hr-administration',
    params: subjectParams.extend({ type: typeId, rec: idSchema('record') }),
    body: z.strictObject({
      values: values.optional(),
      from: date.nullable().optional(),
      until: date.nullable().optional(),
      /** Refused when the record has moved on since this revision was read. */
      revision: z.int().min(1).optional(),
    }),
    answers: written,
    status: 200,
    repeatable: true,
  },
] as const satisfies readonly Operation[];
