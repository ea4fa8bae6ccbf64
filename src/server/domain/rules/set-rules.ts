/** Sets what a client demands. What was once demanded of signatures, places and reviews stays so. */
import { toId } from '../../../contract/ids.ts';
import { conflict } from '../../fault.ts';
import type { Rules } from '../../ledger/authority.ts';
import type { DomainOperation } from '../operation.ts';

const LASTING = ['signed', 'places', 'reviews'] as const;

export const setRules: DomainOperation = {
  run({ state, principal, input }) {
    const asked = input.body as Rules;
    const { rules, passkeys } = state.authority;
    const loosened = LASTING.filter((name) => rules[name] && !asked[name]);
    if (loosened.length > 0) {
      throw conflict(
        'rules-only-tighten',
        `Once demanded it stays demanded: ${loosened.join(', ')}. Nothing was changed.`,
      );
    }
    const by = toId('user', principal.user);
    const canSign = [...passkeys.values()].some(
      ({ fact, isRemoved }) => fact.user === by && !isRemoved,
    );
    if (asked.signed && !rules.signed && !canSign) {
      throw conflict(
        'no-passkey',
        'Without a passkey of yours nothing could be signed any more. Add one first.',
      );
    }
    const fact = { type: 'rules.set' as const, id: null, ...asked, by, signature: null };
    return { facts: { list: [{ state, fact }] }, answer: () => asked };
  },
};
