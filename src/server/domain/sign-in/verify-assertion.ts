/** Checks what a passkey signed: the right challenge, page and domain, the person verified, by a
 * passkey that the ledger knows. */
import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import { toId } from '../../../contract/ids.ts';
import type { AssertionJson } from '../../../contract/operations-sign-in.ts';
import type { House } from '../../house.ts';
import { coseOf } from './passkey-key.ts';
import { findPasskey, type StoredPasskey } from './passkey-sql.ts';
import { signInFailed } from './sign-in-failed.ts';
import { userHandle } from './user-handle.ts';

export interface Proven {
  readonly passkey: StoredPasskey;
  /** What it has counted to now. */
  readonly counter: number;
  readonly challenge: string;
}

/** `isExpected` judges the challenge for the user (uuid) whose passkey it is. Throws `signInFailed`. */
export async function verifyAssertion(
  house: House,
  assertion: AssertionJson,
  isExpected: (challenge: string, user: string) => boolean,
): Promise<Proven> {
  const stored = await findPasskey(house, assertion.id);
  if (!stored || assertion.rawId !== assertion.id) throw signInFailed();
  const { provider } = house.ledgers;
  const id = toId('passkey', stored.passkey);
  // Added through another process, perhaps.
  if (!provider.authority.passkeys.has(id)) await house.ledgers.refresh(provider);
  const known = provider.authority.passkeys.get(id);
  if (!known || known.isRemoved || known.fact.user !== toId('user', stored.user)) {
    throw signInFailed();
  }
  const { userHandle: handle } = assertion.response;
  if (handle != null && handle !== userHandle(stored.user)) throw signInFailed();
  let challenge = '';
  try {
    const { clientDataJSON, authenticatorData, signature } = assertion.response;
    checkNotFramed(clientDataJSON);
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        ...{ id: assertion.id, rawId: assertion.rawId, type: 'public-key' },
        response: { clientDataJSON, authenticatorData, signature },
        clientExtensionResults: {},
      },
      expectedChallenge: (given) => {
        challenge = given;
        return isExpected(given, stored.user);
      },
      expectedOrigin: house.site.origin,
      expectedRPID: house.site.rpId,
      credential: {
        id: known.fact.credential,
        publicKey: coseOf(known.fact.publicKey),
        counter: stored.counter,
      },
      requireUserVerification: true,
    });
    if (!verified) throw signInFailed();
    return { passkey: stored, counter: authenticationInfo.newCounter, challenge };
  } catch (error) {
    throw signInFailed(error);
  }
}

/** A page of somebody else's that frames ours must not have anybody sign. */
export function checkNotFramed(clientDataJSON: string): void {
  const data = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8')) as {
    crossOrigin?: unknown;
    topOrigin?: unknown;
  };
  if (data.crossOrigin === true || data.topOrigin !== undefined) throw signInFailed();
}
