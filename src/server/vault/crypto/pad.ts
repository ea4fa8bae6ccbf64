/** Sizes of padded plaintexts: what the database may see of a value's length. */
import { SealError } from './seal-error.ts';

/** The plaintext's length stands before it, four bytes, big-endian; zeros follow it. */
export const LENGTH_BYTES = 4;
export const PLAINTEXT_BYTES_MAX = 2 ** 30;

const SMALLEST = 128;
const POWERS_UNTIL = 4096;
const zeros = Buffer.alloc(POWERS_UNTIL);

/**
 * Bytes that a plaintext of `length` bytes takes when padded, its length field included: a power of
 * two from 128 to 4096, then steps of an eighth (12.5 %) of the power of two below.
 */
export function paddedSize(length: number): number {
  const need = length + LENGTH_BYTES;
  if (need <= SMALLEST) return SMALLEST;
  const power = 2 ** (31 - Math.clz32(need - 1));
  if (need <= POWERS_UNTIL) return power * 2;
  const step = power / 8;
  return Math.ceil(need / step) * step;
}

/** Writes length ‖ plaintext ‖ zeros over `out[at..at+size]`, with `size` from `paddedSize`. */
export function writePadded(out: Buffer, at: number, size: number, plaintext: Buffer): void {
  out.writeUInt32BE(plaintext.length, at);
  plaintext.copy(out, at + LENGTH_BYTES);
  out.fill(0, at + LENGTH_BYTES + plaintext.length, at + size);
}

/** The plaintext as a view. Throws SealError `padding` unless it is exactly what we would write. */
export function unpad(padded: Buffer): Buffer {
  if (padded.length < SMALLEST) throw new SealError('padding');
  const length = padded.readUInt32BE(0);
  if (length > PLAINTEXT_BYTES_MAX || paddedSize(length) !== padded.length) {
    throw new SealError('padding');
  }
  const end = LENGTH_BYTES + length;
  for (let at = end; at < padded.length; at += zeros.length) {
    const until = Math.min(at + zeros.length, padded.length);
    if (padded.compare(zeros, 0, until - at, at, until) !== 0) throw new SealError('padding');
  }
  return padded.subarray(LENGTH_BYTES, end);
}
