/** An order that depends on nothing but random bytes: rows that are stored in it say nothing about how
 * they came. */

/** Places 0 to count − 1, by the first four bytes of each item; items are `stride` bytes apart. */
export function randomOrder(bytes: Buffer, stride: number, count: number): Uint32Array {
  const keys = new BigUint64Array(count);
  // Little-endian, as on every machine that Node runs on: the place below, the key above.
  const words = new Uint32Array(keys.buffer);
  for (let i = 0; i < count; i++) {
    words[2 * i] = i;
    words[2 * i + 1] = bytes.readUInt32BE(stride * i);
  }
  keys.sort();
  return Uint32Array.from({ length: count }, (_, i) => words[2 * i]!);
}
