/** Who reports to whom, directly or through others, on one day: by the manager's staff number in the
 * job in force. The people stand in the order of a walk through the tree, so that everybody below
 * somebody is one stretch of it. A link that makes a circle is nobody's authority over anybody. */
import { type Bitmap, newBitmap, setBit } from './bitmap.ts';
import { NO_DAY } from './day.ts';
import type { View } from './view.ts';

const MANAGER = 'job.manager';
const STAFF_NUMBER = 'employment.staffNumber';
const LAST_DAY = 'employment.terminationDate';

/** Where somebody stands: under a manager, at the top, not among the staff any more, or nowhere, and
 * then why. */
export const STANDINGS = [
  'placed',
  'top',
  'gone',
  'no-job',
  'own-manager',
  'manager-unknown',
  'manager-left',
  'circle',
] as const;
export type Standing = (typeof STANDINGS)[number];
/** Why somebody stands nowhere in the tree. */
export type Unplaced = Exclude<Standing, 'placed' | 'top' | 'gone'>;

/** All by number of the person. Whoever is not `placed` is the head of the own people. */
export interface ReportingLines {
  /** -1 for none. */
  readonly managers: Int32Array;
  /** Places in `STANDINGS`. */
  readonly standings: Uint8Array;
  /** People in the order of the walk: those below `person` are `order[enter + 1 … exit − 1]`. */
  readonly order: Int32Array;
  readonly enter: Int32Array;
  readonly exit: Int32Array;
  /** How many are above in the line. */
  readonly depth: Int32Array;
  /** What all of it follows from. */
  readonly links: Links;
}

interface Links {
  readonly numbers: readonly (string | null)[];
  readonly gone: Uint8Array;
  /** Of the manager's number as a word of its column: -1 without a job, 0 without a manager. */
  readonly codes: Int32Array;
}

export function reportingLines(view: View): ReportingLines {
  const links = linksOf(view);
  const { managers, standings } = placeAll(view, links);
  cutCircles(managers, standings);
  return { managers, standings, ...walk(managers), links };
}

/** Whether the lines still hold after these people's records changed. */
export function isInStep(
  { links }: ReportingLines,
  view: View,
  changed: ReadonlySet<number>,
): boolean {
  if (links.codes.length !== view.data.people.size) return false;
  const { code, number, hasLeft } = readers(view);
  for (const person of changed) {
    if (links.codes[person] !== code(person)) return false;
    if (links.numbers[person] !== number(person)) return false;
    if (links.gone[person] !== hasLeft(person)) return false;
  }
  return true;
}

/** Everybody below `manager`, at most `levels` down; never the manager. */
export function peopleUnder(
  lines: ReportingLines,
  manager: number,
  capacity: number,
  levels = Number.POSITIVE_INFINITY,
): Bitmap {
  const found = newBitmap(capacity);
  const { order, enter, exit, depth } = lines;
  const deepest = depth[manager]! + levels;
  for (let at = enter[manager]! + 1; at < exit[manager]!; at++) {
    const person = order[at]!;
    if (depth[person]! <= deepest) setBit(found, person);
  }
  return found;
}

/** Whether `person` stands below `manager`. */
export function isUnder({ enter, exit }: ReportingLines, person: number, manager: number): boolean {
  return enter[person]! > enter[manager]! && enter[person]! < exit[manager]!;
}

function placeAll(view: View, { numbers, gone, codes }: Links) {
  const managers = new Int32Array(codes.length).fill(-1);
  const standings = new Uint8Array(codes.length);
  const byNumber = new Map<string, number>();
  for (let person = 0; person < numbers.length; person++) {
    const number = numbers[person];
    // Somebody who left keeps the number; whoever is here comes first.
    if (number && (gone[person] === 0 || !byNumber.has(number))) byNumber.set(number, person);
  }
  const jobs = view.placeOf(MANAGER);
  const words = jobs?.column.kind === 'code' ? jobs.column.words : [];
  const byCode = Int32Array.from(words, (word) => byNumber.get(word) ?? -1);
  for (let person = 0; person < codes.length; person++) {
    const code = codes[person]!;
    const manager = code > 0 ? byCode[code]! : -1;
    const standing = standingOf(person, code, manager, gone);
    standings[person] = STANDINGS.indexOf(standing);
    if (standing === 'placed') managers[person] = manager;
  }
  return { managers, standings };
}

function standingOf(person: number, code: number, manager: number, gone: Uint8Array): Standing {
  if (gone[person] === 1) return 'gone';
  if (code === -1) return 'no-job';
  if (code === 0) return 'top';
  if (manager === -1) return 'manager-unknown';
  if (manager === person) return 'own-manager';
  return gone[manager] === 1 ? 'manager-left' : 'placed';
}

/** Whoever stands on a circle loses the manager; those who only lead to one keep theirs. */
function cutCircles(managers: Int32Array, standings: Uint8Array): void {
  /** The walk that first met the person, from 1. */
  const metBy = new Int32Array(managers.length);
  const circle = STANDINGS.indexOf('circle');
  for (let start = 0; start < managers.length; start++) {
    let at = start;
    while (at !== -1 && metBy[at] === 0) {
      metBy[at] = start + 1;
      at = managers[at]!;
    }
    if (at === -1 || metBy[at] !== start + 1) continue;
    // The walk came back to itself: round once more, taking the links away.
    while (managers[at] !== -1) {
      const next = managers[at]!;
      managers[at] = -1;
      standings[at] = circle;
      at = next;
    }
  }
}

function walk(managers: Int32Array) {
  const people = managers.length;
  const { reports, start } = reportsOf(managers);
  const order = new Int32Array(people);
  const enter = new Int32Array(people);
  const exit = new Int32Array(people);
  const depth = new Int32Array(people);
  const next = start.slice();
  let time = 0;
  for (let head = 0; head < people; head++) {
    if (managers[head] !== -1) continue;
    enter[head] = time;
    order[time++] = head;
    for (let at = head; ; ) {
      if (next[at]! < start[at + 1]!) {
        const report = reports[next[at]!++]!;
        depth[report] = depth[at]! + 1;
        enter[report] = time;
        order[time++] = report;
        at = report;
      } else {
        exit[at] = time;
        if (at === head) break;
        at = managers[at]!;
      }
    }
  }
  return { order, enter, exit, depth };
}

/** Direct reports by manager: those of `person` are `reports[start[person] … start[person + 1] − 1]`. */
function reportsOf(managers: Int32Array) {
  const people = managers.length;
  const start = new Int32Array(people + 1);
  for (const manager of managers) if (manager !== -1) start[manager + 1]!++;
  for (let person = 0; person < people; person++) start[person + 1]! += start[person]!;
  const reports = new Int32Array(start[people]!);
  const next = start.slice();
  for (let person = 0; person < people; person++) {
    const manager = managers[person]!;
    if (manager !== -1) reports[next[manager]!++] = person;
  }
  return { reports, start };
}

function linksOf(view: View): Links {
  const people = view.data.people.size;
  const { code, number, hasLeft } = readers(view);
  const links = {
    numbers: new Array<string | null>(people),
    gone: new Uint8Array(people),
    codes: new Int32Array(people),
  };
  for (let person = 0; person < people; person++) {
    links.numbers[person] = number(person);
    links.gone[person] = hasLeft(person);
    links.codes[person] = code(person);
  }
  return links;
}

/** The three things on which the lines depend, by person. */
function readers(view: View) {
  const jobs = view.placeOf(MANAGER);
  const numbers = view.placeOf(STAFF_NUMBER);
  const ends = view.placeOf(LAST_DAY);
  return {
    code(person: number): number {
      const row = jobs?.rows[person] ?? -1;
      return jobs?.column.kind === 'code' && row !== -1 ? jobs.column.codes[row]! : -1;
    },
    number(person: number): string | null {
      const row = numbers?.rows[person] ?? -1;
      const isHeld = numbers?.column.kind === 'text' && row !== -1;
      return isHeld ? (numbers.column.texts[row] ?? null) : null;
    },
    hasLeft(person: number): 0 | 1 {
      const row = ends?.rows[person] ?? -1;
      if (ends?.column.kind !== 'day' || row === -1) return 0;
      const day = ends.column.days[row]!;
      return day !== NO_DAY && day <= view.day ? 1 : 0;
    },
  };
}
