/** Where somebody is, by the facts: which office in force an address belongs to, and whether it is
 * within its hours there. */
import type { Entry } from '#verifier/entry.ts';
import { type Authority, isInForce } from './authority.ts';
import { openAt } from './hours.ts';

export type Place = Entry['context']['place'];

export const UNCHECKED: Place = { kind: 'unchecked', id: null };

export interface Whereabouts {
  /** `unchecked` when it is no office in force. */
  readonly place: Place;
  /** Within the hours of the office and, where the client has agreed hours, within one of these. */
  readonly isWithinHours: boolean;
  /** Until when (ms) this holds while the facts stay. */
  readonly until: number;
}

/** `offices`: ids of those whose networks hold the address; one that is open goes before others. */
export function whereabouts(
  authority: Authority,
  offices: readonly string[],
  at: number,
): Whereabouts {
  const agreed = [...authority.hours.values()]
    .filter((hours) => isInForce(hours, at))
    .map(({ fact }) => openAt(fact, at));
  const isAgreed = agreed.length === 0 || agreed.some(({ isOpen }) => isOpen);
  let found: Whereabouts | undefined;
  let until = Math.min(Number.POSITIVE_INFINITY, ...agreed.map((each) => each.until));
  for (const id of offices) {
    const office = authority.offices.get(id);
    if (!office || !isInForce(office, at)) continue;
    const own = openAt(office.fact, at);
    until = Math.min(until, own.until);
    if (found && !own.isOpen) continue;
    const place = { kind: office.fact.kind, id };
    found = { place, isWithinHours: own.isOpen && isAgreed, until };
    if (own.isOpen) break;
  }
  if (!found) return { place: UNCHECKED, isWithinHours: false, until: Number.POSITIVE_INFINITY };
  return { ...found, until };
}

/** Whether provider staff need a place: the client demands it, or some office is in force. */
export function arePlacesChecked({ rules, offices }: Authority, at: number): boolean {
  return rules.places || [...offices.values()].some((office) => isInForce(office, at));
}
