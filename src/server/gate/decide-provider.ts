/** Decisions about calls that name no client: users, tokens, non-disclosure agreements, clients. */

import { toId } from '../../contract/ids.ts';
import type { Operation } from '../../contract/operation.ts';
import { findTarget, NOBODY } from '../domain/access/target.ts';
import type { Input, Principal } from '../domain/operation.ts';
import type { House } from '../house.ts';
import type { LedgerState } from '../ledger/ledger-state.ts';
import { whereabouts } from '../ledger/place.ts';
import type { Decision } from './decide.ts';
import type { Policies } from './policies.ts';

const OPERATORS = new Set(['administrator', 'security']);

export interface ProviderVisit {
  readonly house: House;
  readonly parts: { readonly policies: Policies };
  readonly principal: Principal;
  readonly state: LedgerState;
  /** ms */
  readonly at: number;
}

/** Asks the policies for each of the caller's roles in turn. */
export async function decideProvider(
  visit: ProviderVisit,
  operation: Operation,
  input: Input,
): Promise<Decision> {
  const { house, parts, principal, state, at } = visit;
  const authority = state.authority;
  const { place } = whereabouts(authority, principal.offices ?? [], at);
  const held = { until: Number.POSITIVE_INFINITY, authIndex: authority.index, place };
  const user = toId('user', principal.user);
  const registered = authority.users.get(user);
  if (!registered || registered.disabled) {
    return { allowed: false, role: null, status: 403, reasons: ['actor-unknown'], ...held };
  }
  const target = await findTarget(house, principal, operation.id, input);
  const isOperator = registered.roles.some((role) => OPERATORS.has(role));
  // Users of others are answered like unknown ones; whoever runs the system knows all.
  const isStranger = target !== NOBODY && !target.targetSelf && !target.targetSameClient;
  const status = isStranger && !isOperator ? 404 : 403;
  let refused: Decision | null = null;
  for (const role of registered.roles) {
    const answer = parts.policies.decide({
      user,
      role,
      operation: operation.id,
      resource: { type: 'Provider', id: 'provider' },
      context: { ...target },
    });
    if (answer.allowed) return { allowed: true, role, instruction: null, types: [], ...held };
    refused ??= { allowed: false, role, status, reasons: answer.reasons, ...held };
  }
  return refused!;
}
