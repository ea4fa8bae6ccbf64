// Who may do what, folded from the facts of one ledger. Written from docs/formats/ledger.md alone; it shares nothing with the
// gate. What a rule asks of it is in rule-a.ts and the files beside it.
import type { Budget, Fact, Period } from './fact.ts';
import { jcs } from './jcs.ts';
import type { PasskeyAdded } from './signature.ts';
import { DAY_MS, epochOf, FOREVER, HOUR_MS, stampOf } from './time-stamp.ts';
import { type Timetable, timetableOf } from './timetable.ts';

export interface RegisteredUser {
  person: string;
  side: 'provider' | 'client';
  roles: readonly string[];
  isDisabled: boolean;
}

/** Something that is in force while from ≤ at < until (stamps); `until` is when it was ended, once it was. */
export interface InForce {
  from: number;
  until: number;
}

/** An agreement to a text. */
export interface Acceptance extends InForce {
  document: string;
}

export interface Assignment extends InForce {
  id: string;
  /** When it was recorded. */
  recorded: number;
  /** Null where it has none: in facts of version 1. */
  budget: Budget | null;
  /** Whether it was given for ever or for more than a year, which facts of version 1 may. */
  isTooLong: boolean;
}

export interface Instruction extends InForce {
  purposes: ReadonlySet<string>;
  types: ReadonlySet<string>;
}

export interface Text {
  document: string;
  mandatory: boolean;
  from: number;
}

export interface Office extends InForce {
  kind: 'office' | 'vpn';
  timetable: Timetable;
}

export interface Exception extends InForce {
  user: string;
  types: ReadonlySet<string>;
  isTooLong: boolean;
  /** When a review of it was recorded, or null. */
  reviewed: number | null;
}

export interface Review {
  due: number;
  assignments: ReadonlySet<string>;
  /** By assignment, whether it was kept. */
  decided: Map<string, boolean>;
}

/** What the ledger demands: since the entry of this index, or null where it does not. */
export interface Rules {
  signed: number | null;
  places: number | null;
  reviews: number | null;
  approvals: number;
  clientApprovesExceptions: boolean;
}

/** The state after some facts. It changes in place: facts are rare, but states are asked for at every entry. */
export interface Authority {
  status: 'active' | 'frozen' | 'sealed' | 'ended' | null;
  rules: Rules;
  users: Map<string, RegisteredUser>;
  /** By user, because that is how they are asked for; in the order of the ledger. */
  ndas: Map<string, Acceptance[]>;
  assignments: Map<string, Assignment[]>;
  agreements: Acceptance[];
  notices: Acceptance[];
  instructions: Map<string, Instruction>;
  /** Instructions that the provider holds to infringe the law, and assignments that an alert suspended. */
  flagged: Set<string>;
  suspended: Set<string>;
  /** What was published of each kind, in the order of the ledger. */
  texts: Record<'nda' | 'agreement' | 'notice', Text[]>;
  offices: Map<string, Office>;
  /** The client's own hours. */
  agreedHours: (InForce & { timetable: Timetable })[];
  exceptions: Map<string, Exception>;
  passkeys: Map<string, { fact: PasskeyAdded; isRemoved: boolean }>;
  /** Who approved, by the JCS form of the terms. */
  approvals: Map<string, Set<string>>;
  /** By suspension, whether it stands. */
  suspensions: Map<string, { level: 'provider' | 'all'; stands: boolean }>;
  /** Stops of the clock that nobody has checked. */
  clockStops: Set<string>;
  reviews: Map<string, Review>;
  /** By assignment, the reviews that list it, and when one last kept it. */
  reviewsOf: Map<string, Review[]>;
  keptAt: Map<string, number>;
  /** Of every signature, so that none counts twice. */
  nonces: Set<string>;
  /** Everything that ever started, by id, to be found when it ends. */
  started: Map<string, InForce>;
}

export function emptyAuthority(): Authority {
  const none = { signed: null, places: null, reviews: null };
  return {
    status: null,
    rules: { ...none, approvals: 1, clientApprovesExceptions: false },
    users: new Map(),
    ndas: new Map(),
    assignments: new Map(),
    agreements: [],
    notices: [],
    instructions: new Map(),
    flagged: new Set(),
    suspended: new Set(),
    texts: { nda: [], agreement: [], notice: [] },
    offices: new Map(),
    agreedHours: [],
    exceptions: new Map(),
    passkeys: new Map(),
    approvals: new Map(),
    suspensions: new Map(),
    clockStops: new Set(),
    reviews: new Map(),
    reviewsOf: new Map(),
    keptAt: new Map(),
    nonces: new Set(),
    started: new Map(),
  };
}

/**
 * Folds in one more fact, recorded at a stamp as the entry of that index. An id starts once: repeated (a fact can be mirrored
 * twice) or started again after its end, it changes nothing. A disabled user stays disabled, whatever else is recorded about
 * them. What ends takes effect with the next entry.
 */
export function foldFact(authority: Authority, fact: Fact, at: number, index: number): void {
  if (fact.signature !== null) authority.nonces.add(fact.signature.nonce);
  switch (fact.type) {
    case 'user.registered':
    case 'user.changed': {
      const isDisabled = authority.users.get(fact.user)?.isDisabled ?? false;
      const { person, side, roles } = fact;
      authority.users.set(fact.user, { person, side, roles, isDisabled });
      return;
    }
    case 'user.disabled': {
      const user = authority.users.get(fact.user);
      if (user) user.isDisabled = true;
      return;
    }
    case 'nda.signed': {
      const nda = start(authority, fact, { document: fact.document });
      if (nda) listOf(authority.ndas, fact.user).push(nda);
      return;
    }
    case 'agreement.accepted':
    case 'notice.accepted': {
      const accepted = start(authority, fact, { document: fact.document });
      const isAgreement = fact.type === 'agreement.accepted';
      if (accepted) (isAgreement ? authority.agreements : authority.notices).push(accepted);
      return;
    }
    case 'instruction.given': {
      const { purposes, types } = fact;
      const terms = { purposes: new Set(purposes), types: new Set(types) };
      const instruction = start(authority, fact, terms);
      if (instruction) authority.instructions.set(fact.id, instruction);
      return;
    }
    case 'assignment.started': {
      const { id, budget = null } = fact;
      // Facts of version 1 have no budget, and may be open.
      const isTooLong = fact.budget !== undefined && isLonger(fact, ASSIGNMENT_MS_MAX);
      const assignment = start(authority, fact, { id, recorded: at, budget, isTooLong });
      if (assignment) listOf(authority.assignments, fact.user).push(assignment);
      return;
    }
    case 'office.opened': {
      const office = start(authority, fact, { kind: fact.kind, timetable: timetableOf(fact) });
      if (office) authority.offices.set(fact.id, office);
      return;
    }
    case 'hours.agreed': {
      const agreed = start(authority, fact, { timetable: timetableOf(fact) });
      if (agreed) authority.agreedHours.push(agreed);
      return;
    }
    case 'exception.granted': {
      const { user, types } = fact;
      const isTooLong = isLonger(fact, EXCEPTION_MS_MAX);
      const terms = { user, types: new Set(types), isTooLong, reviewed: null };
      const exception = start(authority, fact, terms);
      if (exception) authority.exceptions.set(fact.id, exception);
      return;
    }
    case 'nda.ended':
    case 'assignment.ended':
    case 'agreement.ended':
    case 'notice.ended':
    case 'instruction.ended':
    case 'office.closed':
    case 'hours.ended':
    case 'exception.ended':
      end(authority, fact.ref, at);
      return;
    case 'client.status':
      authority.status = fact.status;
      return;
    case 'rules.set':
      foldRules(authority.rules, fact, index);
      return;
    case 'passkey.added':
      if (!authority.passkeys.has(fact.id)) {
        authority.passkeys.set(fact.id, { fact, isRemoved: false });
      }
      return;
    case 'passkey.removed': {
      const passkey = authority.passkeys.get(fact.ref);
      if (passkey) passkey.isRemoved = true;
      return;
    }
    case 'text.published': {
      if (authority.started.has(fact.id)) return;
      const { document, mandatory } = fact;
      const from = stampOf(fact.from);
      authority.started.set(fact.id, { from, until: FOREVER });
      authority.texts[fact.kind].push({ document, mandatory, from });
      return;
    }
    case 'exception.reviewed': {
      const exception = authority.exceptions.get(fact.ref);
      if (exception) exception.reviewed ??= at;
      return;
    }
    case 'approval.given': {
      const terms = jcs(fact.terms);
      const approvers = authority.approvals.get(terms) ?? new Set();
      authority.approvals.set(terms, approvers.add(fact.by));
      return;
    }
    case 'instruction.flagged':
      authority.flagged.add(fact.ref);
      return;
    case 'instruction.cleared':
      authority.flagged.delete(fact.ref);
      return;
    case 'assignment.suspended':
      authority.suspended.add(fact.ref);
      return;
    case 'assignment.restored':
      authority.suspended.delete(fact.ref);
      return;
    case 'access.suspended':
      if (!authority.suspensions.has(fact.id)) {
        authority.suspensions.set(fact.id, { level: fact.level, stands: true });
      }
      return;
    case 'access.resumed': {
      const suspension = authority.suspensions.get(fact.ref);
      if (suspension) suspension.stands = false;
      return;
    }
    case 'clock.stopped':
      authority.clockStops.add(fact.id);
      return;
    case 'clock.checked':
      authority.clockStops.delete(fact.ref);
      return;
    case 'review.opened': {
      if (authority.reviews.has(fact.id)) return;
      const assignments = new Set(fact.assignments);
      const review = { due: stampOf(fact.due), assignments, decided: new Map() };
      authority.reviews.set(fact.id, review);
      for (const assignment of assignments) listOf(authority.reviewsOf, assignment).push(review);
      return;
    }
    case 'review.decided': {
      const { ref, assignment, keep } = fact;
      const review = authority.reviews.get(ref);
      if (!review?.assignments.has(assignment) || review.decided.has(assignment)) return;
      review.decided.set(assignment, keep);
      if (keep) authority.keptAt.set(assignment, at);
      else end(authority, assignment, at);
      return;
    }
    case 'catalogue.adopted':
    case 'policies.loaded':
    case 'key.changed':
    case 'log.key':
    case 'alert.raised':
    case 'alert.changed':
    case 'erasure.ordered':
      return;
  }
}

export function isInForce(candidate: InForce, at: number): boolean {
  return candidate.from <= at && at < candidate.until;
}

/** An assignment is for a year at most; 366 days, so that no year is too long. */
const ASSIGNMENT_MS_MAX = 366 * DAY_MS;
const EXCEPTION_MS_MAX = 8 * HOUR_MS;

function isLonger({ from, until }: Period, limit: number): boolean {
  return until === null || epochOf(stampOf(until)) - epochOf(stampOf(from)) > limit;
}

/** Null if its id has started before. */
function start<T>(
  authority: Authority,
  fact: Period & { id: string },
  what: T,
): (T & InForce) | null {
  if (authority.started.has(fact.id)) return null;
  const until = fact.until === null ? FOREVER : stampOf(fact.until);
  const started = { ...what, from: stampOf(fact.from), until };
  authority.started.set(fact.id, started);
  return started;
}

/** Entries after it are no earlier, so that nothing is in force for them. */
function end(authority: Authority, ref: string, at: number): void {
  const ended = authority.started.get(ref);
  if (ended) ended.until = Math.min(ended.until, at);
}

/** What was once demanded stays demanded. */
function foldRules(rules: Rules, fact: Extract<Fact, { type: 'rules.set' }>, index: number): void {
  if (fact.signed) rules.signed ??= index;
  if (fact.places) rules.places ??= index;
  if (fact.reviews) rules.reviews ??= index;
  rules.approvals = fact.approvals;
  rules.clientApprovesExceptions = fact.clientApprovesExceptions;
}

function listOf<V>(map: Map<string, V[]>, key: string): V[] {
  const list = map.get(key) ?? [];
  map.set(key, list);
  return list;
}
