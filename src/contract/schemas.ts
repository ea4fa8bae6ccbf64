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

export const typeId = z.string().regex(/^[a-z][A-Za-z0-9]{1,39}$/);
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
  amount: z.string().regex(/^-?\d{1,15}(\.\d{1,4})?$/),
  currency: z.string().regex(/^[A-Z]{3}$/),
});
export const value = z.union([z.string().max(10_000), z.number(), z.boolean(), money]);
export type Value = z.infer<typeof value>;
/** Values by element, without the type's prefix. */
export const values = z.record(z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/), value.nullable());

export const clientParams = z.strictObject({ c: idSchema('client') });
export const subjectParams = clientParams.extend({ sub: idSchema('subject') });
export const created = z.object({ id: z.string() });

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
