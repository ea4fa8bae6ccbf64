/** Approves an assignment or an exception as it was proposed. What an approver approves is recorded with its
 * exact terms; the approval that completes what is needed starts it in the same transaction. Nobody
 * approves for themselves: neither the person who proposed it nor the one it is for, whichever account. */
import type { Fact, Terms } from '#verifier/fact.ts';
import { parseId, toId } from '../../../contract/ids.ts';
import { REASONS } from '../../../contract/promises.ts';
import { conflict, notFound, Refusal } from '../../fault.ts';
import { addClientOfUser } from '../access/clients-of-user.ts';
import { holdProposal, type StoredProposal, takeProposal } from '../access/proposals.ts';
import type { Call, FactsResult, Result } from '../operation.ts';
import { mirrorNdas, mirrorUsers } from './mirror-user.ts';
import { APPROVERS, personsBehind, type Standing, standingOf } from './standing.ts';
import { checkNotLapsed, digestOfTerms, termsOf } from './terms.ts';

type Approval = Extract<Fact, { type: 'approval.given' }>;

/** The fact that the caller would record, unsigned. Throws a Refusal when the caller may not approve this,
 * or did not see it as it is now. The same call on the same proposal gives the same fact. */
export function draftApproval(call: Call, proposal: StoredProposal): Approval {
  const { state, house, principal, at, input } = call;
  const terms = termsOf(proposal)!;
  checkRole(call, terms);
  const { terms: seen } = (input.body ?? {}) as { terms?: string };
  if (seen !== undefined && seen !== digestOfTerms(terms)) {
    throw conflict(
      'proposal-changed',
      'What was proposed is no longer what you saw. Read the proposal again, then decide.',
    );
  }
  checkNotLapsed(terms, state.authority.rules, at);
  const provider = house.ledgers.provider.authority;
  const by = toId('user', principal.user);
  checkPerson(call, terms, by);
  const { needed, has } = standingOf(state.authority, provider, terms);
  if (!APPROVERS.client.has(call.role) && has.provider >= needed.provider) {
    throw conflict('already-approved', 'The provider has approved this. Now it is for the client.');
  }
  if (APPROVERS.client.has(call.role) && has.provider < needed.provider) {
    throw conflict(
      'provider-first',
      'Somebody else at the provider has to approve this before the client does.',
    );
  }
  return { type: 'approval.given', id: null, terms, by, signature: null };
}

/** Records the approval, and starts what was proposed when nothing is missing any more. */
export function recordApproval(call: Call, proposal: StoredProposal, approval: Approval): Result {
  const { state, house } = call;
  const { provider } = house.ledgers;
  const { id } = proposal;
  const { terms } = approval;
  const approvals = [...state.authority.approvals, approval];
  const standing = standingOf({ ...state.authority, approvals }, provider.authority, terms);
  const depends = [{ state: provider, authIndex: provider.authority.index }];
  // Whoever checks a ledger of signed facts must know all these persons and their passkeys.
  const behind = state.authority.rules.signed ? [...standing.given, terms.proposedBy] : [];
  if (!isComplete(standing)) {
    const mirrored = mirrorUsers(call, behind);
    return {
      facts: {
        list: [...mirrored, { state, fact: approval }],
        statements: [holdProposal(state, proposal), ...notedUsers(call, mirrored)],
        depends,
      },
      answer: () => ({ id, state: 'proposed', ...progressOf(standing) }),
    };
  }
  const mirrored = [...mirrorUsers(call, [...behind, terms.user]), ...mirrorNdas(call, terms.user)];
  const started = { ...terms, approvedBy: [...standing.given] };
  return {
    facts: {
      list: [...mirrored, { state, fact: approval }, { state, fact: started }],
      statements: [
        takeProposal(state, proposal),
        addClientOfUser(parseId('user', terms.user)!, state.id),
        ...notedUsers(call, mirrored),
      ],
      depends,
    },
    answer: () => ({ id, state: 'in-force' }),
  };
}

/** How many have approved, and how many are needed in all. */
export function progressOf({ needed, has }: Standing): { approvals: number; needed: number } {
  return { approvals: has.provider + has.client, needed: needed.provider + needed.client };
}

function isComplete({ needed, has }: Standing): boolean {
  return has.provider >= needed.provider && has.client >= needed.client;
}

/** The client approves assignments and, where it wants to, exceptions; the provider exceptions only. For
 * the provider's people anything else that waits does not exist. */
function checkRole({ role, state }: Call, { type }: Terms): void {
  const isException = type === 'exception.granted';
  if (APPROVERS.client.has(role)) {
    if (!isException || state.authority.rules.clientApprovesExceptions) return;
    throw new Refusal(
      403,
      ['role-not-permitted'],
      "This client leaves exceptions to the provider. An executive can change that in the client's rules.",
      { promise: 'client-is-controller' },
    );
  }
  if (!isException) throw notFound();
}

function checkPerson({ house, state }: Call, terms: Terms, by: string): void {
  const { authority: provider } = house.ledgers.provider;
  const own = provider.users.get(by)!.person;
  if (personsBehind(provider, terms).includes(own)) {
    const { promise, sentence } = REASONS['same-person'];
    throw new Refusal(403, ['same-person'], sentence, { promise });
  }
  const { given } = standingOf(state.authority, provider, terms);
  if (given.some((user) => provider.users.get(user)!.person === own)) {
    throw conflict('already-approved', 'You have approved this already. Somebody else is needed.');
  }
}

function notedUsers({ state }: Call, mirrored: FactsResult['list']) {
  const users = mirrored.flatMap(({ fact }) =>
    fact.type === 'user.registered' ? [parseId('user', fact.user)!] : [],
  );
  return users.map((user) => addClientOfUser(user, state.id));
}
