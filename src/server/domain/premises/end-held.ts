/** Ends hours of the client, or an exception, from now on. */
import { toId } from '../../../contract/ids.ts';
import { notFound } from '../../fault.ts';
import type { DomainOperation } from '../operation.ts';

/** What has ended already is not found. */
export function endHeld(kind: 'hours' | 'exception'): DomainOperation {
  return {
    run({ state, principal, input, at }) {
      const ref = input.params.id!;
      const { hours, exceptions } = state.authority;
      const held = kind === 'hours' ? hours.get(ref) : exceptions.get(ref);
      if (!held || held.until <= at) throw notFound();
      const by = toId('user', principal.user);
      const fact = { type: `${kind}.ended` as const, id: null, ref, by, signature: null };
      return { facts: { list: [{ state, fact }] }, answer: () => ({ id: ref }) };
    },
  };
}
