/** Which record types and elements the read model holds, and how: derived from the catalogue, so that
 * a query can name nothing else. Identity, medical, bank, conduct and free text are never held. */
import type { Catalogue, Compartment, Element, RecordType } from '../../catalogue/catalogue.ts';
import { findType } from '../../catalogue/find.ts';
import { type Column, columnKind } from './column.ts';
import { DIMENSIONS } from './reports/dimensions.ts';
import { EMPLOYED_ELEMENTS } from './reports/report.ts';

export interface HeldElement {
  /** `<type>.<element>`. */
  readonly id: string;
  /** Whether lists may show it; false for what only reports count. */
  readonly isListed: boolean;
  readonly element: Element;
  readonly kind: Column['kind'];
}

export interface HeldType {
  readonly type: RecordType;
  readonly compartment: Compartment;
  readonly elements: readonly HeldElement[];
}

/** The record types that are opened for one run only, and of them the elements that are held
 * meanwhile, as codes and days. */
const RUN_ELEMENTS = {
  demographic: ['sex', 'hispanicLatino', 'race'],
  wellness: ['programme', 'enrolledOn', 'status'],
} as const;
export type RunType = keyof typeof RUN_ELEMENTS;
export const RUN_TYPES = Object.keys(RUN_ELEMENTS) as readonly RunType[];

/** Of records that somebody may have many of, the elements that reports count: never in a list. */
const COUNTED_MANY: Readonly<Record<string, readonly string[]>> = {
  absence: ['from', 'to', 'kind', 'days'],
  training: ['course', 'selectedOn', 'completedOn', 'hours'],
  enrolment: ['programme', 'enrolledOn', 'status'],
  outcome: ['programme', 'establishedOn', 'score'],
  acknowledgement: ['policy', 'version', 'acknowledgedOn'],
  evaluation: ['date', 'score'],
};

/** Texts of them that few different ones are expected of. */
const REPEATING = [
  'training.course',
  'enrolment.programme',
  'outcome.programme',
  'acknowledgement.policy',
  'acknowledgement.version',
];

const HELD_SENSITIVITIES: Partial<Record<Compartment, readonly string[]>> = {
  personnel: ['R1', 'R2'],
  contact: ['R1', 'R2'],
  pay: ['R1', 'R2', 'R3'],
};

/** More confidential than what is held otherwise, but reports count by it: never in a list. */
const COUNTED_ONLY = new Set<string>([...EMPLOYED_ELEMENTS, 'employment.voluntary']);

/** The types that the model holds. Of `many` types only what reports count: a list shows each person
 * once. */
export function heldTypes(catalogue: Catalogue): HeldType[] {
  const repeating = new Set([...DIMENSIONS.map((dimension) => dimension.element), ...REPEATING]);
  return catalogue.types.flatMap((type) => {
    const sensitivities = HELD_SENSITIVITIES[type.compartment];
    if (!sensitivities || type.about !== 'subject') return [];
    const counted = COUNTED_MANY[type.id];
    if (type.cardinality === 'many' && counted === undefined) return [];
    const elements = type.elements.flatMap((element) => {
      if (element.freeText || element.type === 'document') return [];
      const id = `${type.id}.${element.id}`;
      const isListed = type.cardinality !== 'many' && sensitivities.includes(element.sensitivity);
      const isCounted =
        type.cardinality === 'many' ? counted!.includes(element.id) : COUNTED_ONLY.has(id);
      if (!isListed && !isCounted) return [];
      return [{ id, element, isListed, kind: columnKind(element, repeating.has(id)) }];
    });
    return elements.length === 0 ? [] : [{ type, compartment: type.compartment, elements }];
  });
}

/** The elements of such a type. */
export function runElements(type: RunType): readonly string[] {
  return RUN_ELEMENTS[type];
}

/** Of a type that is opened for one run all that the run may hold. */
export function runType(catalogue: Catalogue, id: RunType): HeldType | undefined {
  const type = findType(catalogue, id);
  if (type === undefined) return undefined;
  const names = runElements(id);
  const elements = type.elements
    .filter((element) => names.includes(element.id))
    .map((element) => ({
      id: `${type.id}.${element.id}`,
      element,
      isListed: false,
      kind: columnKind(element, true),
    }));
  return { type, compartment: type.compartment, elements };
}
