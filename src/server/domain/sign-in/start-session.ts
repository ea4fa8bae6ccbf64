/** Signing in with a passkey. Whatever is wrong, the answer is the same. */
import { generateAuthenticationOptions } from '@simplewebauthn/server';
import { toId } from '../../../contract/ids.ts';
import type { AssertionJson } from '../../../contract/operations-sign-in.ts';
import type { House } from '../../house.ts';
import { newUuid } from '../../uuid.ts';
import { findUserByAddress } from '../access/user-account.ts';
import type { Entrance } from '../operation.ts';
import { beginSession } from './begin-session.ts';
import { isChallengeFor, newChallenge, spendChallenge } from './challenge.ts';
import { countUse } from './passkey-sql.ts';
import { signInFailed } from './sign-in-failed.ts';
import { verifyAssertion } from './verify-assertion.ts';

const ANYBODY = '';

/** The passkeys are ones that a device finds by itself, so nothing here depends on who is known: an
 * address that is not gets a challenge that nobody can answer. */
export const signInOptions: Entrance = {
  async run({ house, input, at }) {
    const { address } = input.body as { address?: string };
    const bound = address === undefined ? ANYBODY : await userOrNobody(house, address, at);
    const challenge = newChallenge(house, 'sign-in', bound, at);
    return { answer: { options: await requestOptions(house, challenge, []) } };
  },
};

export const startSession: Entrance = {
  async run({ house, input, at, previous }) {
    const { assertion } = input.body as { assertion: AssertionJson };
    const proven = await verifyAssertion(
      house,
      assertion,
      (challenge, user) =>
        isChallengeFor(house, challenge, 'sign-in', ANYBODY, at) ||
        isChallengeFor(house, challenge, 'sign-in', user, at),
    );
    const { user, passkey } = proven.passkey;
    checkMaySignIn(house, user);
    const begun = beginSession({ user, passkey, authentication: 'passkey', at, previous });
    return {
      principal: begun.principal,
      result: {
        types: [],
        work: {
          statements: [
            ...spendChallenge(proven.challenge, at),
            countUse(proven.passkey, proven.counter),
            ...begun.statements,
          ],
        },
        cookies: [begun.cookie],
        answer: () => begun.answer,
      },
    };
  },
};

/** For `navigator.credentials.get()`; without credentials the device offers what it has. */
export function requestOptions(house: House, challenge: string, credentials: readonly string[]) {
  return generateAuthenticationOptions({
    rpID: house.site.rpId,
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    userVerification: 'required',
    ...(credentials.length > 0 && { allowCredentials: credentials.map((id) => ({ id })) }),
  });
}

/** Throws unless the user (uuid) is registered and not disabled. */
export function checkMaySignIn(house: House, user: string): void {
  const registered = house.ledgers.provider.authority.users.get(toId('user', user));
  if (!registered || registered.disabled) throw signInFailed();
}

async function userOrNobody(house: House, address: string, at: number): Promise<string> {
  return (await findUserByAddress(house, address)) ?? newUuid(at);
}
