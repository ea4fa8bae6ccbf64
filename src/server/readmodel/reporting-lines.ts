/** Who reports to whom, directly or through others, on one day: by the manager's staff number in the
 * job in force. People who have left are nobody's. */
import { type Bitmap, hasBit, newBitmap, setBit } from './bitmap.ts';
import { NO_DAY } from './day.ts';
import type { View } from './view.ts';

const MANAGER = 'job.manager';
const STAFF_NUMBER = 'employment.staffNumber';
const LAST_DAY = 'employment.terminationDate';

export interface ReportingLines {
  /** People by manager: those of `person` stand from `start[person]` to `start[person + 1]`. */
  readonly reports: Int32Array;
  readonly start: Int32Array;
}

export function reportingLines(view: View): ReportingLines {
  const people = view.data.people.size;
  const managers = managersOf(view);
  const start = new Int32Array(people + 1);
  for (const manager of managers) if (manager !== -1) start[manager + 1]!++;
  for (let person = 0; person < people; person++) start[person + 1]! += start[person]!;
  const reports = new Int32Array(start[people]!);
  const next = start.slice();
  for (const [person, manager] of managers.entries()) {
    if (manager !== -1) reports[next[manager]!++] = person;
  }
  return { reports, start };
}

/** Everybody under `manager`, who is not among them even where reporting lines make a circle. */
export function peopleUnder(lines: ReportingLines, manager: number, capacity: number): Bitmap {
  const found = newBitmap(capacity);
  const waiting = [manager];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (let i = lines.start[at] ?? 0; i < (lines.start[at + 1] ?? 0); i++) {
      const person = lines.reports[i]!;
      if (person === manager || hasBit(found, person)) continue;
      setBit(found, person);
      waiting.push(person);
    }
  }
  return found;
}

/** Each person's manager, -1 for none. */
function managersOf(view: View): Int32Array {
  const managers = new Int32Array(view.data.people.size).fill(-1);
  const numbers = view.placeOf(STAFF_NUMBER);
  const jobs = view.placeOf(MANAGER);
  if (numbers?.column.kind !== 'text' || jobs?.column.kind !== 'code') return managers;
  const byNumber = new Map<string, number>();
  for (let person = 0; person < managers.length; person++) {
    const number = numbers.column.texts[numbers.rows[person]!];
    if (number && !hasLeft(view, person)) byNumber.set(number, person);
  }
  const byCode = jobs.column.words.map((word) => byNumber.get(word) ?? -1);
  for (let person = 0; person < managers.length; person++) {
    const row = jobs.rows[person]!;
    if (row !== -1 && !hasLeft(view, person)) managers[person] = byCode[jobs.column.codes[row]!]!;
  }
  return managers;
}

function hasLeft(view: View, person: number): boolean {
  const place = view.placeOf(LAST_DAY);
  const row = place?.rows[person] ?? -1;
  if (place?.column.kind !== 'day' || row === -1) return false;
  const day = place.column.days[row]!;
  return day !== NO_DAY && day <= view.day;
}
