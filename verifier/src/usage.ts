// How much of a client's data each user of the provider has opened, as the entries say: what budgets are held against.
import type { Budget } from './fact.ts';
import { DAY_MS, HOUR_MS } from './time-stamp.ts';

/** What one user used in the clock hour and the day (UTC) of their last entry. */
interface Used {
  hour: number;
  day: number;
  peopleInHour: number;
  peopleInDay: number;
  rowsInDay: number;
}

/** By user. The values are replaced, never changed, so that a copy of the map keeps what was. */
export type Usage = Map<string, Used>;

/** The clock hour of a stamp, a number that no other hour has. */
export const hourOf = (stamp: number): number => Math.floor(stamp / HOUR_MS);

/** Adds what allowed entries of one clock hour opened: single people, and rows of lists. */
export function addUsage(
  usage: Usage,
  actor: string,
  stamp: number,
  people: number,
  rows: number,
): void {
  const [hour, day] = [hourOf(stamp), Math.floor(stamp / DAY_MS)];
  const before = usage.get(actor);
  const isSameDay = before?.day === day;
  usage.set(actor, {
    hour,
    day,
    peopleInHour: (before?.hour === hour ? before.peopleInHour : 0) + people,
    peopleInDay: (isSameDay ? before.peopleInDay : 0) + people,
    rowsInDay: (isSameDay ? before.rowsInDay : 0) + rows,
  });
}

/** Whether a user has used more than a budget gives, as of their last entry. */
export function isOverBudget(usage: Usage, actor: string, budget: Budget): boolean {
  const used = usage.get(actor);
  if (used === undefined) return false;
  const { peoplePerHour, peoplePerDay, rowsPerDay } = budget;
  return (
    (peoplePerHour !== null && used.peopleInHour > peoplePerHour) ||
    (peoplePerDay !== null && used.peopleInDay > peoplePerDay) ||
    (rowsPerDay !== null && used.rowsInDay > rowsPerDay)
  );
}
