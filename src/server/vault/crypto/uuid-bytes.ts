/** Canonical lowercase hyphenated UUIDs to and from their 16 bytes, by table: it runs per record. */

export const UUID_BYTES = 16;

/** Stands where a subject's id would in a record about the client itself. */
export const NIL_UUID = '00000000-0000-0000-0000-000000000000';

const HYPHEN = 45;
const nibbles = new Uint8Array(128).fill(255);
for (let value = 0; value < 16; value++) nibbles[value.toString(16).charCodeAt(0)] = value;

/** Writes the 16 bytes at `out[at..at+16]`. Throws TypeError (without the id) on any other form. */
export function writeUuid(out: Buffer, at: number, uuid: string): void {
  let bad = uuid.length ^ 36;
  let to = at;
  for (let from = 0; from < 36; from += 2) {
    if (from === 8 || from === 13 || from === 18 || from === 23) {
      bad |= uuid.charCodeAt(from) ^ HYPHEN;
      from++;
    }
    const high = nibbles[uuid.charCodeAt(from)] ?? 255;
    const low = nibbles[uuid.charCodeAt(from + 1)] ?? 255;
    bad |= (high | low) & 0xf0;
    out[to++] = (high << 4) | low;
  }
  if (bad !== 0) throw new TypeError('not a canonical uuid');
}

/** The 16 bytes of a UUID. Throws as `writeUuid`. */
export function uuidBytes(uuid: string): Buffer {
  const out = Buffer.allocUnsafe(UUID_BYTES);
  writeUuid(out, 0, uuid);
  return out;
}

/** The text form of 16 bytes given as 32 hex digits or more; the rest is left out. */
export function uuidOfHex(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
