/** A client's own procedures as they were proposed, and as they are adopted: checked against what the
 * client holds at that moment, the instructions in force among it. */
import type { Catalogue, Element, Mandate, Validation } from '../../../catalogue/catalogue.ts';
import { checkOwnPart } from '../../../catalogue/check-own.ts';
import { joinOwnParts, type OwnPart, ownPartOf, withOwnPart } from '../../../catalogue/own.ts';
import type { OwnElement, OwnProcedures } from '../../../contract/own-procedures.ts';
import { badInput, conflict } from '../../fault.ts';
import { isInForce } from '../../ledger/authority.ts';
import type { Call } from '../operation.ts';

/** What the client holds with the proposed part added. Throws badInput with every fault, and a conflict
 * when an id is taken. */
export function catalogueWith(call: Call, proposed: OwnProcedures): Catalogue {
  const { house, grant } = call;
  const adopted = grant!.catalogue;
  const part = partOf(call, proposed);
  const { faults, taken } = checkOwnPart(part, {
    adopted,
    whole: house.catalogue,
    rules: house.catalogueRules,
  });
  if (taken.length > 0) {
    throw conflict('id-taken', `These ids are in use already: ${taken.slice(0, 20).join(', ')}.`);
  }
  if (faults.length > 0) {
    const isUncovered = faults.every(({ at }) => at.endsWith('.mandates'));
    const detail = isUncovered
      ? 'Only what a mandate or an instruction in force covers may be held.'
      : 'These procedures cannot be adopted.';
    throw badInput(detail, faults.slice(0, 50));
  }
  return withOwnPart(withoutOwn(adopted), joinOwnParts(ownPartOf(adopted), part));
}

/** The catalogue's part that is ours. */
function withoutOwn(adopted: Catalogue): Catalogue {
  const own = ownPartOf(adopted);
  const isOwn = new Set(own.types.map((type) => type.id));
  const types = adopted.types
    .filter((type) => !isOwn.has(type.id))
    .map((type) => {
      const added = new Set(own.elements[type.id]);
      return added.size === 0
        ? type
        : { ...type, elements: type.elements.filter((element) => !added.has(element)) };
    });
  const lists = Object.entries(adopted.codeLists).filter(([id]) => !(id in own.codeLists));
  return { ...adopted, codeLists: Object.fromEntries(lists), types };
}

function partOf(call: Call, { types, elements, codeLists }: OwnProcedures): OwnPart {
  const added: Record<string, Element[]> = {};
  for (const { of, ...element } of elements) {
    const list = added[of] ?? [];
    list.push(elementOf(call, of, element));
    added[of] = list;
  }
  return {
    types: types.map((type) => ({
      ...type,
      elements: type.elements.map((element) => elementOf(call, type.id, element)),
    })),
    elements: added,
    codeLists,
  };
}

function elementOf(call: Call, type: string, given: OwnElement): Element {
  const { instruction, codes, freeText, validation, mandates, ...element } = given;
  return {
    ...element,
    purposes: [...new Set(element.purposes)],
    mandates: [
      ...mandates.map((mandate) => withoutUndefined(mandate) as Mandate),
      ...(instruction === undefined ? [] : instructedBy(call, instruction, type, given)),
    ],
    ...(codes !== undefined && { codes }),
    ...(freeText !== undefined && { freeText }),
    ...(validation && { validation: withoutUndefined(validation) as Validation }),
  };
}

/** An instruction of this client that is in force and covers the element; otherwise none. */
function instructedBy(
  { state, at }: Call,
  id: string,
  type: string,
  { purposes }: OwnElement,
): Mandate[] {
  const held = state.authority.instructions.get(id);
  if (!held || !isInForce(held, at) || !held.fact.types.includes(type)) return [];
  if (!purposes.every((purpose) => held.fact.purposes.includes(purpose))) return [];
  return [
    {
      citation: `Client instruction ${id}`,
      jurisdiction: 'client',
      demands: 'Held because the client instructs it; no law demands it or names a period',
      checkedOn: new Date(at).toISOString().slice(0, 10),
    },
  ];
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}
