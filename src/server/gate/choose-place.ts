/** From where a member of a team acts: the office or VPN pool of the call's address within its hours;
 * otherwise an exception that covers what is wanted, if there is one; otherwise what is missing. */
import type { CedarValueJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { WantedTypes } from '../domain/operation.ts';
import { type Authority, isInForce } from '../ledger/authority.ts';
import { arePlacesChecked, type Place, UNCHECKED, whereabouts } from '../ledger/place.ts';

export interface Chosen {
  readonly place: Place;
  /** The only types that the exception covers; null when the place limits none. */
  readonly types: readonly string[] | null;
  /** Until when (ms) this holds while the facts stay. */
  readonly until: number;
  /** What the policies decide by. */
  readonly context: Readonly<Record<string, CedarValueJson>>;
}

export interface Asked {
  readonly user: string;
  readonly types: WantedTypes;
  /** Ids of the offices whose networks hold the caller's address. */
  readonly offices: readonly string[];
}

export function choosePlace(authority: Authority, asked: Asked, at: number): Chosen {
  const isChecked = arePlacesChecked(authority, at);
  const found = whereabouts(authority, asked.offices, at);
  const isKnown = found.place !== UNCHECKED;
  const { until } = found;
  const context = (place: Place, isWithinHours: boolean) => ({
    place: { isChecked, kind: place.kind, isInForce: isKnown, isWithinHours },
  });
  const exception =
    isChecked && !(isKnown && found.isWithinHours) ? exceptionFor(authority, asked, at) : undefined;
  if (!exception) {
    const { place, isWithinHours } = found;
    return { place, types: null, until, context: context(place, isWithinHours) };
  }
  const { fact, from } = exception;
  const place: Place = { kind: 'exception', id: fact.id };
  const types = [...fact.types];
  const covered = { from, until: exception.until, types };
  return { place, types, until, context: { ...context(place, false), exception: covered } };
}

/** One in force, at best one that covers all that is wanted. */
function exceptionFor({ exceptions }: Authority, { user, types }: Asked, at: number) {
  const own = [...exceptions.values()].filter((e) => e.fact.user === user && isInForce(e, at));
  const covering = own.find(
    ({ fact }) => types !== 'all' && types.every((type) => fact.types.includes(type)),
  );
  return covering ?? own[0];
}
