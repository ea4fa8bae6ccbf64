/** Looks for planted values in every file of a directory, in the forms in which software leaves
 * things lying about. One pass over each file, however many values there are. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Sighting {
  readonly value: string;
  readonly form: string;
  readonly file: string;
}

/** Values of at least this many bytes are no coincidence. */
export const PLANTED_BYTES_MIN = 10;

interface Pattern {
  readonly value: string;
  readonly form: string;
  readonly bytes: Buffer;
}

/** Every value found below `directory`, each once per form and file; `skip` are names directly in it. */
export function findPlanted(
  directory: string,
  values: readonly (string | Buffer)[],
  skip: readonly string[] = [],
): Sighting[] {
  const patterns = values.flatMap(formsOf);
  const index = indexOf(patterns);
  const found: Sighting[] = [];
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const file = path.slice(directory.length + 1);
    if (skip.includes(file.split('/')[0]!)) continue;
    for (const { value, form } of findIn(readFileSync(path), index)) {
      found.push({ value, form, file });
    }
  }
  return found;
}

/** As UTF-8, UTF-16LE, hex and base64; of base64 the characters that do not depend on what stands
 * around the value, for each of the three ways in which it can fall. */
function formsOf(value: string | Buffer): Pattern[] {
  const bytes = Buffer.from(value as string);
  if (bytes.length < PLANTED_BYTES_MIN) throw new RangeError('too short to be sought');
  const name = typeof value === 'string' ? value : `${value.toString('hex').slice(0, 8)}…`;
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const whole = Math.floor((8 * (bytes.length + shift)) / 6);
    return text.slice(Math.ceil((8 * shift) / 6), whole);
  });
  const texts: [form: string, bytes: Buffer][] = [
    ['bytes', bytes],
    ['hex', Buffer.from(hex)],
    ['hex', Buffer.from(hex.toUpperCase())],
    ...base64.map((text) => ['base64', Buffer.from(text)] as [string, Buffer]),
    ...base64.map((text) => {
      const url = text.replaceAll('+', '-').replaceAll('/', '_');
      return ['base64url', Buffer.from(url)] as [string, Buffer];
    }),
  ];
  if (typeof value === 'string') texts.push(['UTF-16LE', Buffer.from(value, 'utf16le')]);
  return texts.map(([form, pattern]) => ({ value: name, form, bytes: pattern }));
}

interface Index {
  /** Whether some pattern begins with these three bytes. */
  readonly starts: Uint8Array;
  readonly byStart: ReadonlyMap<number, readonly Pattern[]>;
}

function indexOf(patterns: readonly Pattern[]): Index {
  const starts = new Uint8Array(1 << 24);
  const byStart = new Map<number, Pattern[]>();
  for (const pattern of patterns) {
    const start = pattern.bytes.readUIntBE(0, 3);
    starts[start] = 1;
    byStart.set(start, [...(byStart.get(start) ?? []), pattern]);
  }
  return { starts, byStart };
}

function findIn(bytes: Buffer, { starts, byStart }: Index): Set<Pattern> {
  const found = new Set<Pattern>();
  let start = 0;
  for (let at = 0; at < bytes.length; at++) {
    start = ((start << 8) | bytes[at]!) & 0xffffff;
    if (starts[start] === 0 || at < 2) continue;
    for (const pattern of byStart.get(start)!) {
      const end = at - 2 + pattern.bytes.length;
      if (end > bytes.length) continue;
      if (bytes.compare(pattern.bytes, 0, pattern.bytes.length, at - 2, end) === 0) {
        found.add(pattern);
      }
    }
  }
  return found;
}
