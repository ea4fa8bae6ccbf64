/** Until when an exception must have been reviewed: the end of the fifth working day after it ended, by
 * the calendar of an office. */
import type { Hours } from '#verifier/fact.ts';
import { type Authority, type InForce, isInForce } from '../../ledger/authority.ts';

const WORKING_DAYS = 5;
/** Where the provider has no office. */
const NO_OFFICE: Hours = {
  zone: 'UTC',
  hours: [{ days: [1, 2, 3, 4, 5], from: '00:00', until: '24:00' }],
  closed: [],
};
/** An office that never works would make this endless. */
const DAYS_MAX = 60;

type Exception = Authority['exceptions'] extends ReadonlyMap<string, infer E> ? E : never;

/** ms. The oldest office that is in force when the exception ends counts. */
export function reviewDue({ offices }: Authority, { until }: Exception): number {
  const inForce = (office: InForce) => isInForce(office, until);
  const { zone, hours, closed } = [...offices.values()].find(inForce)?.fact ?? NO_OFFICE;
  const isWorked = (date: Temporal.PlainDate) =>
    !closed.includes(date.toString()) && hours.some(({ days }) => days.includes(date.dayOfWeek));
  let date = Temporal.Instant.fromEpochMilliseconds(until).toZonedDateTimeISO(zone).toPlainDate();
  let left = WORKING_DAYS;
  for (let day = 0; day < DAYS_MAX && left > 0; day++) {
    date = date.add({ days: 1 });
    if (isWorked(date)) left--;
  }
  return date.add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds;
}

/** Ended, not reviewed, and over the time for it at `at` (ms): it counts against the promise. */
export function isLate(authority: Authority, exception: Exception, at: number): boolean {
  if (authority.exceptionReviews.has(exception.fact.id)) return false;
  return exception.until <= at && reviewDue(authority, exception) <= at;
}
