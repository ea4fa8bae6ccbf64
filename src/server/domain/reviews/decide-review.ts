/** The client keeps or ends assignments that a review lists. What is ended is over with the next request. */
import { toId } from '../../../contract/ids.ts';
import { REASONS } from '../../../contract/promises.ts';
import { badInput, conflict, Refusal } from '../../fault.ts';
import type { Review } from '../../ledger/authority.ts';
import type { Call, DomainOperation } from '../operation.ts';
import { findReview, isCurrent, summaryOf } from './review-state.ts';

interface Decided {
  readonly assignment: string;
  readonly keep: boolean;
}

export const decideReview: DomainOperation = {
  run(call) {
    const { state, principal, input, at } = call;
    const review = findReview(state.authority, input.params.id!);
    const { decisions } = input.body as { decisions: readonly Decided[] };
    if (at >= Date.parse(review.fact.due)) {
      throw conflict(
        'review-closed',
        'The time of this review is over: what nobody kept has ended. Have it proposed and approved anew.',
      );
    }
    checkListed(call, review, decisions);
    checkPersons(call, decisions);
    const by = toId('user', principal.user);
    const list = decisions.map(({ assignment, keep }) => ({
      state,
      fact: {
        type: 'review.decided' as const,
        id: null,
        ref: review.fact.id,
        assignment,
        keep,
        by,
        signature: null,
      },
    }));
    return {
      facts: { list },
      answer: () => {
        const { authority } = state;
        return summaryOf(authority, findReview(authority, review.fact.id), at);
      },
    };
  },
};

function checkListed({ state, at }: Call, review: Review, decisions: readonly Decided[]): void {
  const seen = new Set<string>();
  const faults: { at: string; reason: string }[] = [];
  let isDecided = false;
  for (const [i, { assignment }] of decisions.entries()) {
    const where = `body.decisions.${i}.assignment`;
    if (seen.has(assignment)) faults.push({ at: where, reason: 'is named twice' });
    else if (!review.fact.assignments.includes(assignment)) {
      faults.push({ at: where, reason: 'is not listed in this review' });
    }
    seen.add(assignment);
    isDecided ||= review.decided.has(assignment) || !isCurrent(state.authority, assignment, at);
  }
  if (faults.length > 0) throw badInput('These decisions cannot be taken.', faults);
  if (!isDecided) return;
  throw conflict(
    'already-decided',
    'One of these assignments was decided on, or has ended, already. Read the review again.',
  );
}

/** Nobody keeps their own assignment through a second account. */
function checkPersons({ house, state, principal }: Call, decisions: readonly Decided[]): void {
  const { users } = house.ledgers.provider.authority;
  const own = users.get(toId('user', principal.user))?.person;
  for (const { assignment, keep } of decisions) {
    const user = state.authority.assignments.get(assignment)!.fact.user;
    if (!keep || users.get(user)?.person !== own) continue;
    const { promise } = REASONS['same-person'];
    throw new Refusal(403, ['same-person'], 'Somebody else must decide about your own access.', {
      promise,
    });
  }
}
