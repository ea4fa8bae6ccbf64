/**
 * The bytes of everything sealed: format(1) ‖ algorithm(1) ‖ keyVersion(u32) [‖ catalogueVersion(u32)]
 * ‖ key commitment(16) ‖ nonce(12) ‖ ciphertext ‖ tag(16). Only `seal.ts`, `wrap.ts` and `person-sealer.ts` may seal:
 * it takes the nonce's source as a parameter.
 */
import type { KeyObject } from 'node:crypto';
import { decrypt, encryptInPlace, type Suite, TAG_BYTES } from './aead.ts';
import { COMMITMENT_BYTES } from './commitment.ts';
import { NONCE_BYTES, type NonceSource } from './nonce.ts';
import { PLAINTEXT_BYTES_MAX, paddedSize, unpad, writePadded } from './pad.ts';
import { SealError } from './seal-error.ts';

const FORMAT = 1;
const algorithms = { 'aes-256-gcm': 1, 'aes-256-gcm-siv': 2 } as const;

export interface Envelope<Key = KeyObject> {
  suite: Suite;
  key: Key;
  commitment: Uint8Array;
  keyVersion: number;
  /** Null where the header has none. */
  catalogueVersion: number | null;
  aad: Buffer;
  pad: boolean;
}

/** Seals; allocates the result and nothing else of its size but the cipher's own output. */
export function sealEnvelope(
  envelope: Envelope<KeyObject | Uint8Array>,
  plaintext: Buffer,
  writeNonce: NonceSource,
): Buffer {
  if (plaintext.length > PLAINTEXT_BYTES_MAX) throw new RangeError('too long to seal');
  const size = envelope.pad ? paddedSize(plaintext.length) : plaintext.length;
  const commitmentAt = commitmentOffset(envelope);
  const nonceAt = commitmentAt + COMMITMENT_BYTES;
  const textAt = nonceAt + NONCE_BYTES;
  const out = Buffer.allocUnsafe(textAt + size + TAG_BYTES);
  out[0] = FORMAT;
  out[1] = algorithms[envelope.suite];
  out.writeUInt32BE(envelope.keyVersion, 2);
  if (envelope.catalogueVersion !== null) out.writeUInt32BE(envelope.catalogueVersion, 6);
  out.set(envelope.commitment, commitmentAt);
  writeNonce(out, nonceAt);
  if (envelope.pad) writePadded(out, textAt, size, plaintext);
  else plaintext.copy(out, textAt);
  encryptInPlace(
    envelope.suite,
    envelope.key,
    out.subarray(nonceAt, textAt),
    envelope.aad,
    out.subarray(textAt),
  );
  return out;
}

/** Opens, or throws SealError. The header is compared first: nothing is decrypted with a wrong key. */
export function openEnvelope(envelope: Envelope<KeyObject | Uint8Array>, sealed: Buffer): Buffer {
  const commitmentAt = commitmentOffset(envelope);
  const nonceAt = commitmentAt + COMMITMENT_BYTES;
  const textAt = nonceAt + NONCE_BYTES;
  if (sealed.length < textAt + TAG_BYTES) throw new SealError('format');
  if (sealed[0] !== FORMAT || sealed[1] !== algorithms[envelope.suite]) {
    throw new SealError('format');
  }
  if (sealed.readUInt32BE(2) !== envelope.keyVersion) throw new SealError('key-version');
  if (envelope.catalogueVersion !== null && sealed.readUInt32BE(6) !== envelope.catalogueVersion) {
    throw new SealError('format');
  }
  // Public, so no constant-time comparison; a loop costs a tenth of Buffer.compare here.
  for (let i = 0; i < COMMITMENT_BYTES; i++) {
    if (sealed[commitmentAt + i] !== envelope.commitment[i]) throw new SealError('commitment');
  }
  const text = decrypt(
    envelope.suite,
    envelope.key,
    sealed.subarray(nonceAt, textAt),
    envelope.aad,
    sealed.subarray(textAt),
  );
  return envelope.pad ? unpad(text) : text;
}

/** The version of the key that sealed a value, unauthenticated: to choose the key to open it with. */
export function sealedKeyVersion(sealed: Buffer): number {
  if (sealed.length < 6 || sealed[0] !== FORMAT) throw new SealError('format');
  return sealed.readUInt32BE(2);
}

/** The catalogue version in a record's header, unauthenticated until the record has been opened. */
export function sealedCatalogueVersion(sealed: Buffer): number {
  if (sealed.length < 10 || sealed[0] !== FORMAT) throw new SealError('format');
  return sealed.readUInt32BE(6);
}

function commitmentOffset(envelope: Pick<Envelope, 'catalogueVersion'>): number {
  return envelope.catalogueVersion === null ? 6 : 10;
}
