/** Authority is a fold over the facts of one ledger: who may act, under what, until when. */
import type { Fact } from '#verifier/fact.ts';

export interface Registered {
  readonly user: string;
  readonly person: string;
  readonly side: 'provider' | 'client' | 'system';
  readonly roles: readonly string[];
  readonly disabled: boolean;
  /** Index of the last fact about this user. */
  readonly index: number;
}

/** A fact with a half-open period in milliseconds; `until` is Infinity when open, and the time of
 * ending once it was ended. */
export interface InForce<F extends Fact = Fact> {
  readonly fact: F;
  /** Index of the fact. */
  readonly index: number;
  readonly from: number;
  readonly until: number;
}

type FactOf<T extends Fact['type']> = Extract<Fact, { type: T }>;

export interface KeyChanged extends Pick<FactOf<'key.changed'>, 'key' | 'event' | 'version'> {
  readonly at: number;
}

export interface Authority {
  /** Index of the last fact folded in; -1 for none. */
  readonly index: number;
  readonly status: string;
  readonly users: ReadonlyMap<string, Registered>;
  readonly ndas: ReadonlyMap<string, InForce<FactOf<'nda.signed'>>>;
  readonly agreements: ReadonlyMap<string, InForce<FactOf<'agreement.accepted'>>>;
  readonly notices: ReadonlyMap<string, InForce<FactOf<'notice.accepted'>>>;
  readonly instructions: ReadonlyMap<string, InForce<FactOf<'instruction.given'>>>;
  readonly assignments: ReadonlyMap<string, InForce<FactOf<'assignment.started'>>>;
  readonly catalogue: FactOf<'catalogue.adopted'> | null;
  readonly policies: { readonly sha256: string; readonly index: number } | null;
  /** Every catalogue that was ever adopted, oldest first. */
  readonly adopted: readonly FactOf<'catalogue.adopted'>[];
  /** The keys that have signed the ledger, the present one last; the index is that of the fact. */
  readonly logKeys: readonly { readonly vkey: string; readonly index: number }[];
  /** What was recorded of the ledger's own keys, oldest first; `at` in ms. */
  readonly keyChanges: readonly KeyChanged[];
  /** The generation of people's keys, and whether people are being given those of this one. */
  readonly subjectKeys: { readonly version: number; readonly areChanging: boolean };
}

export const NO_AUTHORITY: Authority = {
  index: -1,
  status: 'none',
  users: new Map(),
  ndas: new Map(),
  agreements: new Map(),
  notices: new Map(),
  instructions: new Map(),
  assignments: new Map(),
  catalogue: null,
  policies: null,
  adopted: [],
  logKeys: [],
  keyChanges: [],
  subjectKeys: { version: 1, areChanging: false },
};

/** The authority after one more fact, which stands at `index` and was recorded at `at` (ms). */
export function foldFact(before: Authority, fact: Fact, index: number, at: number): Authority {
  const after = { ...before, index };
  switch (fact.type) {
    case 'user.registered':
    case 'user.changed':
      return {
        ...after,
        users: put(before.users, fact.user, {
          user: fact.user,
          person: fact.person,
          side: fact.side,
          roles: fact.roles,
          disabled: before.users.get(fact.user)?.disabled ?? false,
          index,
        }),
      };
    case 'user.disabled': {
      const user = before.users.get(fact.user);
      return user
        ? { ...after, users: put(before.users, fact.user, { ...user, disabled: true }) }
        : after;
    }
    case 'nda.signed':
      return { ...after, ndas: start(before.ndas, fact, index) };
    case 'nda.ended':
      return { ...after, ndas: end(before.ndas, fact.ref, at) };
    case 'agreement.accepted':
      return { ...after, agreements: start(before.agreements, fact, index) };
    case 'agreement.ended':
      return { ...after, agreements: end(before.agreements, fact.ref, at) };
    case 'notice.accepted':
      return { ...after, notices: start(before.notices, fact, index) };
    case 'notice.ended':
      return { ...after, notices: end(before.notices, fact.ref, at) };
    case 'instruction.given':
      return { ...after, instructions: start(before.instructions, fact, index) };
    case 'instruction.ended':
      return { ...after, instructions: end(before.instructions, fact.ref, at) };
    case 'assignment.started':
      return { ...after, assignments: start(before.assignments, fact, index) };
    case 'assignment.ended':
      return { ...after, assignments: end(before.assignments, fact.ref, at) };
    case 'client.status':
      return { ...after, status: fact.status };
    case 'catalogue.adopted':
      return { ...after, catalogue: fact, adopted: [...before.adopted, fact] };
    case 'policies.loaded':
      return { ...after, policies: { sha256: fact.sha256, index } };
    case 'log.key':
      return { ...after, logKeys: [...before.logKeys, { vkey: fact.vkey, index }] };
    case 'key.changed':
      return {
        ...after,
        keyChanges: [
          ...before.keyChanges,
          { key: fact.key, event: fact.event, version: fact.version, at },
        ],
        subjectKeys: subjectKeysAfter(before, fact),
      };
    case 'alert.raised':
      return after;
  }
}

/** Whether a period holds at `at` (ms): from ≤ at < until. */
export function isInForce(period: InForce, at: number): boolean {
  return period.from <= at && at < period.until;
}

/** The first time after `at` (ms) at which some period of this authority begins or ends. */
export function nextBoundary(authority: Authority, at: number): number {
  let next = Number.POSITIVE_INFINITY;
  const { ndas, agreements, notices, instructions, assignments } = authority;
  for (const facts of [ndas, agreements, notices, instructions, assignments]) {
    for (const { from, until } of facts.values()) {
      if (from > at && from < next) next = from;
      if (until > at && until < next) next = until;
    }
  }
  return next;
}

function subjectKeysAfter(
  { subjectKeys }: Authority,
  { key, event, version }: FactOf<'key.changed'>,
): Authority['subjectKeys'] {
  if (key !== 'subjects') return subjectKeys;
  if (event === 'rotated') return { version, areChanging: true };
  return event === 'destroyed' ? { ...subjectKeys, areChanging: false } : subjectKeys;
}

function put<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  return new Map(map).set(key, value);
}

function start<F extends Fact & { id: string; from: string; until: string | null }>(
  map: ReadonlyMap<string, InForce<F>>,
  fact: F,
  index: number,
): ReadonlyMap<string, InForce<F>> {
  if (map.has(fact.id)) return map;
  const until = fact.until === null ? Number.POSITIVE_INFINITY : Date.parse(fact.until);
  return put(map, fact.id, { fact, index, from: Date.parse(fact.from), until });
}

function end<F extends Fact>(
  map: ReadonlyMap<string, InForce<F>>,
  ref: string,
  at: number,
): ReadonlyMap<string, InForce<F>> {
  const period = map.get(ref);
  return period ? put(map, ref, { ...period, until: Math.min(period.until, at) }) : map;
}
