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

/** `offices`: ids of those whose networks hold the address. */
export function whereabouts(
  authority: Authority,
  offices: readonly string[],
  at: number,
): Whereabouts {
  for (const id of offices) {
    const office = authority.offices.get(id);
    if (!office || !isInForce(office, at)) continue;
    const own = openAt(office.fact, at);
    const agreed = [...authority.hours.values()]
      .filter((hours) => isInForce(hours, at))
      .map(({ fact }) => openAt(fact, at));
    return {
      place: { kind: office.fact.kind, id },
      isWithinHours: own.isOpen && (agreed.length === 0 || agreed.some(({ isOpen }) => isOpen)),
      until: Math.min(own.until, ...agreed.map(({ until }) => until)),
    };
  }
  return { place: UNCHECKED, isWithinHours: false, until: Number.POSITIVE_INFINITY };
}

/** Whether provider staff need a place: the client demands it, or some office is in force. */
export function arePlacesChecked({ rules, offices }: Authority, at: number): boolean {
  return rules.places || [...offices.values()].some((office) => isInForce(office, at));
}
