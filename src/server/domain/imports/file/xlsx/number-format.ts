/** What a number format makes of a number: a day, a time of the day, digits put into a pattern, or
 * just the number. */

export type NumberFormat =
  | { readonly kind: 'number' }
  | { readonly kind: 'date' }
  | { readonly kind: 'time' }
  /** `0` for each digit, filled up with zeros, and hyphens: 00000 or 000-00-0000. */
  | { readonly kind: 'digits'; readonly pattern: string };

export const NUMBER: NumberFormat = { kind: 'number' };
const DATE: NumberFormat = { kind: 'date' };
const TIME: NumberFormat = { kind: 'time' };

/** Formats that a workbook may name without spelling them out (ECMA-376 §18.8.30); 27–36 and 50–58 are
 * dates in East Asian ones. */
export function builtInFormat(id: number): NumberFormat {
  if ((id >= 14 && id <= 17) || id === 22) return DATE;
  if ((id >= 27 && id <= 36) || (id >= 50 && id <= 58)) return DATE;
  if ((id >= 18 && id <= 21) || (id >= 45 && id <= 47)) return TIME;
  return NUMBER;
}

export function formatOf(code: string): NumberFormat {
  if (/\[(?:h+|m+|s+)\]/i.test(code)) return TIME;
  const plain = code.replace(/"[^"]*"|\[[^\]]*\]|_.|\*./g, '');
  const pattern = (plain.split(';')[0] ?? '').replaceAll('\\', '').trim();
  if (/^0[0-]{2,18}$/.test(pattern) && pattern.endsWith('0')) return { kind: 'digits', pattern };
  const letters = (plain.replace(/\\./g, '').split(';')[0] ?? '').toLowerCase();
  if (letters.includes('standard')) return NUMBER;
  if (/general|[@#0?]/.test(letters) && !/[yd]/.test(letters)) {
    return /[hs]/.test(letters) && letters.includes(':') ? TIME : NUMBER;
  }
  if (/[yd]/.test(letters)) return DATE;
  if (/[hs]/.test(letters)) return TIME;
  return letters.includes('m') ? DATE : NUMBER;
}
