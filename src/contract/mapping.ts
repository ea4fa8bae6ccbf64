/** The import mapping of FORMATS §3: which column of a file becomes which element, and how it is read. */
import { z } from 'zod';
import { date, elementId, value } from './schemas.ts';

const mappingColumnsMax = 500;

/** `pivot` is the first of the hundred years that two digits can mean; without it 1930. */
const dateTransform = z.strictObject({
  date: z
    .string()
    .max(20)
    .regex(
      /^(?:YYYY|YY|MMM|MM|M|DD|D|[-/., ])+$/,
      'use YYYY, YY, MMM, MM, DD and - / . , or space',
    ),
  pivot: z.int().min(1800).max(2100).optional(),
});

/** `group` is what stands between thousands; '' = nothing. */
const moneyTransform = z.strictObject({
  money: z.strictObject({
    currency: z.string().regex(/^[A-Z]{3}$/, 'use an ISO 4217 code such as USD'),
    decimal: z.enum(['.', ',']).default('.'),
    group: z.enum([',', '.', ' ', "'", '']).default(','),
  }),
});

/** Values as they stand in the file (trimmed) → codes. What is not listed is an error unless `else` is `empty`. */
const codesTransform = z.strictObject({
  codes: z
    .record(z.string().min(1).max(200), z.string().min(1).max(200))
    .refine((codes) => Object.keys(codes).length <= 1000, 'at most 1,000 values'),
  else: z.enum(['error', 'empty']).optional(),
});

const splitTransform = z.strictObject({
  split: z.strictObject({
    pattern: z.enum(['last, first', 'first last']),
    part: z.enum(['first', 'middle', 'last']),
  }),
});

/** Puts `with` before the text until it has `length` characters. */
const padTransform = z.strictObject({
  pad: z.strictObject({ length: z.int().min(1).max(64), with: z.string().length(1) }),
});

const caseTransform = z.strictObject({ case: z.enum(['lower', 'upper']) });

export const transformSchema = z.union([
  dateTransform,
  moneyTransform,
  codesTransform,
  splitTransform,
  padTransform,
  caseTransform,
]);

const targetSchema = z.strictObject({
  element: elementId,
  transform: transformSchema.optional(),
});

/** `discard` says that a person decided to leave the column out. */
const columnSchema = z.union([
  targetSchema,
  z.strictObject({ elements: z.array(targetSchema).min(1).max(10) }),
  z.strictObject({ discard: z.literal(true) }),
]);

/** `generate` numbers the rows, for a file without staff numbers: such an import only adds people.
 * `about` is for a file of records about the client itself: each is known by what identifies it. */
const keySchema = z.union([
  z.strictObject({ element: z.literal('employment.staffNumber') }),
  z.strictObject({
    generate: z.literal('row'),
    prefix: z.string().regex(/^[A-Z][A-Z0-9]{0,7}-$/, 'use capitals and a hyphen, such as IMP-'),
  }),
  z.strictObject({ about: z.literal('client') }),
]);

/** Unknown keys are refused everywhere: a misspelt `discard` must not drop or keep a column unseen. */
export const mappingSchema = z.strictObject({
  version: z.literal(1),
  columns: z
    .record(z.string().min(1).max(200), columnSchema)
    .refine((columns) => Object.keys(columns).length <= mappingColumnsMax, 'at most 500 columns'),
  constants: z
    .record(elementId, value)
    .refine((constants) => Object.keys(constants).length <= 100, 'at most 100 constants')
    .optional(),
  key: keySchema,
  effective: date.optional(),
  /** Of a workbook: the name of the sheet; without it the first visible one that has a header. */
  sheet: z.string().trim().min(1).max(100).optional(),
});

export type Mapping = z.infer<typeof mappingSchema>;
export type MappingColumn = Mapping['columns'][string];
export type MappingTarget = z.infer<typeof targetSchema>;
export type Transform = z.infer<typeof transformSchema>;
