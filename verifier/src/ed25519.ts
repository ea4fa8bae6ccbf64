// Ed25519 (RFC 8032) over raw 32-byte public keys, by Node's own crypto.
import { createPublicKey, verify } from 'node:crypto';

/** True if `signature` (64 bytes) is by `publicKey` (32 bytes) over `message`; false for anything malformed. */
export function isEd25519Signature(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (publicKey.length !== 32 || signature.length !== 64) return false;
  const x = Buffer.from(publicKey).toString('base64url');
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return verify(null, message, key, signature);
  } catch {
    return false;
  }
}
