// The shapes of the catalogue's YAML files, as a lawyer writes them. `loadCatalogue` turns them
// into the types of `catalogue.ts`; what ties files to each other is in `rules.ts`.
import { z } from 'zod';
import { isCadence } from './cadence.ts';
import { isDuration } from './duration.ts';
import { isOwnId } from './own.ts';

const camelCase = z
  .string()
  .regex(/^[a-z][a-zA-Z0-9]*$/, 'is not a camelCase id')
  .refine((id) => !isOwnId(id), 'begins like an id of a client’s own');
const elementId = z
  .string()
  .regex(/^[a-z][a-zA-Z0-9]*\.[a-z][a-zA-Z0-9]*$/, 'is no <type>.<element>');
const kebabCase = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'is not a kebab-case id');
const sentence = z
  .string()
  .min(1, 'is empty')
  .refine((s) => s === s.trim(), 'has outer spaces');
const isoDate = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'is not a date (YYYY-MM-DD)')
  .refine(
    (s) => new Date(`${s}T00:00:00Z`).toJSON()?.startsWith(s) === true,
    'is not a day that exists',
  );
const duration = z.string().refine(isDuration, 'is not a period such as P3Y');
const cadence = z
  .string()
  .refine(
    isCadence,
    'is neither a period such as P1Y nor once, at-hire, with-change, with-event, never',
  );
const sensitivity = z.enum(['R1', 'R2', 'R3', 'R4']);
const purposes = z
  .array(
    z.enum(['hr-administration', 'import', 'reporting', 'support', 'study', 'statutory-report']),
  )
  .nonempty('names no purpose');
const mandateKeys = z.array(kebabCase).nonempty('names no mandate');
const retention = z.strictObject({
  minimum: z.union([z.literal('none'), duration], { error: 'is neither a period nor none' }),
  trigger: kebabCase,
  maximum: duration,
});
const taxonomy = z.strictObject({ fideslang: sentence, dpv: sentence });
const rows = z.array(z.int());
const validation = z.strictObject({
  pattern: z.string().optional(),
  minLength: z.int().nonnegative().optional(),
  maxLength: z.int().positive().optional(),
  minimum: z.int().optional(),
  maximum: z.int().optional(),
  notBefore: isoDate.optional(),
  notAfter: isoDate.optional(),
});

const element = z.strictObject({
  id: camelCase,
  label: sentence,
  why: sentence,
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
  codes: camelCase.optional(),
  freeText: z.boolean().optional(),
  required: z.boolean().optional(),
  validation: validation.optional(),
  sensitivity: sensitivity.optional(),
  purposes: purposes.optional(),
  frequency: sentence.optional(),
  cadence: cadence.optional(),
  retention: retention.optional(),
  mandates: mandateKeys.optional(),
  reviewedOn: isoDate.optional(),
  reviewDue: isoDate.optional(),
  taxonomy: taxonomy.optional(),
  source: rows.optional(),
});

const reference = z.strictObject({
  type: camelCase,
  by: z.record(camelCase, camelCase),
  where: z.record(camelCase, kebabCase).optional(),
  dated: camelCase.optional(),
});

/** A record type's file; `defaults` stand for the fields that an element leaves out. */
export const recordTypeShape = z.strictObject({
  id: camelCase,
  label: sentence,
  about: z.enum(['subject', 'client']),
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
  identifiedBy: z.array(camelCase).nonempty('names no element').optional(),
  appendOnly: z.enum(['whole', 'values']).optional(),
  refersTo: z.array(reference).nonempty('names no record type').optional(),
  defaults: z
    .strictObject({
      sensitivity: sensitivity.optional(),
      purposes: purposes.optional(),
      frequency: sentence.optional(),
      cadence: cadence.optional(),
      retention: retention.optional(),
      mandates: mandateKeys.optional(),
      reviewedOn: isoDate.optional(),
      reviewDue: isoDate.optional(),
      taxonomy: taxonomy.optional(),
      source: rows.optional(),
    })
    .optional(),
  elements: z.array(element).nonempty('has no element'),
});

/** `catalogue.yaml`: the version and the record types, in the order in which the manual prints them. */
export const catalogueShape = z.strictObject({
  version: z.int().positive(),
  migrations: z
    .array(
      z.strictObject({
        version: z.int().min(2),
        steps: z
          .array(
            z.union([
              z.strictObject({ element: elementId, becomes: elementId }),
              z.strictObject({ element: elementId, codes: z.record(kebabCase, kebabCase) }),
              z.strictObject({ element: elementId, removed: sentence }),
            ]),
          )
          .nonempty('has no step'),
      }),
    )
    .optional(),
  recordTypes: z.array(camelCase).nonempty('names no record type'),
});

/** `code-lists.yaml`. */
export const codeListsShape = z.record(
  camelCase,
  z.strictObject({ label: sentence, codes: z.record(kebabCase, sentence) }),
);

/** `mandates.yaml`: every law and instruction that an element may name, by key. */
export const mandatesShape = z.record(
  kebabCase,
  z
    .strictObject({
      citation: sentence,
      jurisdiction: z
        .string()
        .regex(/^(?:client|[A-Z]{2}(?:-[A-Z0-9]{1,3})?)$/, 'is no jurisdiction'),
      demands: sentence,
      minimum: duration.optional(),
      trigger: kebabCase.optional(),
      checkedOn: isoDate,
      confidence: z.enum(['read', 'secondary', 'confirm']).optional(),
    })
    .refine((m) => (m.minimum === undefined) === (m.trigger === undefined), {
      error: 'minimum and trigger belong together',
    }),
);

/** `retention-triggers.yaml`: when clocks start; `covers` lists triggers that are never later. */
export const triggersShape = z.record(
  kebabCase,
  z.strictObject({ label: sentence, covers: z.array(kebabCase) }),
);

/** `purposes.yaml`: what each purpose means. */
export const purposesShape = z.record(purposes.element, sentence);

/** `taxonomies.yaml`: the keys of the published taxonomies that an element may carry. */
export const taxonomiesShape = z.strictObject({
  fideslang: z.strictObject({ version: sentence, keys: z.array(sentence) }),
  dpv: z.strictObject({ version: sentence, keys: z.array(sentence) }),
});

export type RecordTypeFile = z.infer<typeof recordTypeShape>;
export type MandatesFile = z.infer<typeof mandatesShape>;
export type TriggersFile = z.infer<typeof triggersShape>;
export type CodeListsFile = z.infer<typeof codeListsShape>;
export type TaxonomiesFile = z.infer<typeof taxonomiesShape>;
