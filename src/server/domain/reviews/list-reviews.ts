/** The reviews of who has access, the latest first. */
import type { DomainOperation } from '../operation.ts';
import { summaryOf } from './review-state.ts';

export const listReviews: DomainOperation = {
  run({ state: { authority }, at }) {
    const items = [...authority.reviews.values()]
      .map((review) => summaryOf(authority, review, at))
      .reverse();
    return { types: [], answer: () => ({ items }) };
  },
};
