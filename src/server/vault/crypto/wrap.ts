/** Keys wrapped under keys: AES-256-GCM-SIV, because one wrapping key wraps many. */
import type { KeyObject } from 'node:crypto';
import { createSecretKey } from 'node:crypto';
import { type AadPart, checkUint32, encodeAad } from './aad.ts';
import { keyCommitment } from './commitment.ts';
import { type Envelope, openEnvelope, sealEnvelope, sealedKeyVersion } from './envelope.ts';
import { takeNonce } from './nonce.ts';

/** The version of the KEK that a key is wrapped under, unauthenticated: to choose the one to open it with. */
export const wrappedUnderVersion = sealedKeyVersion;

/**
 * format(1) ‖ algorithm(1) ‖ kekVersion(u32) ‖ commitment of the KEK(16) ‖ nonce(12) ‖ ciphertext ‖
 * tag(16): 50 bytes more than the key. `aadParts` say whose key it is and what for; the first should
 * name its kind.
 */
export function wrapKey(
  kek: KeyObject,
  kekVersion: number,
  aadParts: readonly AadPart[],
  key: KeyObject,
): Buffer {
  const bytes = key.export();
  const wrapped = wrapBytes(kek, kekVersion, aadParts, bytes);
  bytes.fill(0);
  return wrapped;
}

/** The same from bytes, for a caller who wipes them. */
export function wrapBytes(
  kek: KeyObject,
  kekVersion: number,
  aadParts: readonly AadPart[],
  bytes: Buffer,
): Buffer {
  return sealEnvelope(wrapEnvelope(kek, kekVersion, aadParts), bytes, takeNonce);
}

/** The key, or SealError: under another KEK or version of it, for another owner, or changed. */
export function unwrapKey(
  kek: KeyObject,
  kekVersion: number,
  aadParts: readonly AadPart[],
  wrapped: Buffer,
): KeyObject {
  const bytes = unwrapBytes(kek, kekVersion, aadParts, wrapped);
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

/** The same as bytes, for a caller who wipes them at once. */
export function unwrapBytes(
  kek: KeyObject,
  kekVersion: number,
  aadParts: readonly AadPart[],
  wrapped: Buffer,
): Buffer {
  return openEnvelope(wrapEnvelope(kek, kekVersion, aadParts), wrapped);
}

const label = Buffer.from('worksmartly/wrap/1');

/** Only for `wrapKey`, `unwrapKey` and their golden test. */
export function wrapEnvelope(
  kek: KeyObject,
  kekVersion: number,
  aadParts: readonly AadPart[],
): Envelope {
  return {
    suite: 'aes-256-gcm-siv',
    key: kek,
    commitment: keyCommitment(kek),
    keyVersion: checkUint32(kekVersion),
    catalogueVersion: null,
    aad: encodeAad(label, [kekVersion, ...aadParts]),
    pad: false,
  };
}
