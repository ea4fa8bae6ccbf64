// Whether a client's own record types and elements may stand beside ours: under ids of their own,
// with a reason to be held, and nowhere that is less protected than ours of the same kind.
import { isCadence } from './cadence.ts';
import type { Catalogue, Compartment, Element } from './catalogue.ts';
import { findElement, findType } from './find.ts';
import { isOwnId, type OwnPart } from './own.ts';
import { elementFaults, type RuleContext } from './rules.ts';

export interface OwnContext {
  /** What the client holds, and the catalogue that it was adopted from. */
  readonly adopted: Catalogue;
  readonly whole: Catalogue;
  readonly rules: RuleContext;
}

/** A fault at `<type>.<element>.<field>` or at a type or code list. */
export interface OwnFault {
  readonly at: string;
  readonly reason: string;
}

const NO_MANDATE =
  'no mandate and no instruction in force covers it: cite the law that demands it, or give an ' +
  'instruction that names this record type and these purposes';

/** Of all of a client's own elements together. */
const OWN_ELEMENTS_MAX = 300;

/** Words that name what the law keeps apart, and where that stands. Labels only: a name that says
 * nothing cannot be found out, but a plain one must not slip through. */
const SEGREGATED: readonly [RegExp, readonly Compartment[]][] = [
  [
    /\bssn\b|social security|passport|national id|driver.?s? licen[cs]e|alien number|tax.?payer/i,
    ['identity'],
  ],
  [/\biban\b|bank account|routing number|sort code|account number/i, ['bank']],
  [
    /\brac(e|ial)\b|ethnic|religio|sexual orientation|gender identity|trade.?union/i,
    ['demographic'],
  ],
  [
    /disab(led|ilit)|diagnos|illness|pregnan|medical|vaccin|biometric|genetic|blood (type|group)/i,
    ['medical', 'demographic'],
  ],
  [/criminal|conviction|arrest|disciplin/i, ['conduct']],
];

/** Every fault of `own` at once; `taken` are ids that are in use. */
export function checkOwnPart(
  own: OwnPart,
  context: OwnContext,
): { faults: OwnFault[]; taken: string[] } {
  const { adopted, whole } = context;
  const faults: OwnFault[] = [];
  const taken: string[] = [];
  const seen = new Set<string>();
  const take = (id: string, isTaken: boolean) => {
    if (isTaken || seen.has(id)) taken.push(id);
    seen.add(id);
  };
  for (const type of own.types) {
    take(type.id, findType(adopted, type.id) !== undefined);
    for (const element of type.elements) {
      take(`${type.id}.${element.id}`, false);
      faults.push(...faultsOf(element, type.id, type.compartment, own, context));
    }
  }
  for (const [typeId, elements] of Object.entries(own.elements)) {
    const type = findType(adopted, typeId);
    if (!type) {
      const reason = 'is not a record type that this client has adopted';
      faults.push({ at: `${typeId}`, reason });
      continue;
    }
    for (const element of elements) {
      const id = `${typeId}.${element.id}`;
      take(id, findElement(adopted, id) !== undefined || findElement(whole, id) !== undefined);
      if (!isOwnId(typeId) && !isOwnId(element.id)) {
        const reason = 'must begin with own and a capital letter, such as ownBadge';
        faults.push({ at: `${id}.id`, reason });
      }
      faults.push(...faultsOf(element, typeId, type.compartment, own, context));
    }
  }
  const named = new Set(all(own).map((element) => element.codes));
  for (const id of Object.keys(own.codeLists)) {
    take(id, Object.hasOwn(adopted.codeLists, id));
    if (!named.has(id)) faults.push({ at: id, reason: 'no element names this code list' });
  }
  const held = adopted.types.flatMap((type) =>
    type.elements.filter((element) => isOwnId(type.id) || isOwnId(element.id)),
  );
  if (held.length + all(own).length > OWN_ELEMENTS_MAX) {
    const reason = `a client has at most ${OWN_ELEMENTS_MAX} elements of its own`;
    faults.push({ at: 'elements', reason });
  }
  return { faults, taken };
}

function all(own: OwnPart): Element[] {
  return [...own.types.flatMap((type) => type.elements), ...Object.values(own.elements).flat()];
}

function faultsOf(
  element: Element,
  typeId: string,
  compartment: Compartment,
  own: OwnPart,
  { adopted, whole, rules }: OwnContext,
): OwnFault[] {
  const codeLists = { ...adopted.codeLists, ...own.codeLists };
  const found = elementFaults(element, compartment, { ...rules, codeLists });
  if (element.mandates.length === 0) found.push({ field: 'mandates', reason: NO_MANDATE });
  if (!isCadence(element.cadence ?? '')) {
    const reason =
      'must be a period of a week or more, such as P1Y, or once, at-hire, with-change, with-event, never';
    found.push({ field: 'cadence', reason });
  }
  for (const [words, compartments] of SEGREGATED) {
    if (!words.test(element.label) || compartments.includes(compartment)) continue;
    const reason = `sounds like what the law keeps apart, in ${compartments.join(' or ')}`;
    found.push({ field: 'label', reason });
  }
  found.push(...kindFaults(element, compartment, whole));
  return found.map(({ field, reason }) => ({
    at: `${typeId}.${element.id}.${field}`,
    reason: reason.replace(/ is not in [a-z-]+\.yaml/, ' is not known'),
  }));
}

/** Ours with the same key of a taxonomy say where such data may stand, and how sensitive it is at least. */
function kindFaults(element: Element, compartment: Compartment, whole: Catalogue) {
  const faults: { field: string; reason: string }[] = [];
  for (const name of ['fideslang', 'dpv'] as const) {
    const key = element.taxonomy[name];
    const alike = whole.types.flatMap((type) =>
      type.elements.filter((each) => each.taxonomy[name] === key).map((each) => ({ type, each })),
    );
    if (alike.length === 0) continue;
    const compartments = new Set(alike.map(({ type }) => type.compartment));
    if (!compartments.has(compartment)) {
      const reason = `${key} stands in ${[...compartments].join(', ')}, not in ${compartment}`;
      faults.push({ field: 'taxonomy', reason });
      continue;
    }
    const least = alike
      .filter(({ type }) => type.compartment === compartment)
      .map(({ each }) => each.sensitivity)
      .sort()[0]!;
    if (element.sensitivity < least) {
      const reason = `${key} is at least ${least} in ${compartment}`;
      faults.push({ field: 'sensitivity', reason });
    }
  }
  return faults;
}
