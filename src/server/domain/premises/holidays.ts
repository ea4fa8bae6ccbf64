/** The public holidays of a place, as local dates: of this year there and the two after it. */
import { badInput } from '../../fault.ts';

const YEARS = 3;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface HolidayPlace {
  readonly country: string;
  readonly state?: string | undefined;
  readonly region?: string | undefined;
}

/** Sorted dates. Throws badInput when the place is not known. */
export async function publicHolidays(
  place: HolidayPlace,
  zone: string,
  at: number,
): Promise<string[]> {
  // The dates of all countries: loaded by whoever opens an office, and not by every start.
  const { default: Holidays } = await import('date-holidays');
  const { country, state, region } = place;
  const all = new Holidays();
  const states = all.getStates(country) as Record<string, string> | undefined;
  const regions = state ? (all.getRegions(country, state) as Record<string, string>) : undefined;
  if (!all.getCountries()[country]) throw unknown('country', 'no country with known holidays');
  if (state && !hasKey(states, state)) throw unknown('state', `no state of ${country}`);
  if (region && !hasKey(regions, region)) throw unknown('region', `no region of ${country}`);
  const calendar = new Holidays(country, state ?? '', region ?? '', { types: ['public'] });
  const { year } = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  const dates = new Set<string>();
  for (let i = 0; i < YEARS; i++) {
    for (const { date, start, end } of calendar.getHolidays(year + i)) {
      const first = Temporal.PlainDate.from(date.slice(0, 10));
      // A holiday of hours closes its day.
      const days = Math.max(1, Math.round((end.getTime() - start.getTime()) / DAY_MS));
      for (let day = 0; day < days; day++) dates.add(first.add({ days: day }).toString());
    }
  }
  return [...dates].sort();
}

function hasKey(of: Record<string, string> | undefined, key: string): boolean {
  return Object.keys(of ?? {}).some((each) => each.toLowerCase() === key.toLowerCase());
}

function unknown(field: string, reason: string) {
  return badInput('The holidays of this place are not known.', [
    { at: `body.holidays.${field}`, reason },
  ]);
}
