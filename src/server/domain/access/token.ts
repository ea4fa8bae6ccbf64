/** Bearer tokens: 256 random bits behind a prefix that scanners for leaked secrets can know. */
import { createHash, randomBytes } from 'node:crypto';

/** Of a person, or of a machine: that kind is good with a scope only. */
export const TOKEN_PATTERN = /^ws[tm]_[A-Za-z0-9_-]{43}$/;

/** A token as it is shown once, and the hash that is stored. */
export function newToken(kind: 'wst' | 'wsm' = 'wst'): { token: string; hash: Buffer } {
  const token = `${kind}_${randomBytes(32).toString('base64url')}`;
  return { token, hash: hashOfToken(token) };
}

/** SHA-256: a token of 256 random bits needs no slow hash. */
export function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
