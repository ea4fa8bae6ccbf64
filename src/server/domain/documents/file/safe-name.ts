/** A file's name as it may be kept, shown and given to a browser: no path, no control or invisible
 * character, no other ending than that of the type. */

const LENGTH_MAX = 150;
/** Control, format (direction among them), separators of lines; and what file systems reserve. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}<>:"|?*]/gu;

/** `endings` are those of the type, the usual one first; a name that has none of them gets it. */
export function safeName(given: string | undefined, endings: readonly string[]): string {
  const last = (given ?? '').toWellFormed().split(/[/\\]/).at(-1)!;
  const plain = last.normalize('NFC').replace(UNSAFE, '').trim();
  const lower = plain.toLowerCase();
  const ending = endings.find((each) => lower.endsWith(`.${each}`)) ?? endings[0]!;
  const stem = lower.endsWith(`.${ending}`) ? plain.slice(0, -ending.length - 1) : plain;
  const short = [...stem]
    .slice(0, LENGTH_MAX)
    .join('')
    .replace(/[\s.]+$/, '');
  return `${short || 'document'}.${ending}`;
}
