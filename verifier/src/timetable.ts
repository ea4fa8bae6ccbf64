// Whether an office is open, or a client's hours run, at an instant: by the local wall time of an IANA zone, through Intl.
import type { Hours, WeeklyHours } from './fact.ts';
import { DAY_MS, epochOf, FOREVER, HOUR_MS, stampAt } from './time-stamp.ts';

/** Hours as they are asked for, and the last answer. */
export interface Timetable {
  /** Null for a zone that does not exist: never open. */
  clock: Intl.DateTimeFormat | null;
  hours: readonly WeeklyHours[];
  closed: ReadonlySet<string>;
  /** Open throughout from ≤ at < until (stamps). */
  known: { from: number; until: number };
}

const MINUTE_MS = 60_000;
const clocks = new Map<string, Intl.DateTimeFormat | null>();

export function timetableOf({ zone, hours, closed }: Hours): Timetable {
  const known = { from: FOREVER, until: FOREVER };
  return { clock: clockOf(zone), hours, closed: new Set(closed), known };
}

/**
 * Null if it is closed at the stamp; else a stamp before which it does not close. What the clock shows twice (the end of
 * summer time) counts both times, what it skips never comes.
 */
export function openUntil(timetable: Timetable, at: number): number | null {
  const { clock, known } = timetable;
  if (known.from <= at && at < known.until) return known.until;
  if (clock === null) return null;
  const epoch = epochOf(at);
  const until = openUntilEpoch(timetable, clock, epoch);
  if (until === null) return null;
  timetable.known = { from: at, until: stampAt(until) };
  return timetable.known.until;
}

/** What day it is there at a stamp, `YYYY-MM-DD`; in UTC where the zone does not exist. */
export function localDate({ clock }: Timetable, at: number): string {
  const epoch = epochOf(at);
  return dateOf(clock === null ? epoch : wallOf(clock, epoch));
}

/** Whether there are any hours on a day of the calendar. */
export function isWorkingDay({ hours, closed }: Timetable, date: string): boolean {
  const weekday = new Date(date).getUTCDay() || 7;
  return !closed.has(date) && hours.some(({ days }) => days.includes(weekday));
}

function openUntilEpoch(
  { hours, closed }: Timetable,
  clock: Intl.DateTimeFormat,
  epoch: number,
): number | null {
  const wall = wallOf(clock, epoch);
  const date = new Date(wall);
  if (closed.has(dateOf(wall))) return null;
  const weekday = date.getUTCDay() || 7;
  const timeOfDay = wall % DAY_MS;
  let end = -1;
  for (const { days, from, until } of hours) {
    const isWithin =
      days.includes(weekday) && timeOfDayOf(from) <= timeOfDay && timeOfDay < timeOfDayOf(until);
    if (isWithin) end = Math.max(end, timeOfDayOf(until));
  }
  if (end < 0) return null;
  const left = end - timeOfDay;
  for (let ahead = HOUR_MS; ahead < left + HOUR_MS; ahead += HOUR_MS) {
    const then = epoch + Math.min(ahead, left);
    // The clock is put forward or back before the end: then nothing is said beyond this minute.
    if (wallOf(clock, then) - then !== wall - epoch) return epoch + MINUTE_MS - (epoch % MINUTE_MS);
  }
  return epoch + left;
}

function clockOf(zone: string): Intl.DateTimeFormat | null {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = newClock(zone);
    clocks.set(zone, clock);
  }
  return clock;
}

function newClock(timeZone: string): Intl.DateTimeFormat | null {
  const digits = { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
  const form = { calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' } as const;
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      ...form,
      ...digits,
      year: 'numeric',
      second: '2-digit',
    });
  } catch {
    return null;
  }
}

/** What a clock on the wall shows, as the milliseconds since 1970 at which one in UTC would show the same. */
function wallOf(clock: Intl.DateTimeFormat, epoch: number): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of clock.formatToParts(epoch)) parts[type] = Number(value);
  const { year, month, day, hour, minute, second } = parts;
  const shown = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
  return shown + (((epoch % 1000) + 1000) % 1000);
}

const dateOf = (wall: number): string => new Date(wall).toISOString().slice(0, 10);

/** `HH:MM` as milliseconds of the day; "24:00" is its end. */
function timeOfDayOf(clock: string): number {
  return (Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))) * MINUTE_MS;
}
