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

/** The record type that is held for one run only, as codes. */
export const RUN_TYPE = 'demographic';

const HELD_SENSITIVITIES: Partial<Record<Compartment, readonly string[]>> = {
  personnel: ['R1', 'R2'],
  contact: ['R1', 'R2'],
  pay: ['R1', 'R2', 'R3'],
};

/** More confidential than what is held otherwise, but reports count by it: never in a list. */
const COUNTED_ONLY = new Set<string>(EMPLOYED_ELEMENTS);

/** The types that the model holds. `many` types stay outside: a list shows each person once. */
export function heldTypes(catalogue: Catalogue): HeldType[] {
  const repeating = new Set(DIMENSIONS.map((dimension) => dimension.element));
  return catalogue.types.flatMap((type) => {
    const sensitivities = HELD_SENSITIVITIES[type.compartment];
    if (!sensitivities || type.about !== 'subject' || type.cardinality === 'many') return [];
    const elements = type.elements.flatMap((element) => {
      if (element.freeText || element.type === 'document') return [];
      const id = `${type.id}.${element.id}`;
      const isListed = sensitivities.includes(element.sensitivity);
      if (!isListed && !COUNTED_ONLY.has(id)) return [];
      return [{ id, element, isListed, kind: columnKind(element, repeating.has(id)) }];
    });
    return elements.length === 0 ? [] : [{ type, compartment: type.compartment, elements }];
  });
}

/** Of the demographic records the elements that are codes: all that a run may hold of them. */
export function runType(catalogue: Catalogue): HeldType | undefined {
  const type = findType(catalogue, RUN_TYPE);
  if (type === undefined) return undefined;
  const elements = type.elements
    .filter((element) => element.type === 'code' || element.type === 'boolean')
    .map((element) => ({
      id: `${type.id}.${element.id}`,
      element,
      isListed: false,
      kind: 'code' as const,
    }));
  return { type, compartment: type.compartment, elements };
}
