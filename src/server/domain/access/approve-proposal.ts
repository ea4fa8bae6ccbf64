/** Approves a proposal: its fact is in force from the entry of this call on. Nobody approves what
 * the same person proposed. */
import type { Fact } from '#verifier/fact.ts';
import { toId } from '../../../contract/ids.ts';
import { conflict, notFound, Refusal } from '../../fault.ts';
import { draftApproval, recordApproval } from '../approvals/approve-terms.ts';
import { APPROVERS } from '../approvals/standing.ts';
import { termsOf } from '../approvals/terms.ts';
import { adoptOwn } from '../catalogue/propose-procedures.ts';
import { checkInstruction, withAmended } from '../instructions/instruction-fact.ts';
import type { Call } from '../operation.ts';
import { signable } from '../signing/signs.ts';
import { checkAccepted } from '../texts/check-accepted.ts';
import { type Proposal, readProposals, type StoredProposal, takeProposal } from './proposals.ts';

/** What the client itself gives, and every approval of exact terms, is signed by whoever approves. */
export const approveProposal = signable({
  isSigned: ({ role, input }) => role === 'executive' && input.params.kind !== 'procedures',
  async draft(call, moment) {
    const proposal = await findProposal(call);
    if (termsOf(proposal)) {
      const fact = draftApproval(call, proposal);
      return { fact, record: (signed) => recordApproval(call, proposal, signed as typeof fact) };
    }
    checkApprover(call, proposal);
    if (proposal.kind === 'procedures') return null;
    const fact = approved(call, proposal.fact, moment.at);
    if (fact.type === 'agreement.accepted' || fact.type === 'notice.accepted') {
      const kind = fact.type === 'agreement.accepted' ? 'agreement' : 'notice';
      await checkAccepted(call, kind, fact, call.principal.user);
    } else if (fact.type === 'instruction.given') checkInstruction(call, fact, moment.at);
    return {
      fact,
      record: (fact) => ({
        facts: {
          list: withAmended(call, fact),
          statements: [takeProposal(call.state, proposal)],
        },
        answer: () => ({ id: proposal.id, state: 'in-force' }),
      }),
    };
  },
  async otherwise(call) {
    const proposal = await findProposal(call);
    checkApprover(call, proposal);
    const facts = await adoptOwn(call, (proposal as Of<'procedures'>).procedures);
    const statements = [takeProposal(call.state, proposal), ...facts.statements!];
    return {
      facts: { ...facts, statements },
      answer: () => ({ id: proposal.id, state: 'in-force' }),
    };
  },
});

type Of<K> = Extract<StoredProposal, { kind: K }>;

async function findProposal({ house, state, input }: Call): Promise<StoredProposal> {
  const { id, kind } = input.params;
  const proposal = (await readProposals(house, state)).find((p) => p.id === id && p.kind === kind);
  if (!proposal) throw notFound();
  return proposal;
}

function checkApprover(call: Call, proposal: StoredProposal): void {
  if (!APPROVERS.client.has(call.role)) throw notFound();
  if (call.role !== 'executive') {
    throw new Refusal(
      403,
      ['role-not-permitted'],
      'Only an executive of the client approves this.',
      { promise: 'client-is-controller' },
    );
  }
  checkOtherPerson(call, proposal);
}

/** Nothing is in force before it is approved. */
function approved(call: Call, fact: Fact, at: number): Fact {
  const now = new Date(at).toISOString();
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
