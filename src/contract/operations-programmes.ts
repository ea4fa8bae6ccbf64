/** The client's own records, and what people expect of programmes and policies. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { heldRecord, written } from './operations-people.ts';
import { clientParams, date, subjectParams, typeId, values } from './schemas.ts';

const history = z.enum(['true', 'false']).optional();
const typeParams = clientParams.extend({ type: typeId });
const recordParams = typeParams.extend({ rec: idSchema('record') });
const clientRecord = heldRecord.extend({ history: z.array(heldRecord).optional() });

/** Null where withheld from this reader. */
const figure = z.int().nullable();
/** Of which day, and whether small counts were withheld from this reader, and how many. */
const counting = {
  asOf: date.nullable(),
  suppressed: z.boolean(),
  withheld: z.int(),
};
const version = z.object({
  id: idSchema('record'),
  version: z.string(),
  from: date.nullable(),
  /** The last day in force. */
  until: date.nullable(),
  /** Of those employed; null when not asked, or for a version that is not in effect on the day. */
  counts: z.object({ acknowledged: figure, outstanding: figure, overdue: figure }).nullable(),
});
const policy = z.object({
  id: idSchema('record'),
  name: z.string(),
  kind: z.string().nullable(),
  owner: z.string().nullable(),
  /** The version in force today, by its record id. */
  current: idSchema('record').nullable(),
  versions: z.array(version),
});
const programme = z.object({
  id: idSchema('record'),
  name: z.string(),
  kind: z.enum(['training', 'benefit', 'wellness']),
  from: date.nullable(),
  /** The last day in force. */
  until: date.nullable(),
  isOpen: z.boolean(),
  /** Of those employed: with any record, enrolled or completed, completed. Null when not asked, or when
   * nobody has a record. */
  counts: z.object({ invited: figure, participants: figure, completed: figure }).nullable(),
});

export const programmeOperations = [
  {
    id: 'client-records.list',
    method: 'GET',
    path: '/clients/{c}/records/{type}',
    summary: 'Records about the client itself (programmes, policies …), newest first',
    ledger: 'client',
    purpose: 'hr-administration',
    params: typeParams,
    query: z.strictObject({
      history,
      limit: z.coerce.number().int().min(1).max(200).default(50),
      cursor: z.string().max(1000).optional(),
    }),
    answers: z.object({
      items: z.array(clientRecord),
      total: z.int(),
      next: z.string().nullable(),
    }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'client-records.read',
    method: 'GET',
    path: '/clients/{c}/records/{type}/{rec}',
    summary: 'One record about the client itself',
    ledger: 'client',
    purpose: 'hr-administration',
    params: recordParams,
    query: z.strictObject({ history }),
    answers: clientRecord,
    status: 200,
    repeatable: false,
  },
  {
    id: 'client-records.create',
    method: 'POST',
    path: '/clients/{c}/records/{type}',
    summary: 'Add a record about the client itself',
    ledger: 'client',
    purpose: 'hr-administration',
    params: typeParams,
    body: z.strictObject({ values, from: date.nullable().default(null) }),
    answers: written,
    status: 201,
    repeatable: true,
  },
  {
    id: 'client-records.correct',
    method: 'PATCH',
    path: '/clients/{c}/records/{type}/{rec}',
    summary: 'Correct elements of a record about the client itself, or end it with `until`',
    ledger: 'client',
    purpose: 'hr-administration',
    params: recordParams,
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
  {
    id: 'programmes.list',
    method: 'GET',
    path: '/clients/{c}/programmes',
    summary: 'The programmes of the client, with how many take part; `all` counts wellness too',
    ledger: 'client',
    purpose: 'hr-administration',
    params: clientParams,
    query: z.strictObject({ counts: z.enum(['training', 'all']).optional() }),
    answers: z.object({ items: z.array(programme), ...counting }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'policies.list',
    method: 'GET',
    path: '/clients/{c}/policies',
    summary: 'The policies of the client, their versions, which one is in force and acknowledged',
    ledger: 'client',
    purpose: 'hr-administration',
    params: clientParams,
    query: z.strictObject({ counts: z.enum(['true', 'false']).optional() }),
    answers: z.object({ items: z.array(policy), ...counting }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'acknowledgements.due',
    method: 'GET',
    path: '/clients/{c}/staff/{sub}/acknowledgements-due',
    summary: 'The policies in force that a person has not acknowledged in their present wording',
    ledger: 'client',
    purpose: 'hr-administration',
    params: subjectParams,
    answers: z.object({
      items: z.array(
        z.object({
          policy: z.string(),
          version: z.string(),
          from: date.nullable(),
          /** The record of the version. */
          id: idSchema('record'),
        }),
      ),
    }),
    status: 200,
    repeatable: false,
  },
] as const satisfies readonly Operation[];
