/** Whose non-disclosure agreement ends soon, or is missing: one's own, and everybody's for operators. */
import { toId } from '../../../contract/ids.ts';
import type { DomainOperation } from '../operation.ts';
import { expiring } from './nda-expiry.ts';

const OPERATORS = new Set(['administrator', 'security']);

export const listReminders: DomainOperation = {
  run({ state, principal, role, at }) {
    const own = toId('user', principal.user);
    const items = expiring(state.authority, at)
      .filter(({ user }) => OPERATORS.has(role) || user === own)
      .map(({ user, nda, days }) => ({
        user,
        nda: nda?.fact.id ?? null,
        until: nda ? new Date(nda.until).toISOString() : null,
        state: days === null ? 'missing' : (`due-${days}` as const),
      }));
    return { types: [], answer: () => ({ items }) };
  },
};
