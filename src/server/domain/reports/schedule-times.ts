/** When a schedule is due: at a time of day in a time zone, as its clocks show it. */

export interface Cadence {
  readonly cadence: 'daily' | 'weekly' | 'monthly';
  /** Weekly 1 (Monday) to 7, monthly 1 to 31; a month without that day has its last one instead. */
  readonly on: number;
  /** `HH:MM`. */
  readonly at: string;
  readonly timeZone: string;
}

/**
 * The first time after `after` (both ms). A time of day that a change of the clocks leaves out comes
 * when it would have come without the change (an hour later by the new clock); one that comes twice
 * counts the first time. RFC 5545 §3.3.5, Temporal's `compatible`.
 */
export function nextOccurrence({ cadence, on, at, timeZone }: Cadence, after: number): number {
  const time = Temporal.PlainTime.from(at);
  const now = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(timeZone);
  // From the day before: a clock set back may bring today's time a second time, and not a first.
  let day = firstDay(now.toPlainDate().subtract({ days: 1 }), cadence, on);
  for (;;) {
    const due = day
      .toPlainDateTime(time)
      .toZonedDateTime(timeZone, { disambiguation: 'compatible' });
    if (due.epochMilliseconds > after) return due.epochMilliseconds;
    day = nextDay(day, cadence, on);
  }
}

/** Whether it is an IANA time zone that this server knows; offsets such as +02:00 are none. */
export function isTimeZone(timeZone: string): boolean {
  if (/^[+-]/.test(timeZone)) return false;
  try {
    Temporal.Now.zonedDateTimeISO(timeZone);
    return true;
  } catch {
    return false;
  }
}

/** The first day on or after `from`. */
function firstDay(from: Temporal.PlainDate, cadence: Cadence['cadence'], on: number) {
  if (cadence === 'daily') return from;
  if (cadence === 'weekly') return from.add({ days: (on - from.dayOfWeek + 7) % 7 });
  const day = from.with({ day: on }, { overflow: 'constrain' });
  return Temporal.PlainDate.compare(day, from) >= 0 ? day : nextDay(day, cadence, on);
}

function nextDay(day: Temporal.PlainDate, cadence: Cadence['cadence'], on: number) {
  if (cadence === 'daily') return day.add({ days: 1 });
  if (cadence === 'weekly') return day.add({ days: 7 });
  return day.with({ day: 1 }).add({ months: 1 }).with({ day: on }, { overflow: 'constrain' });
}
