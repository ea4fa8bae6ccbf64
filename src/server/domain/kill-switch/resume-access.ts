/** Lifts a suspension. Of a client that is sealed off the seal is opened first: a signature does not open
 * it, and the code does not speak for anybody. */
import { toId } from '../../../contract/ids.ts';
import { conflict, notFound } from '../../fault.ts';
import { isSealedOff } from '../../vault/sealed-off.ts';
import { signable } from '../signing/signs.ts';

export const resumeAccess = signable({
  draft({ state, principal, input }) {
    const ref = input.params.id!;
    const suspension = state.authority.suspensions.get(ref);
    if (!suspension || suspension.isLifted) throw notFound();
    if (suspension.fact.level === 'all' && isSealedOff(state)) {
      throw conflict('seal-closed', 'Open the seal with its code first.');
    }
    const by = toId('user', principal.user);
    const fact = { type: 'access.resumed', id: null, ref, by, signature: null } as const;
    return {
      fact,
      record: (signed) => ({
        types: [],
        facts: { list: [{ state, fact: signed }] },
        answer: () => ({ id: ref }),
      }),
    };
  },
});
