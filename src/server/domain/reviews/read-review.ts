/** One review: who has access, how often they used it since the review before, and what for. */
import { parseId } from '../../../contract/ids.ts';
import type { House } from '../../house.ts';
import type { Authority, Review } from '../../ledger/authority.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { readUserNames } from '../access/user-account.ts';
import type { DomainOperation } from '../operation.ts';
import { readText } from '../texts/sealed-text.ts';
import { findReview, isCurrent, summaryOf } from './review-state.ts';
import { noUsage, usageInPeriod } from './usage-in-period.ts';

export const readReview: DomainOperation = {
  async run({ house, state, input, at, signal }) {
    const { authority } = state;
    const review = findReview(authority, input.params.id!);
    const { from, to } = periodOf(authority, review, state.head.size);
    const used = await usageInPeriod(house, state, from, to, signal);
    const held = review.fact.assignments.map((id) => authority.assignments.get(id)!);
    const users = [...new Set(held.map(({ fact }) => parseId('user', fact.user)!))];
    const names = await readUserNames(house, users);
    const reasons = await readReasons(house, state, held);
    const items = held.map(({ fact, until }) => ({
      assignment: fact.id,
      user: fact.user,
      name: names.get(parseId('user', fact.user)!) ?? null,
      team: fact.team,
      from: fact.from,
      until: Number.isFinite(until) ? new Date(until).toISOString() : null,
      budget: fact.budget ?? null,
      reason: reasons.get(fact.reason ?? '') ?? null,
      isCurrent: isCurrent(authority, fact.id, at),
      kept: review.decided.get(fact.id) ?? null,
      ...(used.get(fact.user) ?? noUsage()),
    }));
    return { types: [], answer: () => ({ ...summaryOf(authority, review, at), items }) };
  },
};

/** Why they were proposed, in words, by digest. */
async function readReasons(
  house: House,
  state: LedgerState,
  held: readonly { readonly fact: { readonly reason?: string | null } }[],
): Promise<Map<string, string | null>> {
  const digests = new Set(held.flatMap(({ fact }) => fact.reason ?? []));
  const reasons = new Map<string, string | null>();
  for (const digest of digests) reasons.set(digest, await readText(house, state, digest));
  return reasons;
}

/** From the review before this one, or the beginning, to the one after it, or now. */
function periodOf({ reviews }: Authority, review: Review, size: number) {
  const others = [...reviews.values()].filter(({ at }) => at !== review.at);
  const before = others.filter(({ index }) => index < review.index).at(-1);
  const after = others.find(({ index }) => index > review.index);
  return { from: before?.index ?? 0, to: after?.index ?? size };
}
