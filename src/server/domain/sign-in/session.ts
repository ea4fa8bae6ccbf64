/** Sessions: opaque, 256 random bits, stored as a hash, in a cookie that no script reads. */
import { createHash, randomBytes } from 'node:crypto';

export const SESSION_PATTERN = /^wss_[A-Za-z0-9_-]{43}$/;

/** Without a call for so long it ends; and after so long in any case. */
export const SESSION_IDLE_MS = 30 * 60 * 1000;
export const SESSION_LIFE_MS = 12 * 60 * 60 * 1000;
/** For so long after a passkey was shown, what needs a fresh proof may be done. */
export const STEP_UP_MS = 5 * 60 * 1000;

export interface SessionSecret {
  readonly token: string;
  readonly hash: Buffer;
}

export function newSessionSecret(): SessionSecret {
  const token = `wss_${randomBytes(32).toString('base64url')}`;
  return { token, hash: hashOfSession(token) };
}

export function hashOfSession(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
