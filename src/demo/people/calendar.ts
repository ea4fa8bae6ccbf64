/**
 * Arithmetic on ISO dates (`YYYY-MM-DD`) without a clock and without time zones.
 * Days are counted from 1970-01-01.
 */

/** Days from 1970-01-01 to an ISO date. */
export function dayOf(date: string): number {
  const year = Number(date.slice(0, 4));
  const month = Number(date.slice(5, 7));
  return Date.UTC(year, month - 1, Number(date.slice(8, 10))) / 86_400_000;
}

/** The ISO date of a day number. */
export function dateOf(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** The same day of the year some years later (negative: earlier); 29 February becomes 28. */
export function addYears(date: string, years: number): string {
  const year = String(Number(date.slice(0, 4)) + years).padStart(4, '0');
  const rest = date.slice(4) === '-02-29' ? '-02-28' : date.slice(4);
  return year + rest;
}

/** The first day of the month after the one a date lies in. */
export function nextMonthStart(date: string): string {
  const year = Number(date.slice(0, 4));
  const month = Number(date.slice(5, 7));
  return new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10);
}
