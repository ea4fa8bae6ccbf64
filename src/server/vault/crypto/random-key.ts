/** New random keys, as KeyObjects only: what is not a Buffer is not logged or compared by mistake. */
import { createSecretKey, type KeyObject, randomFillSync } from 'node:crypto';

export const KEY_BYTES = 32;

const pool = Buffer.allocUnsafeSlow(16 * 1024);
let next = pool.length;

/** Random bytes of the operating system, at most 1 KiB, out of a pool that is wiped as it is used: for
 * the keys of very many people. */
export function takeRandom(out: Buffer): void {
  if (out.length > 1024) throw new RangeError('more than the pool is for');
  if (next + out.length > pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  const end = next + out.length;
  pool.copy(out, 0, next, end);
  pool.fill(0, next, end);
  next = end;
}

/** 32 random bytes of the operating system. */
export function newKey(): KeyObject {
  const bytes = randomFillSync(Buffer.allocUnsafe(KEY_BYTES));
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}
