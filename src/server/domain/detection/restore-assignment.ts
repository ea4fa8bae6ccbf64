/** Lets an assignment go on that an alert suspended. Only the client can. */
import { toId } from '../../../contract/ids.ts';
import { notFound } from '../../fault.ts';
import type { DomainOperation } from '../operation.ts';

export const restoreAssignment: DomainOperation = {
  run({ state, input, principal }) {
    const ref = input.params.id!;
    if (!state.authority.suspendedAssignments.has(ref)) throw notFound();
    const by = toId('user', principal.user);
    const fact = { type: 'assignment.restored' as const, id: null, ref, by, signature: null };
    return { facts: { list: [{ state, fact }] }, answer: () => ({ id: ref }) };
  },
};
