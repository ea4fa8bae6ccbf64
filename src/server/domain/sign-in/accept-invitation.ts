/** Accepting an invitation: the first passkey of its user, and a session. */
import { toId } from '../../../contract/ids.ts';
import type { CreatedJson } from '../../../contract/operations-sign-in.ts';
import type { Entrance } from '../operation.ts';
import { beginSession } from './begin-session.ts';
import { isChallengeFor, newChallenge, spendChallenge } from './challenge.ts';
import { enrol, enrolmentOptions } from './enrol.ts';
import { acceptInvitation as accepting, findInvitation } from './invitation.ts';
import { passkeysOf } from './own-passkeys.ts';
import { signInFailed } from './sign-in-failed.ts';
import { checkMaySignIn } from './start-session.ts';

export const invitationOptions: Entrance = {
  async run({ house, input, at }) {
    const found = await findInvitation(house, secretIn(input.body), at);
    if (!found) throw signInFailed();
    await house.ledgers.refresh(house.ledgers.provider);
    checkMaySignIn(house, found.user);
    const challenge = newChallenge(house, 'invitation', found.invitation, at);
    return { answer: { options: await enrolmentOptions(house, found.user, challenge) } };
  },
};

export const acceptInvitation: Entrance = {
  async run({ house, input, at, previous }) {
    const { created } = input.body as { created: CreatedJson };
    const found = await findInvitation(house, secretIn(input.body), at);
    if (!found) throw signInFailed();
    const { user, invitation } = found;
    checkMaySignIn(house, user);
    // Whoever has one already adds another by showing it.
    if (passkeysOf(house, user).length > 0) throw signInFailed();
    const enrolled = await enrol(
      house,
      house.ledgers.provider,
      user,
      created,
      at,
      (challenge) => isChallengeFor(house, challenge, 'invitation', invitation, at),
      signInFailed,
    );
    const { passkey } = enrolled;
    const begun = beginSession({ user, passkey, authentication: 'passkey', at, previous });
    return {
      principal: begun.principal,
      result: {
        types: [],
        facts: {
          list: enrolled.list,
          statements: [
            ...spendChallenge(enrolled.challenge, at),
            accepting(invitation),
            enrolled.statement,
            ...begun.statements,
          ],
        },
        cookies: [begun.cookie],
        answer: () => ({ ...begun.answer, passkey: toId('passkey', passkey) }),
      },
    };
  },
};

function secretIn(body: unknown): string {
  return (body as { invitation: string }).invitation;
}
