// Reading the pieces of a canonical entry straight from its bytes. Every function takes a position and gives the position
// behind what it read, or -1; a position of -1 stays -1, so that calls chain. None can cross a newline: no piece holds one.

/** Bytes that must be readable behind the last entry, because bytes are read eight and two at a time. */
export const SCAN_PADDING = 128;

const HEX = 1;
const TOKEN = 2;
const ALPHANUMERIC = 4;
const BASE64 = 8;
const PURPOSE = 16;
const LOWER = 32;
const TYPE = 64;

/** For each byte, the classes above that it belongs to. */
const CLASS = new Uint8Array(256);
for (const [characters, bits] of [
  ['abcdef', HEX],
  ['abcdefghijklmnopqrstuvwxyz', LOWER | PURPOSE | ALPHANUMERIC | TOKEN | BASE64 | TYPE],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', ALPHANUMERIC | TOKEN | BASE64 | TYPE],
  ['0123456789', HEX | PURPOSE | ALPHANUMERIC | TOKEN | BASE64 | TYPE],
  ['+/', BASE64],
  ['-', PURPOSE | TYPE],
  ['._:/-', TOKEN],
] as const) {
  for (const character of characters) CLASS[character.charCodeAt(0)]! |= bits;
}

/** For each pair of bytes, read as a little-endian number, the classes that both belong to. */
const PAIR = new Uint8Array(65_536);
for (let pair = 0; pair < PAIR.length; pair++) PAIR[pair] = CLASS[pair & 255]! & CLASS[pair >> 8]!;

/** For each such pair, the number that its two digits write, else 255. */
const TWO_DIGITS = new Uint8Array(65_536).fill(255);
for (let n = 0; n < 100; n++) {
  TWO_DIGITS[(0x30 + (n % 10)) * 256 + 0x30 + Math.floor(n / 10)] = n;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const DASH = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** ASCII text to compare with: its bytes, and the same as words of eight, the last overlapping the one before it. */
export interface Literal {
  bytes: Uint8Array;
  words: BigInt64Array;
}

export function literalOf(text: string): Literal {
  const bytes = Uint8Array.from(Buffer.from(text, 'latin1'));
  const view = new DataView(bytes.buffer);
  const count = bytes.length < 8 ? 0 : Math.ceil(bytes.length / 8);
  const words = BigInt64Array.from({ length: count }, (_, word) =>
    view.getBigInt64(Math.min(word * 8, bytes.length - 8), true),
  );
  return { bytes, words };
}

const NULL = literalOf('null');
const EMPTY_LIST = literalOf('[]');

/** Exactly this text. */
export function literal(v: DataView, p: number, { bytes, words }: Literal): number {
  if (p < 0) return -1;
  const length = bytes.length;
  if (length < 8) {
    for (let i = 0; i < length; i++) if (v.getUint8(p + i) !== bytes[i]) return -1;
    return p + length;
  }
  const last = words.length - 1;
  for (let i = 0; i < last; i++) if (v.getBigInt64(p + i * 8, true) !== words[i]) return -1;
  return v.getBigInt64(p + length - 8, true) === words[last] ? p + length : -1;
}

/** One of these; none may begin another. */
export function oneOf(v: DataView, p: number, expected: readonly Literal[]): number {
  for (let i = 0; i < expected.length; i++) {
    const next = literal(v, p, expected[i]!);
    if (next >= 0) return next;
  }
  return -1;
}

/** A lowercase hyphenated uuid, 36 bytes. */
export function uuid(v: DataView, p: number): number {
  if (p < 0) return -1;
  const dashes =
    v.getUint8(p + 8) === DASH &&
    v.getUint8(p + 13) === DASH &&
    v.getUint8(p + 18) === DASH &&
    v.getUint8(p + 23) === DASH;
  const classes =
    pairs(v, p, 4) &
    pairs(v, p + 9, 2) &
    pairs(v, p + 14, 2) &
    pairs(v, p + 19, 2) &
    pairs(v, p + 24, 6);
  return dashes && (classes & HEX) !== 0 ? p + 36 : -1;
}

/** `null`, or `prefix` (with its quote, e.g. `"ses_`), a uuid and a quote. */
export function nullOrId(v: DataView, p: number, prefix: Literal): number {
  if (p < 0) return -1;
  if (v.getUint8(p) !== QUOTE) return literal(v, p, NULL);
  return quote(v, uuid(v, literal(v, p, prefix)));
}

/** `null` or a quoted token (ids.ts). */
export function nullOrToken(v: DataView, p: number): number {
  if (p < 0) return -1;
  if (v.getUint8(p) !== QUOTE) return literal(v, p, NULL);
  return quote(v, run(v, p + 1, ALPHANUMERIC, TOKEN, 128));
}

/** `null` or a quoted purpose (ids.ts). */
export function nullOrPurpose(v: DataView, p: number): number {
  if (p < 0) return -1;
  if (v.getUint8(p) !== QUOTE) return literal(v, p, NULL);
  return quote(v, run(v, p + 1, LOWER, PURPOSE, 64));
}

/** A list of tokens, sorted, none twice. */
export function tokenList(v: DataView, p: number): number {
  return sortedList(v, p, ALPHANUMERIC, TOKEN, 128);
}

/** A list of record types, sorted, none twice. */
export function typeList(v: DataView, p: number): number {
  return sortedList(v, p, LOWER, TYPE, 64);
}

/** An operation: words joined by dots, at most 100 bytes. */
export function operation(v: DataView, p: number): number {
  if (p < 0) return -1;
  let next = run(v, p, LOWER, TYPE, 100);
  while (next >= 0 && v.getUint8(next) === DOT) next = run(v, next + 1, LOWER, TYPE, 100);
  return next - p > 100 ? -1 : next;
}

/** 16 bytes in canonical base64. */
export function salt(v: DataView, p: number): number {
  if (p < 0) return -1;
  const last = v.getUint8(p + 21);
  // 'A', 'Q', 'g', 'w': the four whose low bits are zero.
  const isLast = last === 0x41 || last === 0x51 || last === 0x67 || last === 0x77;
  const isPadded = v.getUint16(p + 22, true) === 0x3d3d;
  return isLast && isPadded && (pairs(v, p, 11) & BASE64) !== 0 ? p + 24 : -1;
}

/** An integer from 0 to 999,999,999 without leading zeros; larger ones are left to the slow path. */
export function smallCount(v: DataView, p: number): number {
  if (p < 0) return -1;
  let next = p;
  while (next < p + 10 && v.getUint8(next) >= ZERO && v.getUint8(next) <= ZERO + 9) next++;
  if (next === p || next === p + 10) return -1;
  return v.getUint8(p) === ZERO && next > p + 1 ? -1 : next;
}

/** 64 lowercase hex digits. */
export function hex256(v: DataView, p: number): number {
  return p >= 0 && (pairs(v, p, 32) & HEX) !== 0 ? p + 64 : -1;
}

export function quote(v: DataView, p: number): number {
  return p >= 0 && v.getUint8(p) === QUOTE ? p + 1 : -1;
}

/** The number that two digits write, or 255. */
export function twoDigits(v: DataView, p: number): number {
  return TWO_DIGITS[v.getUint16(p, true)]!;
}

/** Whether the `pn` bytes at `p` sort before the `qn` bytes at `q`. */
export function isBefore(v: DataView, p: number, pn: number, q: number, qn: number): boolean {
  const shorter = Math.min(pn, qn);
  for (let i = 0; i < shorter; i++) {
    if (v.getUint8(p + i) !== v.getUint8(q + i)) return v.getUint8(p + i) < v.getUint8(q + i);
  }
  return pn < qn;
}

/** Whether `length` bytes at `p` and at `q` are the same. */
export function bytesEqual(
  v: DataView,
  p: number,
  w: DataView,
  q: number,
  length: number,
): boolean {
  if (length < 8) {
    for (let i = 0; i < length; i++) if (v.getUint8(p + i) !== w.getUint8(q + i)) return false;
    return true;
  }
  for (let i = 0; i + 8 <= length; i += 8) {
    if (v.getBigInt64(p + i, true) !== w.getBigInt64(q + i, true)) return false;
  }
  return v.getBigInt64(p + length - 8, true) === w.getBigInt64(q + length - 8, true);
}

/** The classes that all of `count` pairs of bytes belong to. */
function pairs(v: DataView, p: number, count: number): number {
  let classes = 255;
  for (let i = p; i < p + count * 2; i += 2) classes &= PAIR[v.getUint16(i, true)]!;
  return classes;
}

/** One byte of class `first`, then bytes of class `rest`, `max` bytes at most in all. */
function run(v: DataView, p: number, first: number, rest: number, max: number): number {
  if ((CLASS[v.getUint8(p)]! & first) === 0) return -1;
  let next = p + 1;
  while ((CLASS[v.getUint8(next)]! & rest) !== 0) next++;
  return next - p > max ? -1 : next;
}

function sortedList(v: DataView, p: number, first: number, rest: number, max: number): number {
  if (p < 0) return -1;
  if (v.getUint8(p + 1) === CLOSE) return literal(v, p, EMPTY_LIST);
  if (v.getUint8(p) !== OPEN) return -1;
  let next = p;
  let previous = -1;
  let length = 0;
  do {
    const word = quote(v, next + 1);
    const end = word < 0 ? -1 : run(v, word, first, rest, max);
    if (quote(v, end) < 0) return -1;
    if (previous >= 0 && !isBefore(v, previous, length, word, end - word)) return -1;
    previous = word;
    length = end - word;
    next = end + 1;
  } while (v.getUint8(next) === COMMA);
  return v.getUint8(next) === CLOSE ? next + 1 : -1;
}
