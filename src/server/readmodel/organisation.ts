/** A page of the tree of who reports to whom, of the people whom the reader may see: the heads or the
 * people below one of them, in the order of a walk, brothers and sisters by name. Whoever cannot be
 * placed is listed apart with the reason, never lost. */
import { type Bitmap, hasBit } from './bitmap.ts';
import { valueAt } from './column.ts';
import { personOf } from './list.ts';
import type { OrganisationAnswer, OrganisationNode, OrganisationQuery } from './messages.ts';
import { ModelError } from './model-error.ts';
import { type ReportingLines, STANDINGS, type Unplaced } from './reporting-lines.ts';
import type { View } from './view.ts';

const LIMIT_MAX = 500;
const PLACED = new Set(['placed', 'top', 'gone'].map((name) => STANDINGS.indexOf(name as never)));
const GONE = STANDINGS.indexOf('gone');

/** `visible` are those in the reader's scope. Throws `unknown-subject` for a root outside it. */
export function organisationPage(
  view: View,
  query: OrganisationQuery,
  visible: Bitmap,
): Omit<OrganisationAnswer, 'dataVersion'> {
  const { limit, depth, offset } = query;
  if (limit > LIMIT_MAX) throw new ModelError('bad-query', `limit must be at most ${LIMIT_MAX}`);
  const lines = view.lines();
  const isSeen = (person: number) =>
    hasBit(visible, person) && hasBit(view.present, person) && lines.standings[person] !== GONE;
  const seenBefore = countSeen(lines, isSeen);
  const root = query.root === undefined ? -1 : seenPerson(view, query.root, isSeen);
  const { heads, unplaced } = headsOf(lines, isSeen);
  const top = query.unplaced ? unplaced : heads;
  const byName = view.nameRanks();
  const first = root === -1 ? top.sort((a, b) => byName[a]! - byName[b]!) : [root];
  const page: { person: number; level: number }[] = [];
  const total = walkFrom(lines, first, query.unplaced ? 0 : depth, isSeen, byName, (node, at) => {
    if (at >= offset && page.length < limit) page.push(node);
  });
  const show = nodeOf(view, query.elements, lines, isSeen, seenBefore);
  const next = offset + page.length < total ? offset + page.length : null;
  return {
    path: pathTo(lines, root, isSeen).map((person) => show(person, 0)),
    nodes: page.map(({ person, level }) => show(person, level)),
    total,
    next,
    unplaced: countReasons(lines, unplaced),
  };
}

/** By place in the walk: how many people stand before it whom the reader sees. */
function countSeen({ order }: ReportingLines, isSeen: (person: number) => boolean): Int32Array {
  const before = new Int32Array(order.length + 1);
  for (let at = 0; at < order.length; at++) before[at + 1] = before[at]! + +isSeen(order[at]!);
  return before;
}

function seenPerson(view: View, subject: string, isSeen: (person: number) => boolean): number {
  const person = personOf(view, subject);
  if (person !== -1 && isSeen(person)) return person;
  throw new ModelError('unknown-subject', 'nobody whom this reader sees');
}

/** Those above whom the reader sees nobody; and, apart, those who have no place in the tree. */
function headsOf({ managers, standings }: ReportingLines, isSeen: (person: number) => boolean) {
  const heads: number[] = [];
  const unplaced: number[] = [];
  for (let person = 0; person < managers.length; person++) {
    if (!isSeen(person)) continue;
    if (!PLACED.has(standings[person]!)) unplaced.push(person);
    else if (managers[person] === -1 || !isSeen(managers[person]!)) heads.push(person);
  }
  return { heads, unplaced };
}

/** Visits everybody at most `depth` levels below the first ones, and gives their number. */
function walkFrom(
  { order, enter, exit }: ReportingLines,
  first: readonly number[],
  depth: number,
  isSeen: (person: number) => boolean,
  byName: Int32Array,
  visit: (node: { person: number; level: number }, at: number) => void,
): number {
  let count = 0;
  const waiting = first.map((person) => ({ person, level: 0 })).reverse();
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    visit(node, count++);
    if (node.level >= depth) continue;
    const below: number[] = [];
    // The next direct report stands where the line of the one before ends.
    for (let at = enter[node.person]! + 1; at < exit[node.person]!; at = exit[order[at]!]!) {
      if (isSeen(order[at]!)) below.push(order[at]!);
    }
    below.sort((a, b) => byName[b]! - byName[a]!);
    for (const person of below) waiting.push({ person, level: node.level + 1 });
  }
  return count;
}

/** From the top down to the one above `person`, as far as the reader sees. */
function pathTo(lines: ReportingLines, person: number, isSeen: (person: number) => boolean) {
  const path: number[] = [];
  let at = person === -1 ? -1 : lines.managers[person]!;
  for (; at !== -1 && isSeen(at); at = lines.managers[at]!) path.unshift(at);
  return path;
}

function nodeOf(
  view: View,
  elements: readonly string[],
  lines: ReportingLines,
  isSeen: (person: number) => boolean,
  seenBefore: Int32Array,
) {
  const places = elements.flatMap((id) => view.placeOf(id) ?? []);
  const { order, enter, exit, managers, standings } = lines;
  return (person: number, level: number): OrganisationNode => {
    let direct = 0;
    for (let at = enter[person]! + 1; at < exit[person]!; at = exit[order[at]!]!) {
      if (isSeen(order[at]!)) direct++;
    }
    const manager = managers[person]!;
    const standing = STANDINGS[standings[person]!]!;
    return {
      subject: view.data.people.uuidAt(person),
      level,
      manager: manager !== -1 && isSeen(manager) ? view.data.people.uuidAt(manager) : null,
      direct,
      total: seenBefore[exit[person]!]! - seenBefore[enter[person]! + 1]!,
      reason: PLACED.has(standings[person]!) ? null : (standing as Unplaced),
      values: Object.fromEntries(
        places.map(({ held, column, rows }) => {
          const row = rows[person]!;
          return [held.id, row === -1 ? null : valueAt(column, held.element, row)];
        }),
      ),
    };
  };
}

function countReasons({ standings }: ReportingLines, unplaced: readonly number[]) {
  const counts: Partial<Record<Unplaced, number>> = {};
  for (const person of unplaced) {
    const reason = STANDINGS[standings[person]!] as Unplaced;
    counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return counts;
}
