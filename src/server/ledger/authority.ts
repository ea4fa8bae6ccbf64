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

/** A passkey; `isRemoved` since its removal was recorded. */
export interface Passkey {
  readonly fact: FactOf<'passkey.added'>;
  readonly index: number;
  readonly isRemoved: boolean;
}

interface InLedger<F extends Fact> {
  readonly fact: F;
  readonly index: number;
}

/** A version of a text that somebody accepts or signs. */
export type Published = InLedger<FactOf<'text.published'>>;

export interface Suspension {
  readonly fact: FactOf<'access.suspended'>;
  readonly index: number;
  readonly at: number;
  readonly isLifted: boolean;
}

export interface Review {
  readonly fact: FactOf<'review.opened'>;
  readonly index: number;
  readonly at: number;
  /** By assignment, whether it was kept. */
  readonly decided: ReadonlyMap<string, boolean>;
}

export interface Alert {
  readonly fact: FactOf<'alert.raised'>;
  readonly index: number;
  readonly at: number;
  readonly state: 'open' | 'assigned' | 'closed';
  readonly owner: string | null;
  readonly finding: string | null;
}

/** What the client and the provider agreed on how access is given. */
export type Rules = Pick<
  FactOf<'rules.set'>,
  'signed' | 'places' | 'reviews' | 'approvals' | 'clientApprovesExceptions'
>;

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
  readonly rules: Rules;
  readonly passkeys: ReadonlyMap<string, Passkey>;
  /** In the order of the ledger. */
  readonly texts: readonly Published[];
  readonly offices: ReadonlyMap<string, InForce<FactOf<'office.opened'>>>;
  /** The client's own hours. */
  readonly hours: ReadonlyMap<string, InForce<FactOf<'hours.agreed'>>>;
  readonly exceptions: ReadonlyMap<string, InForce<FactOf<'exception.granted'>>>;
  /** By exception, what its review found. */
  readonly exceptionReviews: ReadonlyMap<string, FactOf<'exception.reviewed'>['finding']>;
  readonly approvals: readonly FactOf<'approval.given'>[];
  /** Instructions that the provider holds to infringe the law. */
  readonly flagged: ReadonlyMap<string, FactOf<'instruction.flagged'>>;
  /** Assignments that an alert suspended. */
  readonly suspendedAssignments: ReadonlySet<string>;
  readonly suspensions: ReadonlyMap<string, Suspension>;
  readonly reviews: ReadonlyMap<string, Review>;
  /** By assignment, when a review last kept it, or it was recorded, ms. */
  readonly keptAt: ReadonlyMap<string, number>;
  readonly alerts: ReadonlyMap<string, Alert>;
  /** Stops of the clock that nobody has checked yet. */
  readonly clockStops: ReadonlyMap<string, InLedger<FactOf<'clock.stopped'>>>;
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
  rules: {
    signed: false,
    places: false,
    reviews: false,
    approvals: 1,
    clientApprovesExceptions: false,
  },
  passkeys: new Map(),
  texts: [],
  offices: new Map(),
  hours: new Map(),
  exceptions: new Map(),
  exceptionReviews: new Map(),
  approvals: [],
  flagged: new Map(),
  suspendedAssignments: new Set(),
  suspensions: new Map(),
  reviews: new Map(),
  keptAt: new Map(),
  alerts: new Map(),
  clockStops: new Map(),
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
      return {
        ...after,
        assignments: start(before.assignments, fact, index),
        keptAt: before.keptAt.has(fact.id) ? before.keptAt : put(before.keptAt, fact.id, at),
      };
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
    case 'rules.set':
      return { ...after, rules: rulesAfter(before.rules, fact) };
    case 'passkey.added': {
      if (before.passkeys.has(fact.id)) return after;
      return {
        ...after,
        passkeys: put(before.passkeys, fact.id, { fact, index, isRemoved: false }),
      };
    }
    case 'passkey.removed': {
      const passkey = before.passkeys.get(fact.ref);
      return passkey
        ? { ...after, passkeys: put(before.passkeys, fact.ref, { ...passkey, isRemoved: true }) }
        : after;
    }
    case 'text.published':
      if (before.texts.some((text) => text.fact.id === fact.id)) return after;
      return { ...after, texts: [...before.texts, { fact, index }] };
    case 'office.opened':
      return { ...after, offices: start(before.offices, fact, index) };
    case 'office.closed':
      return { ...after, offices: end(before.offices, fact.ref, at) };
    case 'hours.agreed':
      return { ...after, hours: start(before.hours, fact, index) };
    case 'hours.ended':
      return { ...after, hours: end(before.hours, fact.ref, at) };
    case 'exception.granted':
      return { ...after, exceptions: start(before.exceptions, fact, index) };
    case 'exception.ended':
      return { ...after, exceptions: end(before.exceptions, fact.ref, at) };
    case 'exception.reviewed':
      return {
        ...after,
        exceptionReviews: put(before.exceptionReviews, fact.ref, fact.finding),
      };
    case 'approval.given':
      return { ...after, approvals: [...before.approvals, fact] };
    case 'instruction.flagged':
      return { ...after, flagged: put(before.flagged, fact.ref, fact) };
    case 'instruction.cleared':
      return { ...after, flagged: lifted(before.flagged, fact.ref) };
    case 'assignment.suspended':
      return {
        ...after,
        suspendedAssignments: new Set(before.suspendedAssignments).add(fact.ref),
      };
    case 'assignment.restored':
      return { ...after, suspendedAssignments: without(before.suspendedAssignments, fact.ref) };
    case 'access.suspended': {
      if (before.suspensions.has(fact.id)) return after;
      const suspension = { fact, index, at, isLifted: false };
      return { ...after, suspensions: put(before.suspensions, fact.id, suspension) };
    }
    case 'access.resumed': {
      const suspension = before.suspensions.get(fact.ref);
      if (!suspension) return after;
      const lifted = { ...suspension, isLifted: true };
      return { ...after, suspensions: put(before.suspensions, fact.ref, lifted) };
    }
    case 'review.opened': {
      if (before.reviews.has(fact.id)) return after;
      const review = { fact, index, at, decided: new Map<string, boolean>() };
      return { ...after, reviews: put(before.reviews, fact.id, review) };
    }
    case 'review.decided':
      return reviewDecided(after, fact, at);
    case 'alert.raised': {
      if (fact.id === null || before.alerts.has(fact.id)) return after;
      const alert = { fact, index, at, state: 'open', owner: null, finding: null } as const;
      return { ...after, alerts: put(before.alerts, fact.id, alert) };
    }
    case 'alert.changed': {
      const alert = before.alerts.get(fact.ref);
      if (!alert) return after;
      const { state, owner, finding } = fact;
      return {
        ...after,
        alerts: put(before.alerts, fact.ref, { ...alert, state, owner, finding }),
      };
    }
    case 'clock.stopped':
      return { ...after, clockStops: put(before.clockStops, fact.id, { fact, index }) };
    case 'clock.checked': {
      const others = [...before.clockStops].filter(([id]) => id !== fact.ref);
      return { ...after, clockStops: new Map(others) };
    }
    case 'erasure.ordered':
      return after;
  }
}

/** Whether a period holds at `at` (ms): from ≤ at < until. */
export function isInForce(period: InForce, at: number): boolean {
  return period.from <= at && at < period.until;
}

function subjectKeysAfter(
  { subjectKeys }: Authority,
  { key, event, version }: FactOf<'key.changed'>,
): Authority['subjectKeys'] {
  if (key !== 'subjects') return subjectKeys;
  if (event === 'rotated') return { version, areChanging: true };
  return event === 'destroyed' ? { ...subjectKeys, areChanging: false } : subjectKeys;
}

/** What was once demanded stays demanded. */
function rulesAfter(before: Rules, fact: FactOf<'rules.set'>): Rules {
  return {
    signed: before.signed || fact.signed,
    places: before.places || fact.places,
    reviews: before.reviews || fact.reviews,
    approvals: fact.approvals,
    clientApprovesExceptions: fact.clientApprovesExceptions,
  };
}

/** The first decision about an assignment counts, and only while the review is open. */
function reviewDecided(
  before: Authority,
  { ref, assignment, keep }: FactOf<'review.decided'>,
  at: number,
): Authority {
  const review = before.reviews.get(ref);
  const isListed = review?.fact.assignments.includes(assignment);
  if (!review || !isListed || review.decided.has(assignment)) return before;
  const decided = put(review.decided, assignment, keep);
  const reviews = put(before.reviews, ref, { ...review, decided });
  if (!keep) {
    return { ...before, reviews, assignments: end(before.assignments, assignment, at) };
  }
  return { ...before, reviews, keptAt: put(before.keptAt, assignment, at) };
}

function lifted<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  const less = new Map(map);
  less.delete(key);
  return less;
}

function without(set: ReadonlySet<string>, item: string): ReadonlySet<string> {
  const less = new Set(set);
  less.delete(item);
  return less;
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
