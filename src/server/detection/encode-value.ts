/** The modifiers that change what is sought before it is compared: encodings and dashes. */

type Encoding = (bytes: Buffer) => Buffer;

const UTF16: Readonly<Record<string, Encoding>> = {
  utf16le: (bytes) => Buffer.from(bytes.toString(), 'utf16le'),
  wide: (bytes) => Buffer.from(bytes.toString(), 'utf16le'),
  utf16be: (bytes) => Buffer.from(bytes.toString(), 'utf16le').swap16(),
  utf16: (bytes) =>
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(bytes.toString(), 'utf16le')]),
};
const DASHES = ['-', '/', '–', '—', '―'];

export const ENCODINGS: ReadonlySet<string> = new Set([
  ...Object.keys(UTF16),
  'base64',
  'base64offset',
  'windash',
]);

/** The texts that one text stands for after these modifiers, in their order. Base64 must come last. */
export function encodeValue(value: string, modifiers: readonly string[]): string[] {
  if (modifiers.includes('windash')) return withDashes(value);
  let bytes: Buffer = Buffer.from(value);
  for (const modifier of modifiers) bytes = UTF16[modifier]?.(bytes) ?? bytes;
  if (modifiers.includes('base64')) return [bytes.toString('base64')];
  if (modifiers.includes('base64offset')) return [0, 1, 2].map((offset) => atOffset(bytes, offset));
  return [bytes.toString('latin1')];
}

/** How the bytes look inside a base64 text when so many bytes come before them: only the characters that
 * they alone decide. */
function atOffset(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const start = [0, 2, 3][offset]!;
  const whole = (bytes.length + offset) % 3 === 0;
  return text.slice(start, whole ? undefined : -1);
}

/** The dash at the beginning of a word, in each of its forms. */
function withDashes(value: string): string[] {
  return DASHES.map((dash) => value.replace(/(^|\s)[-/–—―](?=\w)/g, `$1${dash}`));
}
