/** The provider holds an instruction to infringe the law (GDPR Art. 28(3)): nothing is done under it until
 * it is cleared or amended, and the client is told at once, with the reason. */
import type { Fact } from '#verifier/fact.ts';
import { toId } from '../../../contract/ids.ts';
import { conflict, notFound } from '../../fault.ts';
import { newUuid } from '../../uuid.ts';
import type { DomainOperation } from '../operation.ts';
import { keepText } from '../texts/sealed-text.ts';

export const flagInstruction: DomainOperation = {
  run({ state, principal, input, at }) {
    const ref = input.params.id!;
    const held = state.authority.instructions.get(ref);
    if (!held || held.until <= at) throw notFound();
    if (state.authority.flagged.has(ref)) {
      throw conflict('already-flagged', 'This instruction is suspended already.');
    }
    const { reason } = input.body as { reason: string };
    const { digest: document, statement } = keepText(state, reason);
    const by = toId('user', principal.user);
    const alert = toId('alert', newUuid(at));
    const flagged: Fact = {
      type: 'instruction.flagged',
      ...{ id: null, ref, document, by, signature: null },
    };
    const told: Fact = {
      type: 'alert.raised',
      id: alert,
      rule: 'instruction-flagged',
      severity: 'high',
      about: [ref, by].sort(),
      index: null,
      effect: 'none',
      signature: null,
    };
    return {
      facts: { list: [flagged, told].map((fact) => ({ state, fact })), statements: [statement] },
      answer: () => ({ id: ref, alert }),
    };
  },
};

/** Whoever looks after the provider's duties finds that it does not infringe the law after all. */
export const clearInstruction: DomainOperation = {
  run({ state, principal, input }) {
    const ref = input.params.id!;
    if (!state.authority.flagged.has(ref)) throw notFound();
    const by = toId('user', principal.user);
    const fact: Fact = { type: 'instruction.cleared', id: null, ref, by, signature: null };
    return { facts: { list: [{ state, fact }] }, answer: () => ({ id: ref }) };
  },
};
