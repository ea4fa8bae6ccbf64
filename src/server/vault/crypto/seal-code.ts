/** The code that seals a client off: 256 random bits and a checksum, in base32 that can be read out
 * (Crockford's alphabet), in groups of four. It is shown once and kept nowhere. */
import {
  createHash,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const CODE_BYTES = 32;
const CHECK_BYTES = 3;

/** 14 groups of four, with hyphens. */
export function newSealCode(): string {
  const code = randomBytes(CODE_BYTES);
  const text = toBase32(Buffer.concat([code, checkOf(code)]));
  code.fill(0);
  return text.match(/.{4}/g)!.join('-');
}

/** The code's bytes; null for what is no code or was mistyped. Takes small letters, and O for 0, I or L
 * for 1. */
export function parseSealCode(text: string): Buffer | null {
  const plain = text.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1');
  if (plain.length !== ((CODE_BYTES + CHECK_BYTES) * 8) / 5) return null;
  const bytes = fromBase32(plain);
  if (!bytes) return null;
  const code = bytes.subarray(0, CODE_BYTES);
  return timingSafeEqual(bytes.subarray(CODE_BYTES), checkOf(code)) ? code : null;
}

/** What the client key lies under: neither the code nor the seal's own key, which lies under the root,
 * is enough without the other (HKDF, RFC 5869). */
export function sealKey(code: Buffer, own: KeyObject, client: string, seal: number): KeyObject {
  const bytes = own.export();
  const both = Buffer.concat([code, bytes]);
  const derived = hkdfSync('sha256', both, '', `worksmartly/seal-off/1 ${client} ${seal}`, 32);
  bytes.fill(0);
  both.fill(0);
  return createSecretKey(Buffer.from(derived));
}

function checkOf(code: Buffer): Buffer {
  const hash = createHash('sha256').update('worksmartly/seal-code/1').update(code);
  return hash.digest().subarray(0, CHECK_BYTES);
}

function toBase32(bytes: Buffer): string {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let i = (bytes.length * 8) / 5; i > 0; i--) {
    text = ALPHABET[Number(bits & 31n)]! + text;
    bits >>= 5n;
  }
  return text;
}

function fromBase32(text: string): Buffer | null {
  let bits = 0n;
  for (const letter of text) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) return null;
    bits = (bits << 5n) | BigInt(value);
  }
  const hex = bits.toString(16).padStart((text.length * 5) / 4, '0');
  return Buffer.from(hex, 'hex');
}
