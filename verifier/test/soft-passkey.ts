// A passkey in software, for tests: signs facts the way an authenticator and a browser do, rightly unless told otherwise.
import { generateKeyPairSync, hash, type KeyObject, sign } from 'node:crypto';
import type { Fact, Signature } from '../src/fact.ts';
import {
  challengeOf,
  type Offer,
  type PasskeyAdded,
  signerOf,
  statementOf,
} from '../src/signature.ts';

export interface SoftPasskey {
  fact: PasskeyAdded;
  privateKey: KeyObject;
}

export const ALGORITHMS = ['ES256', 'EdDSA', 'RS256'] as const;
const RP_ID = 'worksmartly.example';
const ORIGIN = 'https://worksmartly.example';

/** A new key of `user`, and the fact (with this id, `pky_…`) that registers it. */
export function softPasskey(
  id: string,
  user: string,
  algorithm: (typeof ALGORITHMS)[number] = 'ES256',
): SoftPasskey {
  const { publicKey, privateKey } =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
      : algorithm === 'EdDSA'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const fact = {
    type: 'passkey.added' as const,
    id,
    user,
    credential: hash('sha256', id, 'base64url'),
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64url'),
    rpId: RP_ID,
    origin: ORIGIN,
    signature: null,
  };
  return { fact, privateKey };
}

/** What may be wrong with an assertion, or unusual. */
export interface Oddity {
  rpId?: string;
  /** User present and verified unless given. */
  flags?: number;
  /** What follows the counter. */
  extensions?: Buffer;
  clientData?: Record<string, unknown>;
  /** The whole clientDataJSON. */
  clientDataJSON?: string;
}

/** `fact` with the signature of its signer by this passkey, in answer to `offer`. */
export function signed<F extends Fact>(
  passkey: SoftPasskey,
  origin: string,
  fact: F,
  offer: Omit<Offer, 'by'>,
  oddity: Oddity = {},
): F {
  const { privateKey, fact: added } = passkey;
  const full = { by: signerOf(fact) ?? added.user, ...offer };
  const challenge = challengeOf(statementOf(origin, fact, full)).toString('base64url');
  const data = { type: 'webauthn.get', challenge, origin: added.origin, crossOrigin: false };
  const json = oddity.clientDataJSON ?? JSON.stringify({ ...data, ...oddity.clientData });
  const authenticatorData = Buffer.concat([
    hash('sha256', oddity.rpId ?? added.rpId, 'buffer'),
    Buffer.from([oddity.flags ?? 0x05, 0, 0, 0, 0]),
    oddity.extensions ?? Buffer.alloc(0),
  ]);
  const message = Buffer.concat([authenticatorData, hash('sha256', json, 'buffer')]);
  const digest = privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const signature: Signature = {
    ...full,
    passkey: added.id,
    publicKey: added.publicKey,
    authenticatorData: authenticatorData.toString('base64url'),
    clientDataJSON: Buffer.from(json).toString('base64url'),
    value: sign(digest, message, privateKey).toString('base64url'),
  };
  return { ...fact, signature };
}
