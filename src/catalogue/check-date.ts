// Calendar dates: YYYY-MM-DD, and only days that exist.
import type { Validation } from './catalogue.ts';
import { EMPTY, refusal, type ValueCheck } from './value-check.ts';

const NOT_A_DATE = refusal('is not a date (YYYY-MM-DD)');
const NO_SUCH_DAY = refusal('is a day that does not exist');
const TOO_EARLY = refusal('is before the earliest date allowed');
const TOO_LATE = refusal('is after the latest date allowed');

/** Outside these years a date is a slip of the keyboard. */
const NOT_BEFORE = '1900-01-01';
const NOT_AFTER = '2199-12-31';

/** A date from `notBefore` to `notAfter`, both included. */
export function dateCheck({
  notBefore = NOT_BEFORE,
  notAfter = NOT_AFTER,
}: Validation): ValueCheck {
  return (raw) => {
    if (raw === '') return EMPTY;
    if (typeof raw !== 'string' || raw.length !== 10) return NOT_A_DATE;
    const year = digits(raw, 0) * 100 + digits(raw, 2);
    const month = digits(raw, 5);
    const day = digits(raw, 8);
    const dashed = raw.charCodeAt(4) === 45 && raw.charCodeAt(7) === 45;
    // Not a digit anywhere makes the sum NaN, which is no integer.
    if (!dashed || !Number.isInteger(year + month + day)) return NOT_A_DATE;
    if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return NO_SUCH_DAY;
    if (raw < notBefore) return TOO_EARLY;
    if (raw > notAfter) return TOO_LATE;
    return { value: raw };
  };
}

function digits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
