/** The shapes that cross the wire and are used by more than one operation. */
import { z } from 'zod';
import { idSchema } from './ids.ts';

/** A time in UTC with milliseconds, for instance 2026-11-23T09:15:00.123Z. */
export const instant = z.iso.datetime({ precision: 3 });
export const date = z.iso.date();
export const sha256 = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hex digits');

/** A half-open period: from ≤ t < until; from now when absent, until null = open. */
export const period = { from: instant.optional(), until: instant.nullable().default(null) };

/** One word, as ledger entries may hold it. */
export const token = (max: number) =>
  z
    .string()
    .max(max)
    .regex(
      /^[A-Za-z0-9][A-Za-z0-9._:/-]*$/,
      'must be letters, digits and . _ : / - without spaces',
    );

/** One line of text, without what could break it or turn its reading round. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(
      /^[^\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]*$/u,
      'must be one line without control characters',
    );

export const country = z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters, such as KE');
export const typeId = z.string().regex(/^[a-z][A-Za-z0-9]{1,39}$/);
export const elementName = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/);
export const elementId = z.string().regex(/^[a-z][A-Za-z0-9]{1,39}\.[a-z][A-Za-z0-9]{0,39}$/);
export const purpose = z.enum([
  'hr-administration',
  'import',
  'reporting',
  'support',
  'study',
  'statutory-report',
]);

export const ROLES = [
  'servicing',
  'product',
  'security',
  'administrator',
  'hr',
  'executive',
  'manager',
  'staff',
  'auditor',
] as const;
export type Role = (typeof ROLES)[number];
export const role = z.enum(ROLES);
export const PROVIDER_ROLES: readonly Role[] = [
  'servicing',
  'product',
  'security',
  'administrator',
];

export const money = z.strictObject({
  amount: z
    .string()
    .regex(/^-?\d{1,15}(\.\d{1,4})?$/, 'must be digits, with at most four after the point'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be a currency code such as USD'),
});
export const value = z.union([z.string().max(10_000), z.number(), z.boolean(), money]);
/** Values by element, without the type's prefix. */
export const values = z.record(z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/), value.nullable());

export const clientParams = z.strictObject({ c: idSchema('client') });
export const subjectParams = clientParams.extend({ sub: idSchema('subject') });

export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string().optional(),
  promise: z.string().optional(),
  reasons: z.array(z.string()).optional(),
  faults: z.array(z.object({ at: z.string(), reason: z.string() })).optional(),
  request: z.string().optional(),
});
