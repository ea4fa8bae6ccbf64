/**
 * Text to Windows-1252 bytes, the encoding of many exports from desktop programs.
 * The WHATWG Encoding Standard's index: bytes 80–9F are the exceptions to Latin-1.
 */

/** Throws a RangeError that names the code point where a character has no byte. */
export function encodeWindows1252(text: string): Buffer {
  const bytes = Buffer.alloc(text.length);
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    const byte = unit < 0x80 || (unit >= 0xa0 && unit <= 0xff) ? unit : exceptions.get(unit);
    if (byte === undefined) {
      throw new RangeError(`no Windows-1252 byte for U+${unit.toString(16).padStart(4, '0')}`);
    }
    bytes[index] = byte;
  }
  return bytes;
}

const exceptions = new Map(
  [...'€‚ƒ„…†‡ˆ‰Š‹Œ'].map((character, index) => [character.charCodeAt(0), 0x80 + index]),
);
exceptions.set(0x017d, 0x8e);
for (const [index, character] of [...'‘’“”•–—˜™š›œ'].entries()) {
  exceptions.set(character.charCodeAt(0), 0x91 + index);
}
exceptions.set(0x017e, 0x9e);
exceptions.set(0x0178, 0x9f);
