/** The key that seals one compartment of one person, and its commitment. Derived, never stored. */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';
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
  return createHmac('sha512', pseudorandomKey).update(info).digest();
}

function infoOf(compartment: string): Buffer {
  return Buffer.from(`worksmartly/compartment/1${compartment}\x01`);
}
