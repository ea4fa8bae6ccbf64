/**
 * Additional authenticated data from parts, each behind its length, so that no two lists of parts
 * give the same bytes by shifting a border.
 */

/** Text as UTF-8, bytes as they are, integers from 0 to 2^53-1 as eight bytes, big-endian. */
export type AadPart = string | Buffer | number;

const scratch = Buffer.allocUnsafeSlow(4096);

/**
 * Length (u32, big-endian) ‖ bytes, for each part. The result is a view of one shared buffer: it
 * holds until the next call, so use it at once. Throws on more than 4 KiB and on malformed parts.
 */
export function encodeAad(label: AadPart, parts: readonly AadPart[]): Buffer {
  let at = writePart(0, label);
  for (const part of parts) at = writePart(at, part);
  return scratch.subarray(0, at);
}

/** A whole number of 32 bits, or RangeError. */
export function checkUint32(value: number): number {
  if (value >>> 0 !== value) throw new RangeError('not an unsigned 32-bit number');
  return value;
}

function writePart(at: number, part: AadPart): number {
  const start = at + 4;
  let length: number;
  if (typeof part === 'string') {
    length = writeText(start, part);
  } else if (typeof part === 'number') {
    length = writeInteger(start, part);
  } else {
    length = part.length;
    checkRoom(start, length);
    part.copy(scratch, start);
  }
  scratch.writeUInt32BE(length, at);
  return start + length;
}

function writeText(start: number, text: string): number {
  // A lone surrogate becomes U+FFFD in UTF-8, and two texts would share one encoding.
  if (!text.isWellFormed()) throw new TypeError('not well-formed text');
  checkRoom(start, text.length * 3);
  return scratch.write(text, start);
}

function writeInteger(start: number, value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError('not a whole number');
  checkRoom(start, 8);
  scratch.writeUInt32BE(Math.floor(value / 0x1_0000_0000), start);
  scratch.writeUInt32BE(value >>> 0, start + 4);
  return 8;
}

function checkRoom(start: number, length: number): void {
  if (start + length > scratch.length) throw new RangeError('authenticated data too long');
}
