/** Ends an assignment from now on: by either side, or by the user whom it is for. */
import { toId } from '../../../contract/ids.ts';
import { notFound } from '../../fault.ts';
import type { DomainOperation } from '../operation.ts';

const TEAM = new Set(['servicing', 'product']);

export const endAssignment: DomainOperation = {
  run({ state, principal, input, at, role }) {
    const ref = input.params.id!;
    const by = toId('user', principal.user);
    const held = state.authority.assignments.get(ref);
    if (!held || held.until <= at) throw notFound();
    if (TEAM.has(role) && held.fact.user !== by) throw notFound();
    const fact = { type: 'assignment.ended' as const, id: null, ref, by, signature: null };
    return { facts: { list: [{ state, fact }] }, answer: () => ({ id: ref }) };
  },
};
