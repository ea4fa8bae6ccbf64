/** The procedures that a client holds: ours that it adopted, its own, what is due, the manual, and the
 * processor's record of processing. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { ownProceduresBody } from './own-procedures.ts';
import { clientParams, elementId, instant, line } from './schemas.ts';

export const jurisdictions = z
  .array(z.string().regex(/^[A-Z]{2}(-[A-Z]{2})?$/))
  .min(1)
  .max(60);

const adoptedAnswer = z.object({
  version: z.int(),
  sha256: z.string(),
  /** The job that rewrites what is held; the procedures are in force when it is done. */
  job: z.string().nullable(),
});

const change = z.object({ element: z.string(), label: z.string() });

export const catalogueOperations = [
  {
    id: 'catalogue.read',
    method: 'GET',
    path: '/clients/{c}/catalogue',
    summary: 'The procedures that the client has adopted',
    ledger: 'client',
    purpose: 'hr-administration',
    params: clientParams,
    answers: z.object({ version: z.int(), sha256: z.string(), catalogue: z.unknown() }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'catalogue.adopt',
    method: 'PUT',
    path: '/clients/{c}/catalogue',
    summary: 'Adopt the procedures of these jurisdictions in the present version of the catalogue',
    ledger: 'client',
    purpose: null,
    params: clientParams,
    body: z.strictObject({
      jurisdictions,
      /** Every element that is given up, by which its values are destroyed: none is by accident. */
      destroy: z.array(elementId).max(1000).default([]),
    }),
    answers: adoptedAnswer,
    status: 200,
    repeatable: false,
  },
  {
    id: 'catalogue.changes',
    method: 'GET',
    path: '/clients/{c}/catalogue/changes',
    summary: 'What would change if the client adopted the present version of the catalogue',
    ledger: 'client',
    purpose: null,
    params: clientParams,
    query: z.strictObject({
      jurisdictions: z
        .string()
        .max(500)
        .regex(/^[A-Z]{2}(-[A-Z]{2})?(,[A-Z]{2}(-[A-Z]{2})?)*$/, 'must be like US,US-CA')
        .optional(),
    }),
    answers: z.object({
      jurisdictions: z.array(z.string()),
      from: z.object({ version: z.int(), sha256: z.string() }),
      to: z.object({ version: z.int(), sha256: z.string() }),
      added: z.array(change),
      removed: z.array(change.extend({ reason: z.string().nullable() })),
      renamed: z.array(change.extend({ becomes: z.string() })),
      moved: z.array(change.extend({ becomes: z.string(), compartment: z.string() })),
      recoded: z.array(change.extend({ codes: z.record(z.string(), z.string()) })),
      retention: z.array(change.extend({ before: z.string(), after: z.string() })),
      /** Record types of which records must be rewritten, and whether that takes a job. */
      types: z.array(z.string()),
      rewrites: z.boolean(),
    }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'catalogue.manual',
    method: 'GET',
    path: '/clients/{c}/catalogue/manual',
    summary: 'The procedure manual of what the client has adopted, in Markdown, HTML or PDF',
    ledger: 'client',
    purpose: 'hr-administration',
    params: clientParams,
    answers: ['text/markdown', 'text/html', 'application/pdf'],
    status: 200,
    repeatable: false,
  },
  {
    id: 'catalogue.processing-record',
    method: 'GET',
    path: '/clients/{c}/processing-record',
    summary: 'The record of processing of a processor (GDPR Art. 30(2)), as CSV or DPV JSON-LD',
    ledger: 'client',
    purpose: null,
    params: clientParams,
    answers: ['text/csv', 'application/ld+json'],
    status: 200,
    repeatable: false,
  },
  {
    id: 'clients.describe',
    method: 'PUT',
    path: '/clients/{c}/contact',
    summary: 'How the client, its representative and its data protection officer can be reached',
    ledger: 'client',
    purpose: null,
    params: clientParams,
    body: z.strictObject({
      address: line(300).nullable().default(null),
      contact: line(300).nullable().default(null),
      representative: line(300).nullable().default(null),
      dataProtectionOfficer: line(300).nullable().default(null),
    }),
    answers: z.object({ name: z.string() }),
    status: 200,
    repeatable: false,
  },
  {
    id: 'procedures.propose',
    method: 'POST',
    path: '/clients/{c}/procedures',
    summary: 'Adopt or propose record types and elements of the client’s own',
    ledger: 'client',
    purpose: null,
    params: clientParams,
    body: ownProceduresBody,
    answers: z.object({ id: idSchema('procedures'), state: z.enum(['in-force', 'proposed']) }),
    status: 201,
    repeatable: true,
  },
  {
    id: 'procedures.due',
    method: 'GET',
    path: '/clients/{c}/procedures/due',
    summary: 'Of how many people each element is up to date, due, overdue or missing',
    ledger: 'client',
    purpose: 'hr-administration',
    params: clientParams,
    query: z.strictObject({ at: instant.optional() }),
    answers: z.object({
      at: z.string(),
      people: z.int(),
      items: z.array(
        z.object({
          element: z.string(),
          label: z.string(),
          cadence: z.string().nullable(),
          required: z.boolean(),
          current: z.int(),
          dueSoon: z.int(),
          overdue: z.int(),
          never: z.int().nullable(),
        }),
      ),
    }),
    status: 200,
    repeatable: false,
  },
] as const satisfies readonly Operation[];
