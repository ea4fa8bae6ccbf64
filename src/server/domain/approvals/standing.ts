/** How far the approval of something proposed has come: which approvals count, and what is missing. */
import type { Terms } from '#verifier/fact.ts';
import { jcs } from '#verifier/jcs.ts';
import type { Authority } from '../../ledger/authority.ts';

type Side = 'provider' | 'client';

export interface Standing {
  /** Users whose approval counts now, each another person, in the order of the ledger. */
  readonly given: readonly string[];
  /** How many persons of each side are needed, and how many have approved. */
  readonly needed: Readonly<Record<Side, number>>;
  readonly has: Readonly<Record<Side, number>>;
}

/** Who may speak for a side here. */
export const APPROVERS: Readonly<Record<Side, ReadonlySet<string>>> = {
  client: new Set(['hr', 'executive']),
  provider: new Set(['administrator', 'security', 'servicing', 'product']),
};

/** `client` is the authority of the client's ledger, `provider` that of the provider's, where everybody is
 * registered. An approval of other terms, or by somebody who could not give it now, counts nothing. */
export function standingOf(client: Authority, provider: Authority, terms: Terms): Standing {
  const text = jcs(terms);
  const persons = new Set<string>(personsBehind(provider, terms));
  const given: string[] = [];
  const has = { provider: 0, client: 0 };
  for (const approval of client.approvals) {
    if (approval.terms.id !== terms.id || jcs(approval.terms) !== text) continue;
    const user = provider.users.get(approval.by);
    if (!user || user.disabled || user.side === 'system' || persons.has(user.person)) continue;
    if (user.side === 'client' && !client.users.has(user.user)) continue;
    if (!user.roles.some((role) => APPROVERS[user.side as Side].has(role))) continue;
    persons.add(user.person);
    given.push(approval.by);
    has[user.side]++;
  }
  return { given, needed: neededFor(client, terms), has };
}

/** The persons who may not approve: who proposed it, and whom it is for. */
export function personsBehind(provider: Authority, terms: Terms): string[] {
  return [terms.proposedBy, terms.user].map((user) => provider.users.get(user)?.person ?? user);
}

function neededFor({ rules }: Authority, { type }: Terms): Standing['needed'] {
  if (type === 'assignment.started') return { provider: 0, client: rules.approvals };
  return { provider: 1, client: rules.clientApprovesExceptions ? rules.approvals : 0 };
}
