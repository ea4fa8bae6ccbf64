// Reading the pieces of a canonical entry straight from its bytes. Every function takes a position and gives the position
// behind what it read, or -1; a position of -1 stays -1, so that calls chain. None can cross a newline: no piece holds one.

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
  ['abcdefghijklmnopqrstuvwxyz', LOWER | PURPOSE],
  [
    'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
    ALPHANUMERIC | TOKEN | BASE64 | TYPE,
  ],
  ['0123456789', HEX | PURPOSE],
  ['+/', BASE64],
  ['-', PURPOSE | TYPE],
  ['._:/-', TOKEN],
] as const) {
  for (const character of characters) CLASS[character.charCodeAt(0)]! |= bits;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const DASH = 0x2d;
const DOT = 0x2e;
const CLOSE = 0x5d;

export const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

const NULL = bytesOf('null');
const EMPTY_LIST = bytesOf('[]');

/** Exactly these bytes. */
export function literal(b: Uint8Array, p: number, expected: Uint8Array): number {
  if (p < 0) return -1;
  for (let i = 0; i < expected.length; i++) if (b[p + i] !== expected[i]) return -1;
  return p + expected.length;
}

/** One of these; none may begin another. */
export function oneOf(b: Uint8Array, p: number, expected: readonly Uint8Array[]): number {
  for (let i = 0; i < expected.length; i++) {
    const next = literal(b, p, expected[i]!);
    if (next >= 0) return next;
  }
  return -1;
}

/** A lowercase hyphenated uuid, 36 bytes. */
export function uuid(b: Uint8Array, p: number): number {
  if (p < 0) return -1;
  if (b[p + 8] !== DASH || b[p + 13] !== DASH || b[p + 18] !== DASH || b[p + 23] !== DASH)
    return -1;
  let and = HEX;
  for (let i = p; i < p + 8; i++) and &= CLASS[b[i]!]!;
  for (let i = p + 9; i < p + 13; i++) and &= CLASS[b[i]!]!;
  for (let i = p + 14; i < p + 18; i++) and &= CLASS[b[i]!]!;
  for (let i = p + 19; i < p + 23; i++) and &= CLASS[b[i]!]!;
  for (let i = p + 24; i < p + 36; i++) and &= CLASS[b[i]!]!;
  return and === 0 ? -1 : p + 36;
}

/** `null`, or `prefix` (with its quote, e.g. `"ses_`), a uuid and a quote. */
export function nullOrId(b: Uint8Array, p: number, prefix: Uint8Array): number {
  if (p < 0) return -1;
  if (b[p] !== QUOTE) return literal(b, p, NULL);
  return quote(b, uuid(b, literal(b, p, prefix)));
}

/** `null` or a quoted token (ids.ts). */
export function nullOrToken(b: Uint8Array, p: number): number {
  if (p < 0) return -1;
  return b[p] === QUOTE ? quote(b, token(b, p + 1)) : literal(b, p, NULL);
}

/** `null` or a quoted purpose (ids.ts). */
export function nullOrPurpose(b: Uint8Array, p: number): number {
  if (p < 0) return -1;
  return b[p] === QUOTE ? quote(b, run(b, p + 1, LOWER, PURPOSE, 64)) : literal(b, p, NULL);
}

/** A list of tokens, sorted, none twice. */
export function tokenList(b: Uint8Array, p: number): number {
  return sortedList(b, p, TOKEN);
}

/** A list of record types, sorted, none twice. */
export function typeList(b: Uint8Array, p: number): number {
  return sortedList(b, p, TYPE);
}

/** An operation: words joined by dots, at most 100 bytes. */
export function operation(b: Uint8Array, p: number): number {
  if (p < 0) return -1;
  const limit = p + 100;
  let next = run(b, p, LOWER, TYPE, 100);
  while (next >= 0 && b[next] === DOT) next = run(b, next + 1, LOWER, TYPE, 100);
  return next > limit ? -1 : next;
}

/** 16 bytes in canonical base64. */
export function salt(b: Uint8Array, p: number): number {
  if (p < 0) return -1;
  let and = BASE64;
  for (let i = p; i < p + 22; i++) and &= CLASS[b[i]!]!;
  const last = b[p + 21];
  // 'A', 'Q', 'g', 'w': the four whose low bits are zero.
  const isLast = last === 0x41 || last === 0x51 || last === 0x67 || last === 0x77;
  return and !== 0 && isLast && b[p + 22] === 0x3d && b[p + 23] === 0x3d ? p + 24 : -1;
}

/** An integer from 0 to 999,999,999 without leading zeros; larger ones are left to the slow path. */
export function smallCount(b: Uint8Array, p: number): number {
  if (p < 0) return -1;
  let next = p;
  while (next < p + 9 && isDigit(b[next]!)) next++;
  if (next === p || isDigit(b[next]!)) return -1;
  return b[p] === 0x30 && next > p + 1 ? -1 : next;
}

/** 64 lowercase hex digits. */
export function hex256(b: Uint8Array, p: number): number {
  if (p < 0) return -1;
  let and = HEX;
  for (let i = p; i < p + 64; i++) and &= CLASS[b[i]!]!;
  return and === 0 ? -1 : p + 64;
}

export function quote(b: Uint8Array, p: number): number {
  return p >= 0 && b[p] === QUOTE ? p + 1 : -1;
}

/** Whether the `length` bytes at `p` sort before those at `q`. */
export function isBefore(b: Uint8Array, p: number, q: number, length: number): boolean {
  for (let i = 0; i < length; i++) {
    if (b[p + i] !== b[q + i]) return b[p + i]! < b[q + i]!;
  }
  return false;
}

/** `n` digits as a number, or NaN. */
export function digits(b: Uint8Array, p: number, n: number): number {
  let value = 0;
  for (let i = p; i < p + n; i++) {
    const byte = b[i]!;
    if (!isDigit(byte)) return Number.NaN;
    value = value * 10 + byte - 0x30;
  }
  return value;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function token(b: Uint8Array, p: number): number {
  return run(b, p, ALPHANUMERIC, TOKEN, 128);
}

/** One byte of class `first`, then bytes of class `rest`, `max` bytes at most in all. */
function run(b: Uint8Array, p: number, first: number, rest: number, max: number): number {
  if ((CLASS[b[p]!]! & first) === 0) return -1;
  let next = p + 1;
  while ((CLASS[b[next]!]! & rest) !== 0) next++;
  return next - p > max ? -1 : next;
}

function sortedList(b: Uint8Array, p: number, kind: typeof TOKEN | typeof TYPE): number {
  if (p < 0) return -1;
  if (b[p + 1] === CLOSE) return literal(b, p, EMPTY_LIST);
  let [next, previous, length] = [p, -1, 0];
  if (b[p] !== 0x5b) return -1;
  do {
    const start = next + 2;
    const end =
      b[next + 1] !== QUOTE
        ? -1
        : kind === TOKEN
          ? run(b, start, ALPHANUMERIC, TOKEN, 128)
          : run(b, start, LOWER, TYPE, 64);
    if (end < 0 || b[end] !== QUOTE) return -1;
    if (previous >= 0 && !isWordBefore(b, previous, length, start, end - start)) return -1;
    [previous, length, next] = [start, end - start, end + 1];
  } while (b[next] === COMMA);
  return b[next] === CLOSE ? next + 1 : -1;
}

function isWordBefore(b: Uint8Array, p: number, pn: number, q: number, qn: number): boolean {
  const shorter = Math.min(pn, qn);
  for (let i = 0; i < shorter; i++) {
    if (b[p + i] !== b[q + i]) return b[p + i]! < b[q + i]!;
  }
  return pn < qn;
}
