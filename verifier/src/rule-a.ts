// Rule A (docs/formats/ledger.md): whether one recorded access obeys the facts recorded before it. Not written from policies/.
import {
  type Acceptance,
  type Assignment,
  type Authority,
  isInForce,
  type Text,
} from './authority.ts';
import type { Entry } from './entry.ts';
import type { Budget } from './fact.ts';
import { judgePlace } from './rule-a-place.ts';
import { DAY_MS, epochOf, FOREVER, stampAt, stampOf } from './time-stamp.ts';
import { addUsage, isOverBudget, type Usage } from './usage.ts';
import type { Reason } from './verification-error.ts';

/** What an allowed entry claims; two entries with the same claim differ for the rule by their times, and by what they use of a budget. */
export interface Claim {
  kind: Entry['kind'];
  actor: string;
  side: Entry['side'];
  role: string | null;
  instruction: string | null;
  purpose: string | null;
  types: readonly string[];
  place: Entry['context']['place'];
  /** Whether the entry names any type, subject or change. */
  touchesData: boolean;
}

/** `reason` null means covered, and then so is the same claim at every later time before `until`, as far as the budget goes. */
export interface Verdict {
  reason: Reason | null;
  until: number;
  budget: Budget | null;
}

/** How many people an entry opened one by one, and how many rows it released: never both. */
export function usedBy(entry: Entry): { people: number; rows: number } {
  const { subjects, rows = null } = entry;
  if (rows !== null) return { people: 0, rows };
  return { people: 'count' in subjects ? subjects.count : subjects.length, rows: 0 };
}

/** The claim of an entry. */
export function claimOf(entry: Entry): Claim {
  const { kind, actor, side, role, instruction, purpose, types, subjects, changes } = entry;
  const { place } = entry.context;
  const touchesData =
    types.length > 0 ||
    (Array.isArray(subjects) ? subjects.length > 0 : true) ||
    (changes !== null && (!Array.isArray(changes) || changes.length > 0));
  return { kind, actor, side, role, instruction, purpose, types, place, touchesData };
}

/**
 * The reason why an entry is not covered by the facts folded into `authority` and by what is left of its budget, or null;
 * refused and failed entries always are. What an allowed one uses is added to `usage`.
 */
export function judgeEntry(authority: Authority, usage: Usage, entry: Entry): Reason | null {
  if (entry.outcome !== 'allowed') return null;
  const at = stampOf(entry.at);
  const { reason, budget } = judgeClaim(authority, claimOf(entry), at);
  const { people, rows } = usedBy(entry);
  addUsage(usage, entry.actor, at, people, rows);
  if (reason !== null) return reason;
  return budget !== null && isOverBudget(usage, entry.actor, budget) ? 'over-budget' : null;
}

/**
 * Judges an allowed claim at a stamp. The provider's side needs everything of Rule A. The system, its actors `sys:…` and its
 * operators, must not touch data. The client's side must not contradict what is registered. Entries that record a fact or
 * a system event need no cover as long as they touch no data, and are judged like an access when they do.
 */
export function judgeClaim(authority: Authority, claim: Claim, at: number): Verdict {
  if (claim.kind !== 'access' && !claim.touchesData) return covered(FOREVER);
  if (claim.side === 'system' || claim.actor.startsWith('sys:')) return judgeSystem(claim);
  if (claim.side === 'client') return judgeClientSide(authority, claim);
  return judgeProviderSide(authority, claim, at);
}

function judgeSystem(claim: Claim): Verdict {
  if (claim.touchesData) return broken('system-actor-read-data');
  const isActor = claim.actor.startsWith('sys:');
  if (isActor !== (claim.role === null) || claim.side !== 'system') return broken('side-mismatch');
  const isOperator = claim.role === 'administrator' || claim.role === 'security';
  return isActor || isOperator ? covered(FOREVER) : broken('side-mismatch');
}

function judgeClientSide(authority: Authority, { actor, role, touchesData }: Claim): Verdict {
  const user = authority.users.get(actor);
  if (user?.isDisabled) return broken('actor-unknown');
  if (user && (user.side !== 'client' || role === null || !user.roles.includes(role))) {
    return broken('side-mismatch');
  }
  // Sealed off, nobody opens anything.
  return touchesData && isSuspended(authority, 'all')
    ? broken('access-suspended')
    : covered(FOREVER);
}

/** Whether a suspension stands, of this level or of any. */
function isSuspended({ suspensions }: Authority, of?: 'all'): boolean {
  return suspensions.values().some(({ level, stands }) => stands && (of ?? level) === level);
}

function judgeProviderSide(authority: Authority, claim: Claim, at: number): Verdict {
  const user = authority.users.get(claim.actor);
  if (user === undefined || user.isDisabled) return broken('actor-unknown');
  if (user.side !== 'provider' || claim.role === null || !user.roles.includes(claim.role)) {
    return broken('side-mismatch');
  }
  if (authority.status !== 'active') return broken('client-not-active');
  if (isSuspended(authority)) return broken('access-suspended');
  if (authority.clockStops.size > 0) return broken('clock-unchecked');

  const assignment = assignmentAt(authority, claim.actor, at);
  if (typeof assignment === 'string') return broken(assignment);
  const { texts } = authority;
  const nda = acceptedUntil(texts.nda, authority.ndas.get(claim.actor), at);
  if (nda === null) return broken('no-nda');
  const agreement = acceptedUntil(texts.agreement, authority.agreements, at);
  if (agreement === null) return broken('no-agreement');
  const notice = acceptedUntil(texts.notice, authority.notices, at);
  if (notice === null) return broken('no-notice');

  const instruction = authority.instructions.get(claim.instruction ?? '');
  if (instruction === undefined || !isInForce(instruction, at)) return broken('no-instruction');
  if (authority.flagged.has(claim.instruction!)) return broken('instruction-suspended');
  if (claim.purpose === null || !instruction.purposes.has(claim.purpose)) {
    return broken('purpose-not-instructed');
  }
  if (!claim.types.every((type) => instruction.types.has(type))) {
    return broken('type-not-instructed');
  }
  const place = judgePlace(authority, claim, at);
  if (typeof place === 'string') return broken(place);
  const until = Math.min(assignment.until, nda, agreement, notice, instruction.until, place);
  return { reason: null, until, budget: assignment.budget };
}

/** A review is due every quarter, and answered in 14 days: after so many days without one an assignment is not in force. */
const REVIEWED_DAYS = 106;

/**
 * The assignment that a user acts under: of those in force the first in the ledger, until something about assignments may
 * change. Or the reason why there is none: the first test that the last of those in force failed.
 */
function assignmentAt(
  authority: Authority,
  user: string,
  at: number,
): { until: number; budget: Budget | null } | Reason {
  const { rules, suspended } = authority;
  const all = authority.assignments.get(user) ?? [];
  let held = all.filter((each) => isInForce(each, at));
  if (held.length === 0) return 'no-assignment';
  held = held.filter(({ id }) => !suspended.has(id));
  if (held.length === 0) return 'assignment-suspended';
  if (rules.reviews !== null) held = held.filter((each) => reviewedUntil(authority, each) > at);
  if (held.length === 0) return 'not-reviewed';
  if (rules.signed !== null) held = held.filter(({ isTooLong }) => !isTooLong);
  const first = held[0];
  if (first === undefined) return 'assignment-too-long';
  let until = first.until;
  if (rules.reviews !== null) until = Math.min(until, reviewedUntil(authority, first));
  for (const { from } of all) if (from > at) until = Math.min(until, from);
  return { until, budget: first.budget };
}

/** When an assignment ends for want of a review. */
function reviewedUntil(authority: Authority, { id, recorded }: Assignment): number {
  const last = Math.max(recorded, authority.keptAt.get(id) ?? recorded);
  let until = stampAt(epochOf(last) + REVIEWED_DAYS * DAY_MS);
  for (const { due, decided } of authority.reviewsOf.get(id) ?? []) {
    if (decided.get(id) !== true) until = Math.min(until, due);
  }
  return until;
}

/**
 * Until when one of these agreements to a text stays in force; null if none is. Once a mandatory text holds, only an
 * agreement to its document counts, or to that of a text published after it.
 */
function acceptedUntil(
  texts: readonly Text[],
  accepted: readonly Acceptance[] | undefined,
  at: number,
): number | null {
  const current = texts.findLastIndex(({ mandatory, from }) => mandatory && from <= at);
  const documents = new Set(texts.slice(Math.max(current, 0)).map(({ document }) => document));
  let until: number | null = null;
  for (const each of accepted ?? []) {
    if (!isInForce(each, at) || (current >= 0 && !documents.has(each.document))) continue;
    until = Math.max(until ?? each.until, each.until);
  }
  for (const { mandatory, from } of texts) {
    if (until !== null && mandatory && from > at) until = Math.min(until, from);
  }
  return until;
}

const covered = (until: number): Verdict => ({ reason: null, until, budget: null });
const broken = (reason: Reason): Verdict => ({ reason, until: FOREVER, budget: null });
