/** The number of a cell as text: as it is shown, never with the noise of a binary fraction; and the day
 * that a serial number stands for. */

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?$/;
/** A double holds 15 decimal digits for sure, and spreadsheets show no more. */
const DIGITS_MAX = 15;
const EXPONENT_MAX = 40;

/** Canonical decimal text, or null for what is no number. */
export function plainNumber(text: string): string | null {
  if (!NUMBER.test(text)) return null;
  const value = Number(text);
  if (!Number.isFinite(value)) return null;
  const [, sign, whole, fraction = '', exponent] = /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(
    value.toExponential(DIGITS_MAX - 1),
  )!;
  const digits = `${whole}${fraction}`.replace(/0+$/, '');
  if (digits === '') return '0';
  const point = Number(exponent) + 1;
  if (Math.abs(point) > EXPONENT_MAX) return text;
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (digits.length <= point) return `${sign}${digits}${'0'.repeat(point - digits.length)}`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** The digits of a whole number in a pattern such as 00000 or 000-00-0000; null when they do not fit. */
export function patternNumber(plain: string, pattern: string): string | null {
  if (!/^\d+$/.test(plain)) return null;
  let at = plain.length;
  let out = '';
  for (let i = pattern.length - 1; i >= 0; i--) {
    if (pattern[i] === '-') out = `-${out}`;
    else out = (at > 0 ? plain[--at]! : '0') + out;
  }
  return plain.slice(0, at) + out;
}

const DAY_MS = 86_400_000;
const SERIAL_MAX = 2_958_465;

/** YYYY-MM-DD, with the time of the day left away; null for what is no day of the calendar, among them
 * 29 February 1900, which the 1900 system counts and which never was. */
export function dayOfSerial(plain: string, is1904: boolean): string | null {
  const serial = Math.floor(Number(plain));
  if (!(serial >= (is1904 ? 0 : 1) && serial <= SERIAL_MAX)) return null;
  if (is1904) return dayAt(Date.UTC(1904, 0, 1) + serial * DAY_MS);
  if (serial === 60) return null;
  return dayAt(Date.UTC(1899, 11, serial < 60 ? 31 : 30) + serial * DAY_MS);
}

function dayAt(ms: number): string | null {
  const text = new Date(ms).toISOString();
  return text.length === 24 ? text.slice(0, 10) : null;
}
