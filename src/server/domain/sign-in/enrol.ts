/** A new passkey: what to make it with, and what becomes of the one that was made. */
import {
  generateRegistrationOptions,
  type VerifiedRegistrationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { toId } from '../../../contract/ids.ts';
import type { CreatedJson } from '../../../contract/operations-sign-in.ts';
import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { newUuid } from '../../uuid.ts';
import type { Statement } from '../../vault/database.ts';
import { readLedgersOf } from '../access/clients-of-user.ts';
import { readAccount } from '../access/user-account.ts';
import type { FactsResult } from '../operation.ts';
import { passkeysOf } from './own-passkeys.ts';
import { ALGORITHMS, spkiOf } from './passkey-key.ts';
import { insertPasskey } from './passkey-sql.ts';
import { userHandle } from './user-handle.ts';
import { checkNotFramed } from './verify-assertion.ts';

/** For `navigator.credentials.create()`; `user` is a bare uuid. */
export async function enrolmentOptions(house: House, user: string, challenge: string) {
  const { address, name } = await readAccount(house, user);
  return generateRegistrationOptions({
    rpName: 'WorkSmartly',
    rpID: house.site.rpId,
    userName: address,
    userDisplayName: name,
    userID: new Uint8Array(Buffer.from(userHandle(user), 'base64url')),
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: passkeysOf(house, user).map(({ fact }) => ({ id: fact.credential })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
}

export interface Enrolled {
  /** Bare uuid. */
  readonly passkey: string;
  readonly challenge: string;
  /** The fact, first, and its mirrors in the ledgers of the user's clients. */
  readonly list: FactsResult['list'];
  readonly statement: Statement;
}

/** Throws what `refused` makes of whatever is wrong with it. */
export async function enrol(
  house: House,
  state: LedgerState,
  user: string,
  created: CreatedJson,
  at: number,
  isExpected: (challenge: string) => boolean,
  refused: (cause?: unknown) => Error,
): Promise<Enrolled> {
  let challenge = '';
  let verified: VerifiedRegistrationResponse;
  let publicKey: string;
  try {
    checkNotFramed(created.response.clientDataJSON);
    verified = await verifyRegistrationResponse({
      response: { ...created, clientExtensionResults: {} },
      expectedChallenge: (given) => {
        challenge = given;
        return isExpected(given);
      },
      expectedOrigin: house.site.origin,
      expectedRPID: house.site.rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    });
    if (!verified.verified) throw refused();
    publicKey = spkiOf(verified.registrationInfo.credential.publicKey);
  } catch (error) {
    throw refused(error);
  }
  const { credential } = verified.registrationInfo;
  const passkey = newUuid(at);
  const fact = {
    type: 'passkey.added' as const,
    id: toId('passkey', passkey),
    user: toId('user', user),
    credential: credential.id,
    publicKey,
    rpId: house.site.rpId,
    origin: house.site.origin,
    signature: null,
  };
  const ledgers = await readLedgersOf(house, user);
  const mirrors = ledgers.map((client) => ({ state: client, fact, mirrors: 0 }));
  return {
    passkey,
    challenge,
    list: [{ state, fact }, ...mirrors],
    statement: insertPasskey(house, { passkey, user, counter: credential.counter }, credential.id),
  };
}
