/** Every non-disclosure agreement of a user: those that are over stay on record. */
import { isInForce } from '../../ledger/authority.ts';
import { isCurrentText } from '../../ledger/current-text.ts';
import type { DomainOperation } from '../operation.ts';

export const listNdas: DomainOperation = {
  run({ state, input, at }) {
    const { authority } = state;
    const items = [...authority.ndas.values()]
      .filter(({ fact }) => fact.user === input.params.id)
      .map((nda) => {
        const { id, document, version, from, signature } = nda.fact;
        const until = Number.isFinite(nda.until) ? new Date(nda.until).toISOString() : null;
        const isCurrent = isCurrentText(authority, 'nda', document, at);
        const inForce = isCurrent ? 'in-force' : 'superseded';
        const past = nda.from > at ? 'future' : 'over';
        const standing = isInForce(nda, at) ? inForce : past;
        return { id, document, version, from, until, signed: signature !== null, state: standing };
      });
    return { types: [], answer: () => ({ items }) };
  },
};
