/** What is still to be decided in a review of who has access. */
import { notFound } from '../../fault.ts';
import type { Authority, Review } from '../../ledger/authority.ts';

/** Whether an assignment has not ended, be it in force or yet to begin. */
export function isCurrent({ assignments }: Authority, id: string, at: number): boolean {
  const held = assignments.get(id);
  return held !== undefined && held.until > at;
}

/** Of the assignments that the review lists, those that have not ended and that nobody has decided on. */
export function undecidedIn(authority: Authority, { fact, decided }: Review, at: number): string[] {
  return fact.assignments.filter((id) => !decided.has(id) && isCurrent(authority, id, at));
}

/** Throws notFound. */
export function findReview({ reviews }: Authority, id: string): Review {
  const review = reviews.get(id);
  if (!review) throw notFound();
  return review;
}

/** A review as a list shows it. */
export function summaryOf(authority: Authority, review: Review, at: number) {
  const { fact, decided } = review;
  const undecided = undecidedIn(authority, review, at).length;
  const isOpen = undecided > 0 && at < Date.parse(fact.due);
  return {
    id: fact.id,
    openedAt: new Date(review.at).toISOString(),
    due: fact.due,
    state: isOpen ? ('open' as const) : ('closed' as const),
    assignments: fact.assignments.length,
    kept: [...decided.values()].filter((keep) => keep).length,
    undecided,
  };
}
