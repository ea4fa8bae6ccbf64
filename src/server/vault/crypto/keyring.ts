/**
 * A person's keys, stored as one wrapped blob of constant size: the subject key and a slot for each
 * compartment whose key can be destroyed on its own. Rewriting the blob destroys a slot; deleting it
 * destroys the person. The size never tells which slots are in use.
 */
import { createSecretKey, type KeyObject, randomFillSync } from 'node:crypto';
import type { AadPart } from './aad.ts';
import { KEY_BYTES, takeRandom } from './random-key.ts';
import { SealError } from './seal-error.ts';
import { UUID_BYTES, writeUuid } from './uuid-bytes.ts';
import { keyOfVersion, unwrapUnder, type VersionedKey, wrapUnder } from './versioned-key.ts';
import { unwrapBytes, wrapBytes, wrappedUnderVersion } from './wrap.ts';

/** The compartments with a key of their own, in the order of their slots. Never reorder. */
export const slots = ['identity', 'demographic', 'medical', 'bank'] as const;
export type Slot = (typeof slots)[number];

/** Subject key(32) ‖ four slot keys(32 each; all zero = none yet, or destroyed), as one KeyObject. */
export interface Keyring {
  readonly material: KeyObject;
}

/** Whose keyring it is; bare uuids. */
export interface KeyringOwner {
  client: string;
  subject: string;
}

export const MATERIAL_BYTES = KEY_BYTES * (1 + slots.length);

/** A wrapped keyring's size in bytes, always. */
export const WRAPPED_KEYRING_BYTES = MATERIAL_BYTES + 50;

const noKey = Buffer.alloc(KEY_BYTES);
const label = Buffer.from('worksmartly/keyring/1');

// Client(16) ‖ subject(16), written for each call and used at once.
const ownerIds = Buffer.allocUnsafeSlow(2 * UUID_BYTES);

/** A new person's keys: a random subject key, and random keys in the slots named. */
export function newKeyring(filled: readonly Slot[] = []): Keyring {
  const bytes = Buffer.allocUnsafe(MATERIAL_BYTES);
  fillMaterial(bytes, filled);
  return seize(bytes);
}

/** Whether the slot holds a key. */
export function hasSlot(keyring: Keyring, slot: Slot): boolean {
  return useKey(keyring, slot, () => true) ?? false;
}

/** The keyring with a random key in the slot; the same keyring if it holds one already. */
export function addSlot(keyring: Keyring, slot: Slot): Keyring {
  if (hasSlot(keyring, slot)) return keyring;
  return changed(keyring, (bytes) => randomFillSync(slotOf(bytes, slot)));
}

/** The keyring without that key. What it sealed is gone once no copy of an older blob is left. */
export function destroySlot(keyring: Keyring, slot: Slot): Keyring {
  return changed(keyring, (bytes) => slotOf(bytes, slot).fill(0));
}

/** The blob to store, WRAPPED_KEYRING_BYTES long, bound to client and subject. */
export function wrapKeyring(
  clientKey: VersionedKey,
  owner: KeyringOwner,
  keyring: Keyring,
): Buffer {
  return wrapUnder(clientKey, ownerParts(owner), keyring.material);
}

/** The keyring, or SealError: another client key, another owner, or changed. */
export function unwrapKeyring(
  clientKey: VersionedKey,
  owner: KeyringOwner,
  wrapped: Buffer,
): Keyring {
  if (wrapped.length !== WRAPPED_KEYRING_BYTES) throw new SealError('format');
  return { material: unwrapUnder(clientKey, ownerParts(owner), wrapped) };
}

/** The keyring's material as bytes, for a load that opens many and wipes each; or SealError. */
export function unwrapMaterial(
  clientKey: VersionedKey,
  owner: KeyringOwner,
  wrapped: Buffer,
): Buffer {
  if (wrapped.length !== WRAPPED_KEYRING_BYTES) throw new SealError('format');
  const version = wrappedUnderVersion(wrapped);
  return unwrapBytes(keyOfVersion(clientKey, version), version, ownerParts(owner), wrapped);
}

/** The blob to store, from material that the caller holds and wipes. */
export function wrapMaterial(
  clientKey: VersionedKey,
  owner: KeyringOwner,
  material: Buffer,
): Buffer {
  const { version } = clientKey;
  return wrapBytes(keyOfVersion(clientKey, version), version, ownerParts(owner), material);
}

/** Fills `material` with the keys of a new person: all slots but those named stay empty. */
export function fillMaterial(material: Buffer, filled: readonly Slot[]): void {
  takeRandom(material);
  for (const slot of slots) if (!filled.includes(slot)) slotOf(material, slot).fill(0);
}

/** Puts a random key into the slot; false when there is one already. */
export function fillSlot(material: Buffer, slot: Slot): boolean {
  const key = slotOf(material, slot);
  if (!key.equals(noKey)) return false;
  randomFillSync(key);
  return true;
}

/**
 * Runs `use` with the bytes of the subject key or of a slot's key, wiped afterwards, and gives its
 * result; null when the slot is empty. Only for deriving compartment keys.
 */
export function useKey<T>(
  keyring: Keyring,
  which: 'subject' | Slot,
  use: (key: Buffer) => T,
): T | null {
  const bytes = keyring.material.export();
  try {
    return useMaterial(bytes, which, use);
  } finally {
    bytes.fill(0);
  }
}

/** The same with material that the caller holds and wipes. */
export function useMaterial<T>(
  material: Buffer,
  which: 'subject' | Slot,
  use: (key: Buffer) => T,
): T | null {
  const key = which === 'subject' ? material.subarray(0, KEY_BYTES) : slotOf(material, which);
  return key.equals(noKey) ? null : use(key);
}

function slotOf(bytes: Buffer, slot: Slot): Buffer {
  const start = KEY_BYTES * (1 + slots.indexOf(slot));
  return bytes.subarray(start, start + KEY_BYTES);
}

function changed(keyring: Keyring, change: (bytes: Buffer) => void): Keyring {
  const bytes = keyring.material.export();
  change(bytes);
  return seize(bytes);
}

function seize(bytes: Buffer): Keyring {
  const material = createSecretKey(bytes);
  bytes.fill(0);
  return { material };
}

function ownerParts(owner: KeyringOwner): AadPart[] {
  writeUuid(ownerIds, 0, owner.client);
  writeUuid(ownerIds, UUID_BYTES, owner.subject);
  return [label, ownerIds];
}
