/** Takes back what was proposed, or declines it: whoever proposed it, or could approve it. */
import { toId } from '../../../contract/ids.ts';
import { notFound } from '../../fault.ts';
import { APPROVERS } from '../approvals/standing.ts';
import type { DomainOperation } from '../operation.ts';
import { readProposals, takeProposal } from './proposals.ts';

export const withdrawProposal: DomainOperation = {
  async run({ house, state, input, principal, role }) {
    const { id, kind } = input.params;
    const proposal = (await readProposals(house, state)).find(
      (p) => p.id === id && p.kind === kind,
    );
    const isOwn = proposal?.by === toId('user', principal.user);
    if (!proposal || !(isOwn || APPROVERS.client.has(role))) throw notFound();
    return {
      types: [],
      work: { statements: [takeProposal(state, proposal)] },
      answer: () => ({ id }),
    };
  },
};
