/**
 * A key's commitment: 16 bytes that name the key without giving it away. GCM and GCM-SIV are not
 * key-committing: without it one ciphertext can be made to open under two keys.
 */
import { createHmac, type KeyObject } from 'node:crypto';

export const COMMITMENT_BYTES = 16;

const known = new WeakMap<KeyObject, Buffer>();

/** HMAC-SHA256(key, "worksmartly/commit/1")[0:16], computed once per KeyObject. Never change it. */
export function keyCommitment(key: KeyObject): Buffer {
  let commitment = known.get(key);
  if (commitment === undefined) {
    const full = createHmac('sha256', key).update('worksmartly/commit/1').digest();
    commitment = Buffer.from(full.subarray(0, COMMITMENT_BYTES));
    known.set(key, commitment);
  }
  return commitment;
}
