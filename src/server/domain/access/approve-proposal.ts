/** Approves a proposal: its fact is in force from the entry of this call on. Nobody approves what
 * the same person proposed. */
import type { Fact } from '#verifier/fact.ts';
import { parseId, toId } from '../../../contract/ids.ts';
import { conflict, notFound, Refusal } from '../../fault.ts';
import { isInForce } from '../../ledger/authority.ts';
import { adoptOwn } from '../catalogue/propose-procedures.ts';
import type { Call, DomainOperation, FactsResult } from '../operation.ts';
import { addClientOfUser } from './clients-of-user.ts';
import { deleteProposal, type Proposal, readProposals } from './proposals.ts';

type Listed = FactsResult['list'][number];
type Assignment = Extract<Fact, { type: 'assignment.started' }>;

export const approveProposal: DomainOperation = {
  async run(call) {
    const { house, state, input, role } = call;
    const { id, kind } = input.params;
    const proposal = (await readProposals(house, state)).find(
      (p) => p.id === id && p.kind === kind,
    );
    if (!proposal) throw notFound();
    if (role !== 'executive' && kind !== 'assignments') {
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
      const statements = [deleteProposal(state, proposal), ...facts.statements!];
      return { facts: { ...facts, statements }, answer: () => ({ id, state: 'in-force' }) };
    }
    const fact = approved(call, proposal.fact);
    // Read in the same breath as what is mirrored from it.
    const { provider } = house.ledgers;
    const mirrored = fact.type === 'assignment.started' ? mirrorsFor(call, fact) : [];
    const user = fact.type === 'assignment.started' ? parseId('user', fact.user)! : null;
    const statements = [deleteProposal(state, proposal)];
    if (user) statements.push(addClientOfUser(user, state.id));
    return {
      facts: {
        list: [...mirrored, { state, fact }],
        statements,
        depends: user ? [{ state: provider, authIndex: provider.authority.index }] : [],
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
  if (fact.type === 'assignment.started') return { ...fact, from, approvedBy: [by] };
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

/** Everything that the provider knows of the user and that decisions of this client depend on. */
function mirrorsFor(call: Call, fact: Assignment): Listed[] {
  const { house, state, at } = call;
  const { users, ndas } = house.ledgers.provider.authority;
  const user = users.get(fact.user);
  if (!user || user.disabled) throw conflict('user-disabled', 'This user is disabled.');
  const current = [...ndas.values()].filter((nda) => nda.fact.user === fact.user && nda.until > at);
  if (!current.some((nda) => isInForce(nda, at))) {
    throw conflict('no-nda', 'This user has no non-disclosure agreement in force.');
  }
  const list: Listed[] = [];
  if (!state.authority.users.has(fact.user)) {
    const { person, side, roles, index } = user;
    const registered = {
      type: 'user.registered' as const,
      id: null,
      user: fact.user,
      person,
      side,
    };
    list.push({
      state,
      fact: { ...registered, roles: [...roles], signature: null } as Fact,
      source: index,
    });
  }
  for (const nda of current) {
    if (!state.authority.ndas.has(nda.fact.id))
      list.push({ state, fact: nda.fact, source: nda.index });
  }
  return list;
}
