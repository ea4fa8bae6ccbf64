// What one client holds: the part of the catalogue that its jurisdictions' laws, or its own
// instructions, demand.
import type { Catalogue, CodeList, Element, RecordType } from './catalogue.ts';
import { deepFreeze } from './deep-freeze.ts';
import { longestDuration } from './duration.ts';
import { isOwnElement } from './own.ts';

/** The jurisdiction of a mandate that is the client's own instruction; adopted always. */
export const CLIENT_JURISDICTION = 'client';

/**
 * The subset for `jurisdictions` ('US', 'US-CA' …; a state does not bring its country along):
 * elements with a mandate of one of them or of the client, with those mandates only and the
 * longest minimum that those name. Types without elements and code lists without use fall away.
 * Frozen, in the catalogue's order, so that equal choices have equal digests.
 */
export function adoptCatalogue(catalogue: Catalogue, jurisdictions: readonly string[]): Catalogue {
  const chosen = new Set([...jurisdictions, CLIENT_JURISDICTION]);
  const types = catalogue.types.flatMap((type) => {
    const elements = type.elements.flatMap((element) => adoptElement(element, chosen));
    return elements.length === 0 ? [] : [adoptType(type, elements)];
  });
  const codeLists = usedCodeLists(catalogue, types);
  const { version, migrations } = catalogue;
  return deepFreeze({ version, ...(migrations && { migrations }), codeLists, types });
}

/** The jurisdictions that an adopted catalogue was adopted for, as far as its procedures show. */
export function jurisdictionsOf(adopted: Catalogue): string[] {
  const named = adopted.types.flatMap((type) =>
    type.elements.flatMap((element) =>
      isOwnElement(`${type.id}.${element.id}`)
        ? []
        : element.mandates.map((mandate) => mandate.jurisdiction),
    ),
  );
  return [...new Set(named)].filter((name) => name !== CLIENT_JURISDICTION).sort();
}

/** Those of `jurisdictions` that no procedure names. */
export function unknownJurisdictions(
  catalogue: Catalogue,
  jurisdictions: readonly string[],
): string[] {
  const named = new Set(
    catalogue.types.flatMap(({ elements }) =>
      elements.flatMap(({ mandates }) => mandates.map((mandate) => mandate.jurisdiction)),
    ),
  );
  return jurisdictions.filter((jurisdiction) => !named.has(jurisdiction));
}

/** What identifies a record is told by the elements that are left; what it refers to stays. */
function adoptType(type: RecordType, elements: Element[]): RecordType {
  const { identifiedBy, ...rest } = type;
  const left = identifiedBy?.filter((id) => elements.some((element) => element.id === id)) ?? [];
  return { ...rest, ...(left.length > 0 && { identifiedBy: left }), elements };
}

function adoptElement(element: Element, chosen: ReadonlySet<string>): Element[] {
  const mandates = element.mandates.filter((mandate) => chosen.has(mandate.jurisdiction));
  if (mandates.length === 0) return [];
  const minimum = longestDuration(mandates.flatMap((mandate) => mandate.minimum ?? []));
  return [{ ...element, mandates, retention: { ...element.retention, minimum } }];
}

function usedCodeLists({ codeLists }: Catalogue, types: Catalogue['types']) {
  const used = new Set<string | undefined>(['purpose', 'retentionTrigger']);
  for (const type of types) for (const element of type.elements) used.add(element.codes);
  const kept: Record<string, CodeList> = {};
  for (const [id, list] of Object.entries(codeLists)) if (used.has(id)) kept[id] = list;
  return kept;
}
