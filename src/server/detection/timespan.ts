/** Timespans of correlation rules: a whole number and s, m, h, d. */

const UNITS: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 36e5, d: 864e5 };

/** Longer windows than a day would have to be held, and rebuilt at every start. */
const SPAN_MAX_MS = 864e5;

/** In ms; undefined for what is none, or too long. */
export function parseTimespan(text: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,4})([smhd])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined) return undefined;
  const ms = Number(count) * UNITS[unit]!;
  return ms <= SPAN_MAX_MS ? ms : undefined;
}
