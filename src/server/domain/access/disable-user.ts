/** Disables a user everywhere at once: the fact reaches every client's ledger, the tokens die. */
import { parseId } from '../../../contract/ids.ts';
import { conflict } from '../../fault.ts';
import type { DomainOperation } from '../operation.ts';
import { withdrawInvitations } from '../sign-in/invitation.ts';
import { endSessionsOf } from '../sign-in/session-sql.ts';
import { readLedgersOf } from './clients-of-user.ts';
import { revokeTokens } from './token-sql.ts';

export const disableUser: DomainOperation = {
  async run({ house, state, input }) {
    const id = input.params.id!;
    if (state.authority.users.get(id)?.disabled) {
      throw conflict('already-disabled', 'This user is disabled already.');
    }
    const user = parseId('user', id)!;
    const fact = { type: 'user.disabled' as const, id: null, user: id, signature: null };
    const mirrors = (await readLedgersOf(house, user)).map((client) => ({
      state: client,
      fact,
      mirrors: 0,
    }));
    return {
      facts: {
        list: [{ state, fact }, ...mirrors],
        statements: [
          ...revokeTokens('user_id', user),
          endSessionsOf(user),
          withdrawInvitations(user),
        ],
      },
      answer: () => ({ id }),
    };
  },
};
