/** Text as lists compare it: letter case and accents do not count. */

/** Lower case, without combining marks; letters such as ø and ß stay as they are. */
export function fold(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.toLowerCase();
  return text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
}
