/** New random keys, as KeyObjects only: what is not a Buffer is not logged or compared by mistake. */
import { createSecretKey, type KeyObject, randomFillSync } from 'node:crypto';

export const KEY_BYTES = 32;

/** 32 random bytes of the operating system. */
export function newKey(): KeyObject {
  const bytes = randomFillSync(Buffer.allocUnsafe(KEY_BYTES));
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}
