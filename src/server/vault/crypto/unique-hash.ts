/** Full-length keyed hashes for uniqueness only (staff number, sign-in address); never for search. */
import { createHmac, type KeyObject } from 'node:crypto';
import { encodeAad } from './aad.ts';

/**
 * HMAC-SHA256(key, length-prefixed label, kind and folded value): 32 bytes. Values that differ only
 * in letter case, surrounding blanks or Unicode composition are the same. Throws on an empty value.
 */
export function uniqueHash(uniqueKey: KeyObject, kind: string, value: string): Buffer {
  const folded = foldCase(value);
  if (folded === '') throw new RangeError('nothing to hash');
  return createHmac('sha256', uniqueKey)
    .update(encodeAad('worksmartly/unique/1', [kind, folded]))
    .digest();
}

/** Where a staff number's hash would stand, for the client itself as the subject of its own records. No
 * staff number has it: they are hashed as another kind. */
export function clientItselfHash(uniqueKey: KeyObject, client: string): Buffer {
  return uniqueHash(uniqueKey, 'client-itself', client);
}

/** NFC, trimmed, with letter case folded as in Unicode's full case folding. */
export function foldCase(value: string): string {
  const text = value.normalize('NFC').trim();
  if (/^[\x20-\x7e]*$/.test(text)) return text.toLowerCase();
  // Down, up and down again folds ẞ and ß with ss. Dotless ı would become i: two letters, two staff numbers.
  return text
    .replace(/[^ı]+/gu, (run) => run.toLowerCase().toUpperCase().toLowerCase())
    .replaceAll('ς', 'σ')
    .normalize('NFC');
}
