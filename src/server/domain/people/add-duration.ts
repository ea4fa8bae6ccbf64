/** Calendar arithmetic on days (`YYYY-MM-DD`). */

/** Adds an ISO 8601 duration, and years; a day that a month does not have becomes its last. */
export function addDuration(date: string, duration: string, years = 0): string {
  const [year, month, day] = date.split('-').map(Number) as [number, number, number];
  const part = (unit: string) => Number(new RegExp(`(\\d+)${unit}`).exec(duration)?.[1] ?? 0);
  const months = month - 1 + part('M');
  const first = new Date(Date.UTC(year + years + part('Y'), months, 1));
  const length = new Date(
    Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0),
  ).getUTCDate();
  first.setUTCDate(Math.min(day, length) + part('W') * 7 + part('D'));
  return first.toISOString().slice(0, 10);
}
