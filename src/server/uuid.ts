/** UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, then 74 random bits and no counter, so that
 * ids made in one moment for one person do not stand next to each other. */
import { randomFillSync } from 'node:crypto';

const pool = Buffer.alloc(16_384);
let used = pool.length;

/** A fresh UUIDv7 for the given time in milliseconds. */
export function newUuid(nowMs: number): string {
  if (used + 10 > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const time = Math.floor(nowMs).toString(16).padStart(12, '0');
  pool[used] = (pool[used]! & 0x0f) | 0x70;
  pool[used + 2] = (pool[used + 2]! & 0x3f) | 0x80;
  const random = pool.toString('hex', used, used + 10);
  used += 10;
  return `${time.slice(0, 8)}-${time.slice(8)}-${random.slice(0, 4)}-${random.slice(4, 8)}-${random.slice(8)}`;
}

/** The same as 16 bytes at `out[at..at+16]`. */
export function writeNewUuid(out: Buffer, at: number, nowMs: number): void {
  if (used + 10 > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  out.writeUIntBE(Math.floor(nowMs), at, 6);
  pool.copy(out, at + 6, used, used + 10);
  out[at + 6] = (out[at + 6]! & 0x0f) | 0x70;
  out[at + 8] = (out[at + 8]! & 0x3f) | 0x80;
  used += 10;
}
