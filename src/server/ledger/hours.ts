/** Working hours as the clocks of their time zone show them: whether it is within them, and until when
 * that stays so. By wall time, so an hour that a change of the clocks leaves out is not worked, and one
 * that comes twice is worked twice. */
import type { Hours } from '#verifier/fact.ts';

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;
/** So far ahead a change is looked for. */
const WEEKS = 5;

export interface Open {
  readonly isOpen: boolean;
  /** From when (ms) this was looked at, and until when it surely holds: the next opening or closing,
   * or some weeks ahead when there is none before. */
  readonly since: number;
  readonly until: number;
}

const known = new WeakMap<Hours, Open>();

/** Whether `at` (ms) is within the hours, remembered until the next opening or closing. */
export function openAt(hours: Hours, at: number): Open {
  const last = known.get(hours);
  if (last && last.since <= at && at < last.until) return last;
  const open = { isOpen: isWithin(hours, at), since: at, until: nextChange(hours, at) };
  known.set(hours, open);
  return open;
}

/** Whether the local wall time of `at` (ms) is on a day that is not closed and within its hours. */
export function isWithin({ zone, hours, closed }: Hours, at: number): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  const date = local.toPlainDate().toString();
  if (closed.includes(date)) return false;
  const time = local.toPlainTime().toString({ smallestUnit: 'millisecond' });
  return hours.some(
    ({ days, from, until }) => days.includes(local.dayOfWeek) && from <= time && time < until,
  );
}

/** The first time after `at` (ms) at which `isWithin` changes; some weeks ahead when it does not. */
export function nextChange(hours: Hours, at: number): number {
  const isOpen = isWithin(hours, at);
  for (let week = at; week < at + WEEKS * WEEK_MS; week += WEEK_MS) {
    const found = limitsBetween(hours, week, week + WEEK_MS);
    const change = found.find((limit) => isWithin(hours, limit) !== isOpen);
    if (change !== undefined) return change;
  }
  return at + WEEKS * WEEK_MS;
}

/** Every time after `start`, up to `end` (ms), at which wall time passes a limit or jumps; ascending. */
function limitsBetween({ zone, hours }: Hours, start: number, end: number): number[] {
  const times = [...new Set(['00:00', ...hours.flatMap(({ from, until }) => [from, until])])]
    .filter((time) => time !== '24:00')
    .map((time) => Temporal.PlainTime.from(time));
  const local = (at: number) => Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  const found = new Set<number>();
  // A day more on both sides: clocks that are set back bring yesterday's evening again.
  const last = local(end).toPlainDate().add({ days: 1 });
  let date = local(start).toPlainDate().subtract({ days: 1 });
  for (; Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ days: 1 })) {
    for (const time of times) {
      for (const disambiguation of ['earlier', 'later'] as const) {
        const limit = date.toPlainDateTime(time).toZonedDateTime(zone, { disambiguation });
        found.add(limit.epochMilliseconds);
      }
    }
  }
  let jump = local(start).getTimeZoneTransition('next');
  while (jump && jump.epochMilliseconds <= end) {
    found.add(jump.epochMilliseconds);
    jump = jump.getTimeZoneTransition('next');
  }
  return [...found].filter((at) => start < at && at <= end).sort((a, b) => a - b);
}
