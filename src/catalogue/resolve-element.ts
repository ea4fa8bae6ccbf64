// From an element as a lawyer writes it, with its record type's defaults, to an element that
// stands for itself: every field present, every mandate written out.
import type { Element, Mandate } from './catalogue.ts';
import type { MandatesFile, RecordTypeFile } from './shapes.ts';

type ElementEntry = RecordTypeFile['elements'][number];

/**
 * The element, or what is missing to make it: a field that neither it nor `defaults` has,
 * or a mandate that `mandates` does not hold.
 */
export function resolveElement(
  entry: ElementEntry,
  defaults: NonNullable<RecordTypeFile['defaults']>,
  mandates: MandatesFile,
): { element: Element } | { missing: { field: string; reason: string }[] } {
  const missing: { field: string; reason: string }[] = [];
  const own = <K extends keyof typeof defaults>(field: K) => {
    const value = entry[field] ?? defaults[field];
    if (value === undefined && field !== 'source') missing.push({ field, reason: 'is missing' });
    return value as NonNullable<(typeof defaults)[K]>;
  };
  const retention = own('retention');
  const named = own('mandates') ?? [];
  for (const key of named) {
    if (Object.hasOwn(mandates, key)) continue;
    missing.push({ field: 'mandates', reason: `${key} is not in mandates.yaml` });
  }
  if (entry.frequency !== undefined && entry.cadence === undefined) {
    missing.push({ field: 'cadence', reason: 'is missing beside a frequency of its own' });
  }
  const source = own('source');
  const element: Element = {
    id: entry.id,
    label: entry.label,
    why: entry.why,
    type: entry.type,
    sensitivity: own('sensitivity'),
    purposes: own('purposes'),
    frequency: own('frequency'),
    cadence: own('cadence'),
    retention: retention && {
      minimum: retention.minimum === 'none' ? null : retention.minimum,
      trigger: retention.trigger,
      maximum: retention.maximum,
    },
    mandates: named.map((key) => mandates[key] as Mandate),
    reviewedOn: own('reviewedOn'),
    reviewDue: own('reviewDue'),
    taxonomy: own('taxonomy'),
    required: entry.required ?? false,
    ...(entry.codes !== undefined && { codes: entry.codes }),
    ...(entry.freeText !== undefined && { freeText: entry.freeText }),
    ...(source !== undefined && { source }),
    ...(entry.validation !== undefined && {
      validation: entry.validation as NonNullable<Element['validation']>,
    }),
  };
  return missing.length > 0 ? { missing } : { element };
}
