/** The key that seals one compartment of one person, and its commitment. Derived, never stored. */
import { createHmac, createSecretKey, hash, KeyObject } from 'node:crypto';
import type { Compartment } from '../../../catalogue/catalogue.ts';
import { COMMITMENT_BYTES } from './commitment.ts';
import { type Keyring, type Slot, useKey, useMaterial } from './keyring.ts';
import { KEY_BYTES } from './random-key.ts';

export interface CompartmentKey {
  readonly key: KeyObject;
  readonly commitment: Buffer;
}

/** Which of a person's keys a compartment's key is derived from. */
const sources: Record<Compartment, 'subject' | Slot> = {
  personnel: 'subject',
  contact: 'subject',
  pay: 'subject',
  conduct: 'subject',
  identity: 'identity',
  demographic: 'demographic',
  medical: 'medical',
  bank: 'bank',
};

const infos = new Map(
  Object.keys(sources).map((compartment) => [compartment, infoOf(compartment)] as const),
);

/** The compartment's key; null when it has a slot of its own and that slot is empty or destroyed. */
export function compartmentKey(keyring: Keyring, compartment: Compartment): CompartmentKey | null {
  return useKey(keyring, sources[compartment], (key) => deriveCompartmentKey(key, compartment));
}

/** Key(32) ‖ commitment(16) from a keyring's material, or null as above; the caller wipes both. */
export function compartmentKeyBytes(material: Buffer, compartment: Compartment): Buffer | null {
  const info = infos.get(compartment);
  if (info === undefined) throw new TypeError('unknown compartment');
  return useMaterial(material, sources[compartment], (key) => expandBlock(key, info));
}

/**
 * The same derivation from any 32-byte key; for records about the client itself, whose keys are per
 * client and compartment.
 */
export function deriveCompartmentKey(
  inputKey: KeyObject | Buffer,
  compartment: Compartment,
): CompartmentKey {
  const info = infos.get(compartment);
  if (info === undefined) throw new TypeError('unknown compartment');
  const block = expandBlock(inputKey, info);
  const key = createSecretKey(block.subarray(0, KEY_BYTES));
  const commitment = Buffer.allocUnsafe(COMMITMENT_BYTES);
  block.copy(commitment, 0, KEY_BYTES, KEY_BYTES + COMMITMENT_BYTES);
  block.fill(0);
  return { key, commitment };
}

/** HKDF-Expand (RFC 5869 §2.3) with HMAC-SHA512, its first block: 64 bytes. `info` ends in 0x01. */
export function expandBlock(pseudorandomKey: KeyObject | Buffer, info: Buffer): Buffer {
  if (pseudorandomKey instanceof KeyObject || pseudorandomKey.length !== KEY_BYTES) {
    return createHmac('sha512', pseudorandomKey).update(info).digest();
  }
  return hmacOfShortKey(pseudorandomKey, info);
}

const BLOCK_BYTES = 128;
const HASH_BYTES = 64;
const inner = Buffer.alloc(BLOCK_BYTES + HASH_BYTES, 0x36);
const outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES, 0x5c);

/** HMAC-SHA512 (RFC 2104) by one-shot hashes: half of what `createHmac` costs. The key's bytes are
 * wiped again. */
function hmacOfShortKey(key: Buffer, message: Buffer): Buffer {
  if (message.length > HASH_BYTES) throw new RangeError('too long an info');
  for (let i = 0; i < KEY_BYTES; i++) {
    inner[i] = key[i]! ^ 0x36;
    outer[i] = key[i]! ^ 0x5c;
  }
  message.copy(inner, BLOCK_BYTES);
  const first = hash('sha512', inner.subarray(0, BLOCK_BYTES + message.length), 'latin1');
  outer.write(first, BLOCK_BYTES, 'latin1');
  const result = hash('sha512', outer, 'buffer');
  inner.fill(0x36, 0, KEY_BYTES);
  outer.fill(0x5c, 0, KEY_BYTES);
  return result;
}

function infoOf(compartment: string): Buffer {
  return Buffer.from(`worksmartly/compartment/1${compartment}\x01`);
}
