/** Crockford's base32: letters and digits that are not mistaken for each other when they are copied by
 * hand; groups of five, with dashes. */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUP = 5;

export function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  if (bits > 0) text += ALPHABET[(held << (5 - bits)) & 31];
  return text.replace(new RegExp(`.{${GROUP}}(?=.)`, 'g'), '$&-');
}

/** Null for anything else. Letter case, blanks and dashes do not count; O is 0, I and L are 1. */
export function decodeBase32(text: string): Buffer | null {
  const plain = text.replace(/[\s-]/g, '').toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1');
  const out = Buffer.alloc(Math.floor((plain.length * 5) / 8));
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const character of plain) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return null;
    held = (held << 5) | value;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    out[at++] = held >> bits;
    held &= (1 << bits) - 1;
  }
  return held === 0 && bits < 5 ? out : null;
}
