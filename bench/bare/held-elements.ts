/** Bare's person file: values with the same why, mandates and periods from the same catalogue. */
import type { Catalogue } from '../../src/catalogue/catalogue.ts';

export interface HeldElement {
  id: string;
  label: string;
  sensitivity: string;
  value: unknown;
  why: string;
  mandates: string[];
  keepUntil: string | null;
}

export interface HeldRecord {
  id: string;
  revision: number;
  from: string | null;
  until: string | null;
  at: string;
  by: string;
  via: string | null;
  elements: HeldElement[];
}

export interface HeldType {
  id: string;
  label: string;
  compartment: string;
  records: HeldRecord[];
}

/** Values of a record by element id, without the type's prefix; nulls are left out. */
export type HoldElements = (type: string, values: Record<string, unknown>) => HeldElement[];

/** Prepares what is the same for every person. */
export function elementHolder(catalogue: Catalogue): HoldElements {
  const known = new Map<string, Omit<HeldElement, 'value'>>();
  for (const type of catalogue.types) {
    for (const { id, label, sensitivity, why, mandates } of type.elements) {
      const citations = mandates.map((mandate) => mandate.citation);
      const kept = { id, label, sensitivity, why, mandates: citations, keepUntil: null };
      known.set(`${type.id}.${id}`, kept);
    }
  }
  return (type, values) => {
    const held: HeldElement[] = [];
    for (const element in values) {
      const value = values[element];
      if (value === null || value === undefined) continue;
      const about = known.get(`${type}.${element}`);
      if (about !== undefined) held.push({ ...about, value });
    }
    return held;
  };
}
