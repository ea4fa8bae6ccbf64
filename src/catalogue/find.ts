// Looks a record type or an element up by its id, in constant time after the first call.
import type { Catalogue, Element, RecordType } from './catalogue.ts';

interface Index {
  types: Map<string, RecordType>;
  elements: Map<string, { type: RecordType; element: Element }>;
}

const indexes = new WeakMap<Catalogue, Index>();

/** The record type `typeId`, undefined if the catalogue does not hold it. */
export function findType(catalogue: Catalogue, typeId: string): RecordType | undefined {
  return indexOf(catalogue).types.get(typeId);
}

/** The element `id` (`<type>.<element>`) with its record type, undefined if not held. */
export function findElement(
  catalogue: Catalogue,
  id: string,
): { type: RecordType; element: Element } | undefined {
  return indexOf(catalogue).elements.get(id);
}

function indexOf(catalogue: Catalogue): Index {
  const known = indexes.get(catalogue);
  if (known) return known;
  const index: Index = { types: new Map(), elements: new Map() };
  for (const type of catalogue.types) {
    index.types.set(type.id, type);
    for (const element of type.elements) {
      index.elements.set(`${type.id}.${element.id}`, { type, element });
    }
  }
  indexes.set(catalogue, index);
  return index;
}
