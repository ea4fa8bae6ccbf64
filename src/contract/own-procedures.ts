/** A client's own record types and elements as they are proposed: the fields of every procedure, with
 * mandates written out, or the instruction that covers them. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import { date, line, purpose, typeId } from './schemas.ts';

const ELEMENTS_MAX = 100;
const CODES_MAX = 500;

const ownId = z
  .string()
  .regex(
    /^own[A-Z][A-Za-z0-9]{0,36}$/,
    'must begin with own and a capital letter, such as ownParking',
  );
const elementName = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/, 'must be a camelCase id');
const duration = z
  .string()
  .regex(/^P(?=\d)(\d{1,3}Y)?(\d{1,4}M)?(\d{1,4}W)?(\d{1,5}D)?$/, 'must be a period such as P3Y');
const kebab = z
  .string()
  .max(60)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be a kebab-case id');

const mandate = z
  .strictObject({
    citation: line(200),
    jurisdiction: z.string().regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/, 'must be like KE or US-NY'),
    demands: line(500),
    minimum: duration.optional(),
    trigger: kebab.optional(),
    checkedOn: date,
    confidence: z.enum(['read', 'secondary', 'confirm']).optional(),
  })
  .refine((m) => (m.minimum === undefined) === (m.trigger === undefined), {
    error: 'minimum and trigger belong together',
  });

const element = z.strictObject({
  id: elementName,
  label: line(100),
  why: line(500),
  type: z.enum([
    'text',
    'date',
    'money',
    'code',
    'number',
    'boolean',
    'country',
    'email',
    'phone',
    'identifier',
    'document',
  ]),
  codes: ownId.optional(),
  freeText: z.boolean().optional(),
  /** Nobody can be made to give what no file ever had. */
  required: z.literal(false).default(false),
  validation: z
    .strictObject({
      minLength: z.int().min(0).max(4000).optional(),
      maxLength: z.int().min(1).max(4000).optional(),
      minimum: z.int().optional(),
      maximum: z.int().optional(),
      notBefore: date.optional(),
      notAfter: date.optional(),
    })
    .optional(),
  sensitivity: z.enum(['R1', 'R2', 'R3', 'R4']),
  purposes: z.array(purpose).min(1).max(6),
  frequency: line(200),
  cadence: z.string().max(20),
  retention: z.strictObject({
    minimum: duration.nullable(),
    trigger: kebab,
    maximum: duration,
  }),
  mandates: z.array(mandate).max(10).default([]),
  /** The client's instruction in force that covers it, where no mandate demands it. */
  instruction: idSchema('instruction').optional(),
  reviewedOn: date,
  reviewDue: date,
  taxonomy: z.strictObject({ fideslang: line(100), dpv: line(100) }),
});

const ownType = z.strictObject({
  id: ownId,
  label: line(100),
  about: z.literal('subject').default('subject'),
  compartment: z.enum([
    'personnel',
    'contact',
    'pay',
    'identity',
    'demographic',
    'medical',
    'bank',
    'conduct',
  ]),
  cardinality: z.enum(['one', 'many', 'effective']),
  elements: z.array(element).min(1).max(ELEMENTS_MAX),
});

export const ownProceduresBody = z
  .strictObject({
    types: z.array(ownType).max(20).default([]),
    /** More elements for record types that the client holds already. */
    elements: z
      .array(element.extend({ of: typeId, id: elementName }))
      .max(ELEMENTS_MAX)
      .default([]),
    codeLists: z
      .record(
        ownId,
        z.strictObject({
          label: line(100),
          codes: z
            .record(kebab, line(200))
            .refine((codes) => Object.keys(codes).length > 0, 'has no code')
            .refine(
              (codes) => Object.keys(codes).length <= CODES_MAX,
              `has more than ${CODES_MAX}`,
            ),
        }),
      )
      .refine((lists) => Object.keys(lists).length <= 20, 'has more than 20 lists')
      .default({}),
  })
  .refine(({ types, elements }) => types.length + elements.length > 0, {
    error: 'names no record type and no element',
  });

export type OwnProcedures = z.output<typeof ownProceduresBody>;
export type OwnElement = OwnProcedures['types'][number]['elements'][number];
