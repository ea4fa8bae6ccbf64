// What must hold of a whole record type: how its records are told apart, what may never change,
// and what they refer to. A rule answers with reasons; `loadCatalogue` adds file and line.
import type { Element, RecordType, Reference } from './catalogue.ts';

/** Reasons, each with the field that it is about, why the type may not stand as it is. */
export function recordTypeFaults(type: RecordType): { field: string; reason: string }[] {
  const { cardinality, identifiedBy, appendOnly } = type;
  const faults: { field: string; reason: string }[] = [];
  const fault = (field: string, reason: string) =>
    faults.push({ field, reason: `${field}: ${reason}` });
  if (cardinality === 'many' && !identifiedBy) {
    fault('identifiedBy', 'is missing: say what tells one record from another');
  }
  if (cardinality !== 'many' && identifiedBy) {
    fault('identifiedBy', `a type with cardinality ${cardinality} has no use for it`);
  }
  for (const id of identifiedBy ?? []) {
    const element = elementOf(type, id);
    if (!element) fault('identifiedBy', `there is no element ${id}`);
    else if (element.freeText || element.type === 'document') {
      fault('identifiedBy', `${id} is no value by which records could be told apart`);
    }
  }
  if (identifiedBy && new Set(identifiedBy).size < identifiedBy.length) {
    fault('identifiedBy', 'names an element twice');
  }
  if (appendOnly && cardinality !== 'many') {
    fault('appendOnly', `a type with cardinality ${cardinality} changes by design`);
  }
  for (const { by, dated } of type.refersTo ?? []) {
    for (const id of Object.keys(by)) {
      if (!elementOf(type, id)?.required) fault('refersTo', `${id} is no required element`);
    }
    if (dated !== undefined && elementOf(type, dated)?.type !== 'date') {
      fault('refersTo', `${dated} is no date`);
    }
  }
  return faults;
}

/** Reasons why a type may not refer to another one as it does. */
export function referenceFaults(types: readonly RecordType[]): { type: string; reason: string }[] {
  return types.flatMap((type) =>
    (type.refersTo ?? []).flatMap((reference) => {
      const reasons = targetFaults(types, reference);
      return reasons.map((reason) => ({ type: type.id, reason }));
    }),
  );
}

function targetFaults(types: readonly RecordType[], reference: Reference): string[] {
  const { type, by, where = {} } = reference;
  const target = types.find((candidate) => candidate.id === type);
  if (target?.about !== 'client') return [`${type} is no record type about the client`];
  const named = Object.values(by).sort().join();
  if (named !== [...(target.identifiedBy ?? [])].sort().join()) {
    return [`${type} is not identified by ${named}`];
  }
  return Object.keys(where)
    .filter((id) => elementOf(target, id)?.type !== 'code')
    .map((id) => `${type}.${id} is no code`);
}

function elementOf(type: RecordType, id: string): Element | undefined {
  return type.elements.find((element) => element.id === id);
}
