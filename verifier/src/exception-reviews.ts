// Which exceptions from hours and premises nobody looked into in time. It breaks no rule of access; it is reported.
import { type Authority, type Exception, isInForce } from './authority.ts';
import { DAY_MS } from './time-stamp.ts';
import { isWorkingDay, localDate, type Timetable, timetableOf } from './timetable.ts';

const WORKING_DAYS = 5;
/** A calendar without working days would make this endless. */
const DAYS_MAX = 60;
const NO_OFFICE = timetableOf({
  zone: 'UTC',
  hours: [{ days: [1, 2, 3, 4, 5], from: '00:00', until: '24:00' }],
  closed: [],
});

/** How many exceptions had been over for more than five working days when they were reviewed, or are so at `last` without. */
export function countLateReviews(authority: Authority, last: number): number {
  let late = 0;
  for (const exception of authority.exceptions.values()) {
    if (isLate(authority, exception, exception.reviewed ?? last)) late++;
  }
  return late;
}

/** By the calendar of the first office in the ledger that is in force when the exception ends, else Monday to Friday in UTC. */
function isLate({ offices }: Authority, { until }: Exception, at: number): boolean {
  if (at < until) return false;
  const office = offices.values().find((each) => isInForce(each, until));
  const timetable = office?.timetable ?? NO_OFFICE;
  return localDate(timetable, at) > lastDayFor(timetable, localDate(timetable, until));
}

function lastDayFor(timetable: Timetable, ended: string): string {
  let date = ended;
  let left = WORKING_DAYS;
  for (let day = 0; day < DAYS_MAX && left > 0; day++) {
    date = new Date(Date.parse(date) + DAY_MS).toISOString().slice(0, 10);
    if (isWorkingDay(timetable, date)) left--;
  }
  return date;
}
