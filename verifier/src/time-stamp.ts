// Times as numbers that order as the instants do, cheap to compute from digits: yyyymmdd × 86,400,000 + milliseconds of the day.

/** Later than every time. */
export const FOREVER = Number.POSITIVE_INFINITY;
export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

/** The stamp of a well-formed `YYYY-MM-DDTHH:MM:SS.mmmZ`; exact up to the year 9999. */
export function stampOf(time: string): number {
  const date = Number(time.slice(0, 4) + time.slice(5, 7) + time.slice(8, 10));
  const minutes = Number(time.slice(11, 13)) * 60 + Number(time.slice(14, 16));
  const milliseconds = Number(time.slice(17, 19) + time.slice(20, 23));
  return date * DAY_MS + minutes * 60_000 + milliseconds;
}

/** Milliseconds since 1970, UTC, of a stamp. */
export function epochOf(stamp: number): number {
  const date = Math.floor(stamp / DAY_MS);
  const [year, month, day] = [Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100];
  return Date.UTC(year, month - 1, day) + (stamp % DAY_MS);
}

/** The stamp of so many milliseconds since 1970; FOREVER stays FOREVER. */
export function stampAt(epoch: number): number {
  return epoch === FOREVER ? FOREVER : stampOf(new Date(epoch).toISOString());
}
