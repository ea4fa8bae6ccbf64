/** Approves a proposal: its fact is in force from the entry of this call on. Nobody approves what
 * the same person proposed. */
import type { Fact } from '#verifier/fact.ts';
import { toId } from '../../../contract/ids.ts';
import { conflict, notFound, Refusal } from '../../fault.ts';
import { draftApproval, recordApproval } from '../approvals/approve-terms.ts';
import { APPROVERS } from '../approvals/standing.ts';
import { termsOf } from '../approvals/terms.ts';
import { adoptOwn } from '../catalogue/propose-procedures.ts';
import type { Call, DomainOperation } from '../operation.ts';
import { type Proposal, readProposals, takeProposal } from './proposals.ts';

export const approveProposal: DomainOperation = {
  async run(call) {
    const { house, state, input, role } = call;
    const { id, kind } = input.params;
    const proposal = (await readProposals(house, state)).find(
      (p) => p.id === id && p.kind === kind,
    );
    if (!proposal) throw notFound();
    if (termsOf(proposal)) return recordApproval(call, proposal, draftApproval(call, proposal));
    if (!APPROVERS.client.has(role)) throw notFound();
    if (role !== 'executive') {
      throw new Refusal(
        403,
        ['role-not-permitted'],
        'Only an executive of the client approves this.',
        {
          promise: 'client-is-controller',
        },
      );
    }
    checkOtherPerson(call, proposal);
    if (proposal.kind === 'procedures') {
      const facts = await adoptOwn(call, proposal.procedures);
      const statements = [takeProposal(state, proposal), ...facts.statements!];
      return { facts: { ...facts, statements }, answer: () => ({ id, state: 'in-force' }) };
    }
    return {
      facts: {
        list: [{ state, fact: approved(call, proposal.fact) }],
        statements: [takeProposal(state, proposal)],
      },
      answer: () => ({ id, state: 'in-force' }),
    };
  },
};

/** Nothing is in force before it is approved. */
function approved(call: Call, fact: Fact): Fact {
  const now = new Date(call.at).toISOString();
  const by = toId('user', call.principal.user);
  if (!('until' in fact)) return fact;
  const [, from] = [fact.from, now].sort() as [string, string];
  if (fact.until !== null && fact.until <= from) {
    throw conflict('proposal-lapsed', 'What was proposed would have ended already.');
  }
  return 'by' in fact ? { ...fact, from, by } : { ...fact, from };
}

function checkOtherPerson(call: Call, proposal: Proposal): void {
  const { users } = call.house.ledgers.provider.authority;
  const proposer = users.get(proposal.by)?.person;
  if (proposer !== users.get(toId('user', call.principal.user))?.person) return;
  throw new Refusal(403, ['same-person'], 'Somebody else must approve what you proposed.', {
    promise: 'client-is-controller',
  });
}
