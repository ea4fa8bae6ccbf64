/** AES-256-GCM and AES-256-GCM-SIV, 96-bit nonces and full 128-bit tags only. */
import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto';
import { NONCE_BYTES } from './nonce.ts';
import { SealError } from './seal-error.ts';

/**
 * GCM (SP 800-38D) where one key seals few messages; GCM-SIV (RFC 8452), which survives a repeated
 * nonce, where one key seals many.
 */
export type Suite = 'aes-256-gcm' | 'aes-256-gcm-siv';

export const TAG_BYTES = 16;

// Without an explicit length Node's deciphers accept shortened tags (DEP0182).
const options = { authTagLength: TAG_BYTES } as const;

/**
 * Encrypts in place: `body` is the plaintext followed by 16 free bytes and becomes ciphertext ‖ tag.
 * Throws on a key that is not 32 bytes or a nonce that is not 12: a bug of the caller. A key as bytes is
 * only for imports, which wipe it (`person-sealer.ts`).
 */
export function encryptInPlace(
  suite: Suite,
  key: KeyObject | Uint8Array,
  nonce: Buffer,
  aad: Buffer,
  body: Buffer,
): void {
  checkNonce(nonce);
  const length = body.length - TAG_BYTES;
  if (length < 0) throw new RangeError('no room for the tag');
  const cipher = createCipheriv(suite as 'aes-256-gcm', key, nonce, options);
  cipher.setAAD(aad);
  cipher.update(body.subarray(0, length)).copy(body);
  cipher.final();
  cipher.getAuthTag().copy(body, length);
}

/** Opens ciphertext ‖ tag. Throws SealError `authentication`, and nothing of the text survives. A key as
 * bytes is only for loads, which wipe it (`batch-keys.ts`). */
export function decrypt(
  suite: Suite,
  key: KeyObject | Uint8Array,
  nonce: Buffer,
  aad: Buffer,
  body: Buffer,
): Buffer {
  checkNonce(nonce);
  const length = body.length - TAG_BYTES;
  if (length < 0) throw new SealError('authentication');
  const decipher = createDecipheriv(suite as 'aes-256-gcm', key, nonce, options);
  decipher.setAAD(aad);
  decipher.setAuthTag(body.subarray(length));
  let text: Buffer | undefined;
  try {
    text = decipher.update(body.subarray(0, length));
    decipher.final();
    return text;
  } catch {
    // GCM hands out text before it has checked the tag: that text is an attacker's.
    text?.fill(0);
    throw new SealError('authentication');
  }
}

function checkNonce(nonce: Buffer): void {
  if (nonce.length !== NONCE_BYTES) throw new RangeError('a nonce has 12 bytes');
}
