/** Stops all access by the provider: from the entry of this call on its staff are refused, and what they
 * have under way ends (`ledger/live-grants.ts`). */
import { toId } from '../../../contract/ids.ts';
import { conflict } from '../../fault.ts';
import { isSuspended } from '../../ledger/is-suspended.ts';
import { signable } from '../signing/signs.ts';

export const suspendAccess = signable({
  draft({ state, principal }, { uuid }) {
    if (isSuspended(state.authority)) {
      throw conflict('already-suspended', 'Access by the provider is suspended already.');
    }
    const id = toId('suspension', uuid);
    const by = toId('user', principal.user);
    const common = { level: 'provider', by, signature: null } as const;
    const fact = { type: 'access.suspended', id, ...common } as const;
    return {
      fact,
      record: (signed) => ({
        types: [],
        facts: { list: [{ state, fact: signed }] },
        answer: () => ({ id }),
      }),
    };
  },
});
