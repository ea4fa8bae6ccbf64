/** Ends an agreement, a notice or an instruction of a client, from now on. */
import { toId } from '../../../contract/ids.ts';
import { notFound } from '../../fault.ts';
import type { Authority } from '../../ledger/authority.ts';
import type { DomainOperation } from '../operation.ts';

const HELD = {
  agreement: (authority: Authority) => authority.agreements,
  notice: (authority: Authority) => authority.notices,
  instruction: (authority: Authority) => authority.instructions,
} as const;

/** The operation that ends a fact of this kind. What has ended already is not found. */
export function endFact(kind: keyof typeof HELD): DomainOperation {
  return {
    run({ state, principal, input, at }) {
      const ref = input.params.id!;
      const held = HELD[kind](state.authority).get(ref);
      if (!held || held.until <= at) throw notFound();
      const by = toId('user', principal.user);
      const common = { id: null, ref, signature: null };
      const fact =
        kind === 'agreement' || kind === 'notice'
          ? ({ type: `${kind}.ended`, ...common } as const)
          : ({ type: `${kind}.ended`, ...common, by } as const);
      return { facts: { list: [{ state, fact }] }, answer: () => ({ id: ref }) };
    },
  };
}
