/** What waits for approval. The client sees all of it; who runs the system sees what the provider itself
 * proposed or has to approve. */

import { progressOf } from '../approvals/approve-terms.ts';
import { APPROVERS, standingOf } from '../approvals/standing.ts';
import { digestOfTerms, termsOf } from '../approvals/terms.ts';
import type { Call, DomainOperation } from '../operation.ts';
import { readProposals, type StoredProposal } from './proposals.ts';

export const listProposals: DomainOperation = {
  async run(call) {
    const { house, state, role } = call;
    const items = (await readProposals(house, state))
      .filter((proposal) => APPROVERS.client.has(role) || termsOf(proposal))
      .map((proposal) => itemOf(call, proposal));
    return { types: [], answer: () => ({ items }) };
  },
};

/** `terms` is the digest that an approval of it names. */
function itemOf({ house, state }: Call, { ct, text, ...proposal }: StoredProposal) {
  const terms = termsOf({ ...proposal });
  if (!terms) return proposal;
  const standing = standingOf(state.authority, house.ledgers.provider.authority, terms);
  const approvedBy = standing.given;
  return {
    ...proposal,
    ...{ reason: text ?? null, terms: digestOfTerms(terms), approvedBy },
    ...progressOf(standing),
  };
}
