// A client's own part of what it holds: record types, elements and code lists under ids that ours
// never take.
import type { Catalogue, CodeList, Element, RecordType } from './catalogue.ts';
import { deepFreeze } from './deep-freeze.ts';

/** `types` are the client's own record types; `elements` its own elements in types of ours, by type. */
export interface OwnPart {
  readonly types: readonly RecordType[];
  readonly elements: Readonly<Record<string, readonly Element[]>>;
  readonly codeLists: Readonly<Record<string, CodeList>>;
}

const OWN_ID = /^own[A-Z]/;

/** Whether an id of a record type, element or code list is a client's own, such as `ownParking`. */
export function isOwnId(id: string): boolean {
  return OWN_ID.test(id);
}

/** Whether the element `<type>.<element>` is a client's own. */
export function isOwnElement(id: string): boolean {
  return id.split('.').some(isOwnId);
}

/** The client's own part of what it adopted. */
export function ownPartOf({ types, codeLists }: Catalogue): OwnPart {
  const elements: Record<string, Element[]> = {};
  for (const type of types) {
    const own = type.elements.filter((element) => isOwnId(element.id));
    if (!isOwnId(type.id) && own.length > 0) elements[type.id] = own;
  }
  return {
    types: types.filter((type) => isOwnId(type.id)),
    elements,
    codeLists: Object.fromEntries(Object.entries(codeLists).filter(([id]) => isOwnId(id))),
  };
}

/**
 * `base` with the client's own part behind what is ours, in a fixed order, so that equal choices have
 * equal digests. Elements of a type that `base` does not hold, and code lists that nothing names,
 * fall away.
 */
export function withOwnPart(base: Catalogue, own: OwnPart): Catalogue {
  const ours = base.types.map((type) => {
    const added = own.elements[type.id] ?? [];
    return added.length === 0 ? type : { ...type, elements: [...type.elements, ...byId(added)] };
  });
  const types = [...ours, ...byId(own.types)];
  const named = new Set(types.flatMap((type) => type.elements.map((element) => element.codes)));
  const codeLists = { ...base.codeLists };
  for (const [id, list] of Object.entries(own.codeLists)) if (named.has(id)) codeLists[id] = list;
  return deepFreeze({ ...base, codeLists, types });
}

/** Two parts in one; ids are different. `added` may name elements for the own types of `held`. */
export function joinOwnParts(held: OwnPart, added: OwnPart): OwnPart {
  const elements: Record<string, readonly Element[]> = { ...held.elements };
  for (const [type, list] of Object.entries(added.elements)) {
    if (!isOwnId(type)) elements[type] = [...(elements[type] ?? []), ...list];
  }
  const types = held.types.map((type) => {
    const list = added.elements[type.id] ?? [];
    return list.length === 0 ? type : { ...type, elements: [...type.elements, ...list] };
  });
  return {
    types: [...types, ...added.types],
    elements,
    codeLists: { ...held.codeLists, ...added.codeLists },
  };
}

/** The part without these elements (`<type>.<element>`); a type that is left without any goes too. */
export function withoutElements(own: OwnPart, gone: ReadonlySet<string>): OwnPart {
  const kept = (type: string, elements: readonly Element[]) =>
    elements.filter((element) => !gone.has(`${type}.${element.id}`));
  const types = own.types.map((type) => ({ ...type, elements: kept(type.id, type.elements) }));
  const elements = Object.entries(own.elements).map(
    ([type, held]) => [type, kept(type, held)] as const,
  );
  return {
    types: types.filter((type) => type.elements.length > 0),
    elements: Object.fromEntries(elements.filter(([, held]) => held.length > 0)),
    codeLists: own.codeLists,
  };
}

function byId<T extends { readonly id: string }>(all: readonly T[]): T[] {
  return [...all].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}
