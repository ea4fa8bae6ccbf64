/** Invites a registered user to make the first passkey. Whoever has one needs no invitation: only a
 * recovery, which takes two people, gives such a user another. */
import { parseId, toId } from '../../../contract/ids.ts';
import { conflict } from '../../fault.ts';
import { hasServiceToken } from '../access/token-sql.ts';
import type { DomainOperation } from '../operation.ts';
import { newInvitation } from './invitation.ts';
import { passkeysOf } from './own-passkeys.ts';

export const issueInvitation: DomainOperation = {
  async run({ house, input, at }) {
    const user = parseId('user', input.params.id)!;
    if (house.ledgers.provider.authority.users.get(toId('user', user))?.disabled) {
      throw conflict('user-disabled', 'This user is disabled; an invitation would open nothing.');
    }
    if (passkeysOf(house, user).length > 0) {
      const detail = 'This user has a passkey. If it is lost, start a recovery.';
      throw conflict('has-passkey', detail);
    }
    if (await hasServiceToken(house.database, user, at)) {
      throw conflict('is-machine', 'This user is a machine: it has a service token.');
    }
    const { statements, answer } = newInvitation(house, user, at);
    return { work: { statements }, answer: () => answer };
  },
};
