/** Calendar days as whole numbers since 1970-01-01, so that they compare and fit typed arrays. */

/** Stands for "no date" in a column of days. */
export const NO_DAY = -2147483648;

const DAY_MS = 86_400_000;

/** The day of a canonical `YYYY-MM-DD`. */
export function dayOf(date: string): number {
  const number = (from: number, to: number) => Number(date.slice(from, to));
  return Date.UTC(number(0, 4), number(5, 7) - 1, number(8, 10)) / DAY_MS;
}

/** `YYYY-MM-DD` of a day. */
export function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Whether the text is a calendar date `YYYY-MM-DD` between 1900 and 2199. */
export function isDate(text: string): boolean {
  return /^(19|20|21)\d\d-\d\d-\d\d$/.test(text) && dateOf(dayOf(text)) === text;
}

/** The last day of the month in which `day` lies. */
export function monthEndOf(day: number): number {
  const date = new Date(day * DAY_MS);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0) / DAY_MS;
}

/** The last month end that is not after `day`. */
export function lastMonthEnd(day: number): number {
  return monthEndOf(day) === day ? day : dayOf(`${dateOf(day).slice(0, 7)}-01`) - 1;
}
