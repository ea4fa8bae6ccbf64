// What must hold of a whole element or record type beyond its shape. A rule answers with reasons;
// `loadCatalogue` adds file and line.
import type { CodeList, Compartment, Element, Sensitivity } from './catalogue.ts';
import { durationDays, longestDuration } from './duration.ts';
import type { TaxonomiesFile, TriggersFile } from './shapes.ts';

/** Rows of the reference table that a catalogue may come from; later rows are the provider's own. */
const SOURCE_ROW_MAX = 83;

/**
 * The lowest and highest sensitivity that a compartment may hold. Special and segregated data
 * never stands where lists and reports read, and nothing else is mixed in with what the law
 * wants kept apart.
 */
const SENSITIVITY_BOUNDS: Record<Compartment, readonly [Sensitivity, Sensitivity]> = {
  personnel: ['R1', 'R3'],
  contact: ['R1', 'R2'],
  pay: ['R1', 'R3'],
  identity: ['R2', 'R4'],
  demographic: ['R4', 'R4'],
  medical: ['R4', 'R4'],
  bank: ['R4', 'R4'],
  conduct: ['R3', 'R4'],
};

/** What an element refers to outside its own file. */
export interface RuleContext {
  codeLists: Record<string, CodeList>;
  triggers: TriggersFile;
  taxonomies: TaxonomiesFile;
}

/** Reasons, each with the field that it is about, why `element` may not stand in `compartment`. */
export function elementFaults(
  element: Element,
  compartment: Compartment,
  context: RuleContext,
): { field: string; reason: string }[] {
  return [
    ...typeFaults(element, context),
    ...retentionFaults(element, context.triggers),
    ...reviewFaults(element),
    ...taxonomyFaults(element, context.taxonomies),
    ...sourceFaults(element),
    ...sensitivityFaults(element, compartment),
  ];
}

function typeFaults(
  { type, codes, freeText, validation = {} }: Element,
  { codeLists }: RuleContext,
) {
  const faults: { field: string; reason: string }[] = [];
  const fault = (field: string, reason: string) => faults.push({ field, reason });
  if (type === 'code' && codes === undefined) fault('type', 'a code needs a code list');
  if (type !== 'code' && codes !== undefined) fault('codes', `a ${type} has no code list`);
  if (codes !== undefined && !Object.hasOwn(codeLists, codes)) {
    fault('codes', `${codes} is not in code-lists.yaml`);
  }
  if (freeText && type !== 'text') fault('freeText', `a ${type} is no free text`);
  for (const bound of Object.keys(validation)) {
    if (!(BOUNDS_BY_TYPE[type] ?? []).includes(bound)) {
      fault('validation', `${bound} does not apply to a ${type}`);
    }
  }
  for (const [low, high] of [
    ['minLength', 'maxLength'],
    ['minimum', 'maximum'],
    ['notBefore', 'notAfter'],
  ] as const) {
    const [from, to] = [validation[low], validation[high]];
    if (from !== undefined && to !== undefined && from > to) {
      fault('validation', `${low} is above ${high}`);
    }
  }
  if (validation.pattern !== undefined && !isPattern(validation.pattern)) {
    fault('validation', 'pattern is no regular expression');
  }
  return faults;
}

const TEXT_BOUNDS = ['pattern', 'minLength', 'maxLength'];
const BOUNDS_BY_TYPE: Partial<Record<Element['type'], string[]>> = {
  text: TEXT_BOUNDS,
  identifier: TEXT_BOUNDS,
  document: TEXT_BOUNDS,
  number: ['minimum', 'maximum'],
  money: ['minimum', 'maximum'],
  date: ['notBefore', 'notAfter'],
};

function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}

function retentionFaults({ retention, mandates }: Element, triggers: TriggersFile) {
  const { minimum, trigger, maximum } = retention;
  const longest = longestDuration(mandates.flatMap((m) => m.minimum ?? []));
  const reasons: string[] = [];
  if (minimum !== longest && !(minimum && longest && sameLength(minimum, longest))) {
    reasons.push(
      `minimum is ${minimum ?? 'none'}, but its mandates name ${longest ?? 'no period'}`,
    );
  }
  if (minimum !== null && durationDays(maximum) < durationDays(minimum)) {
    reasons.push(`maximum ${maximum} is shorter than minimum ${minimum}`);
  }
  const covered = triggers[trigger]?.covers;
  if (!covered) reasons.push(`trigger ${trigger} is not in retention-triggers.yaml`);
  for (const mandate of mandates) {
    if (
      covered &&
      mandate.trigger &&
      mandate.trigger !== trigger &&
      !covered.includes(mandate.trigger)
    ) {
      reasons.push(`trigger ${trigger} may come before ${mandate.trigger} of ${mandate.citation}`);
    }
  }
  return reasons.map((reason) => ({ field: 'retention', reason }));
}

function sameLength(a: string, b: string): boolean {
  return durationDays(a) === durationDays(b);
}

function reviewFaults({ reviewedOn, reviewDue }: Element) {
  const nextYear = `${Number(reviewedOn.slice(0, 4)) + 1}${reviewedOn.slice(4)}`;
  const sound = reviewDue > reviewedOn && reviewDue <= nextYear;
  const reason = 'is not within the year after reviewedOn';
  return sound ? [] : [{ field: 'reviewDue', reason }];
}

function taxonomyFaults({ taxonomy }: Element, taxonomies: TaxonomiesFile) {
  return (['fideslang', 'dpv'] as const)
    .filter((name) => !taxonomies[name].keys.includes(taxonomy[name]))
    .map((name) => ({
      field: 'taxonomy',
      reason: `${name} ${taxonomy[name]} is not in taxonomies.yaml`,
    }));
}

function sourceFaults({ source = [] }: Element) {
  return source
    .filter((row) => row < 1 || row > SOURCE_ROW_MAX)
    .map((row) => ({ field: 'source', reason: `row ${row} is not a client's data element` }));
}

function sensitivityFaults({ sensitivity }: Element, compartment: Compartment) {
  const [lowest, highest] = SENSITIVITY_BOUNDS[compartment];
  if (sensitivity >= lowest && sensitivity <= highest) return [];
  const allowed = lowest === highest ? lowest : `${lowest} to ${highest}`;
  const reason = `${sensitivity} may not stand in ${compartment}, which holds ${allowed}`;
  return [{ field: 'sensitivity', reason }];
}
