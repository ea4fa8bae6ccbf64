/**
 * Who reports to whom: one head, departments below it, teams of 4 to 12. Positions come in an order
 * in which every manager stands before everyone below.
 */
import type { Random } from './random.ts';

/** One place in the tree. */
export interface Position {
  /** Place in the order, from 0; the head is 0. */
  index: number;
  /** Index of the manager; null for the head. */
  manager: number | null;
  /** Which department; null for the head. */
  department: number | null;
  /** Levels of people below: 0 for those who manage nobody. */
  height: number;
}

const spanMin = 4;
const spanMax = 12;

/**
 * Positions for `count` people over departments with the given shares. An organisation too small
 * for a head and four people in each department gets fewer departments, the largest first; one of
 * five people or fewer is a single team.
 */
export function* reportingTree(
  count: number,
  shares: readonly number[],
  random: Random,
): Generator<Position> {
  if (count <= 0) return;
  const sizes = departmentSizes(count - 1, shares);
  const deepest = Math.max(0, ...sizes.map(([, size]) => 1 + heightOf(size - 1)));
  yield { index: 0, manager: null, department: null, height: deepest };
  const cursor = { next: 1 };
  for (const [department, size] of sizes) {
    yield* branch(size - 1, 0, department, cursor, random);
  }
}

/** A person with `below` people somewhere under them, then those people. */
function* branch(
  below: number,
  manager: number,
  department: number,
  cursor: { next: number },
  random: Random,
): Generator<Position> {
  const index = cursor.next++;
  yield { index, manager, department, height: heightOf(below) };
  if (below === 0) return;
  const span = spanOf(below, random);
  const deeper = below - span;
  const teams = deeper === 0 ? 0 : Math.min(span, Math.max(1, Math.round(deeper / 8)));
  for (let place = 0; place < span; place++) {
    const share = place < teams ? evenShare(deeper, teams, place) : 0;
    yield* branch(share, index, department, cursor, random);
  }
}

function spanOf(below: number, random: Random): number {
  if (below <= spanMax) return below;
  const span = below > 400 ? random.integer(9, spanMax) : random.integer(6, 10);
  // What is left must be at least one whole team.
  return Math.min(span, below - spanMin);
}

/** `total` split over `parts` as evenly as whole numbers allow. */
function evenShare(total: number, parts: number, place: number): number {
  return Math.floor(total / parts) + (place < total % parts ? 1 : 0);
}

/** Levels below a person with that many people below; an estimate that only sets rank and title. */
function heightOf(below: number): number {
  if (below <= 0) return 0;
  if (below <= spanMax) return 1;
  return below <= 100 ? 2 : below <= 900 ? 3 : 4;
}

function departmentSizes(people: number, shares: readonly number[]): [number, number][] {
  const most = Math.max(1, Math.min(spanMax, Math.floor(people / (spanMin + 1))));
  const ranked = shares.map((share, index) => [index, share] as const);
  const kept = ranked.toSorted((a, b) => b[1] - a[1]).slice(0, most);
  if (people <= spanMin)
    return Array.from({ length: people }, (_, place) => [place % shares.length, 1]);
  const whole = kept.reduce((sum, [, share]) => sum + share, 0);
  const spare = people - kept.length * (spanMin + 1);
  const sizes = kept.map(([index, share]): [number, number] => [
    index,
    spanMin + 1 + Math.floor((spare * share) / whole),
  ]);
  const placed = sizes.reduce((sum, [, size]) => sum + size, 0);
  const largest = sizes[0];
  if (largest !== undefined) largest[1] += people - placed;
  return sizes;
}
