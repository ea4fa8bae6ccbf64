/** Hours as a fact has them, from what was asked: a zone that exists, weekly hours that do not overlap,
 * public holidays as dates. */
import type { Hours, WeeklyHours } from '#verifier/fact.ts';
import { badInput } from '../../fault.ts';
import { type HolidayPlace, publicHolidays } from './holidays.ts';

export interface HoursBody {
  readonly zone: string;
  readonly hours: readonly WeeklyHours[];
  readonly holidays?: HolidayPlace;
  readonly closed: readonly string[];
}

/** Throws badInput. */
export async function hoursOf(body: HoursBody, at: number): Promise<Hours> {
  const zone = zoneOf(body.zone);
  const hours = body.hours.map(({ days, from, until }) => ({
    days: [...days].sort((a, b) => a - b),
    from,
    until,
  }));
  const faults = hours.flatMap((one, i) => {
    const before = hours.slice(0, i).some((other) => areOverlapping(one, other));
    return before ? [{ at: `body.hours[${i}]`, reason: 'overlaps others of the same day' }] : [];
  });
  if (faults.length > 0) throw badInput('These hours contradict each other.', faults);
  const holidays = body.holidays ? await publicHolidays(body.holidays, zone, at) : [];
  return { zone, hours, closed: [...new Set([...holidays, ...body.closed])].sort() };
}

/** In the spelling of the IANA database; offsets such as +02:00 know no change of the clocks. */
function zoneOf(zone: string): string {
  try {
    if (/^[A-Za-z]/.test(zone)) return Temporal.Now.zonedDateTimeISO(zone).timeZoneId;
  } catch {
    // Told below.
  }
  throw badInput('This time zone does not exist.', [
    { at: 'body.zone', reason: 'must be an IANA time zone, such as Europe/Berlin' },
  ]);
}

function areOverlapping(a: WeeklyHours, b: WeeklyHours): boolean {
  return a.days.some((day) => b.days.includes(day)) && a.from < b.until && b.from < a.until;
}
