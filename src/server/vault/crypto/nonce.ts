/** Random 96-bit nonces out of a pool. Each one leaves the pool once and is wiped there. */
import { randomFillSync } from 'node:crypto';

export const NONCE_BYTES = 12;

/** Writes a nonce at `out[at..at+12]`. Sealing takes one as a parameter so that tests can fix it. */
export type NonceSource = (out: Buffer, at: number) => void;

const pool = Buffer.allocUnsafeSlow(16 * 1024);
let next = pool.length;

/** The only nonce source outside tests: the operating system's randomness, 1,365 nonces at a time. */
export function takeNonce(out: Buffer, at: number): void {
  if (next + NONCE_BYTES > pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  const end = next + NONCE_BYTES;
  // Wiped byte by byte: a nonce still in the pool could be handed out again by a later mistake.
  for (let from = next, to = at; from < end; from++, to++) {
    out[to] = pool[from]!;
    pool[from] = 0;
  }
  next = end;
}
