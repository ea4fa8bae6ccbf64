/** Which assignment a user acts under at a moment: of those in force the first in the ledger that nothing
 * stands against. The verifier has this rule for itself (docs/formats/ledger.md, Rule A). */
import type { Budget, Fact } from '#verifier/fact.ts';
import { type Authority, type InForce, isInForce } from './authority.ts';

type Assignment = InForce<Extract<Fact, { type: 'assignment.started' }>>;

/** Why an assignment whose period holds does not count. */
export interface Standing {
  readonly isSuspended: boolean;
  readonly isUnreviewed: boolean;
  readonly isTooLong: boolean;
}

export interface Cover extends Standing {
  /** Null where the user has none whose period holds. */
  readonly assignment: Assignment | null;
  /** Of an assignment that counts; null where it sets no limit. */
  readonly budget: Budget | null;
  /** Until when this answer holds, ms, as far as assignments go. */
  readonly until: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** A review is due every quarter and answered in 14 days; an assignment that none has kept for so long
 * ends without one. */
const REVIEWED_DAYS = 106;
const LENGTH_MAX_MS = 366 * DAY_MS;

const NOTHING = { isSuspended: false, isUnreviewed: false, isTooLong: false };
const known = new WeakMap<Authority, Map<string, { readonly since: number; cover: Cover }>>();

/** At `at` (ms); remembered until it can change. */
export function coverOf(authority: Authority, user: string, at: number): Cover {
  const covers = known.get(authority) ?? new Map();
  known.set(authority, covers);
  const found = covers.get(user);
  if (found && found.since <= at && at < found.cover.until) return found.cover;
  const cover = coverAt(authority, user, at);
  covers.set(user, { since: at, cover });
  return cover;
}

function coverAt(authority: Authority, user: string, at: number): Cover {
  let until = Number.POSITIVE_INFINITY;
  let found: Omit<Cover, 'until'> | undefined;
  let other: Omit<Cover, 'until'> | undefined;
  for (const assignment of authority.assignments.values()) {
    if (assignment.fact.user !== user) continue;
    const reviewedTo = reviewedUntil(authority, assignment);
    for (const boundary of [assignment.from, assignment.until, reviewedTo]) {
      if (boundary > at) until = Math.min(until, boundary);
    }
    if (!isInForce(assignment, at)) continue;
    const standing = {
      isSuspended: authority.suspendedAssignments.has(assignment.fact.id),
      isUnreviewed: at >= reviewedTo,
      isTooLong: authority.rules.signed && isTooLong(assignment),
    };
    if (Object.values(standing).includes(true)) other ??= { assignment, ...standing, budget: null };
    else found ??= { assignment, ...standing, budget: limitsOf(assignment) };
  }
  return { assignment: null, ...NOTHING, budget: null, ...(found ?? other), until };
}

/** When an assignment ends for want of a review, ms; never, where the client demands none. */
function reviewedUntil(authority: Authority, { fact: { id } }: Assignment): number {
  if (!authority.rules.reviews) return Number.POSITIVE_INFINITY;
  let until = (authority.keptAt.get(id) ?? 0) + REVIEWED_DAYS * DAY_MS;
  for (const { fact, decided } of authority.reviews.values()) {
    if (!fact.assignments.includes(id) || decided.get(id) === true) continue;
    until = Math.min(until, Date.parse(fact.due));
  }
  return until;
}

/** Facts of before have no budget; they may be open. */
function isTooLong({ fact }: Assignment): boolean {
  if (fact.budget === undefined) return false;
  return fact.until === null || Date.parse(fact.until) - Date.parse(fact.from) > LENGTH_MAX_MS;
}

function limitsOf({ fact: { budget } }: Assignment): Budget | null {
  if (!budget || Object.values(budget).every((limit) => limit === null)) return null;
  return budget;
}
