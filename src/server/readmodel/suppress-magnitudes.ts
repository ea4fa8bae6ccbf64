/**
 * Which figures about amounts (pay, days, hours, scores) must be withheld: each needs enough people,
 * none of whom makes up too much of the whole (DESIGN §8). Pure. The figures of a list lie beside the
 * figure of all of them together, so what is withheld must not follow from the rest: the withheld ones
 * together must themselves be such that they could be published.
 */

/** Of one group: how many people, the sum of their amounts (≥ 0), and the largest of one person. */
export interface Magnitude {
  readonly people: number;
  readonly sum: number;
  readonly largest: number;
}

/** Pay needs ten people, everything else five. */
export const PAY_PEOPLE = 10;
export const PEOPLE = 5;
const SHARE_MAX = 0.5;

/** Nobody at all gives nothing away; otherwise enough people, and no one above half of the sum. */
export function isPublishable({ people, sum, largest }: Magnitude, peopleMin: number): boolean {
  return people === 0 || (people >= peopleMin && largest <= SHARE_MAX * sum);
}

/**
 * True where withheld. `forced` ones are withheld for another reason. The smallest that could be
 * published are withheld as well until all withheld ones together could be; of a single group nothing
 * follows from others.
 */
export function withholdMagnitudes(
  groups: readonly Magnitude[],
  peopleMin: number,
  forced: readonly boolean[] = [],
): boolean[] {
  const hidden = groups.map((group, i) => forced[i] === true || !isPublishable(group, peopleMin));
  const bySize = groups.map((_, i) => i).sort((a, b) => groups[a]!.people - groups[b]!.people);
  for (const i of bySize) {
    if (isUnionPublishable(groups, hidden, peopleMin)) break;
    hidden[i] = true;
  }
  return hidden;
}

function isUnionPublishable(groups: readonly Magnitude[], hidden: readonly boolean[], min: number) {
  const union = { people: 0, sum: 0, largest: 0 };
  for (const [i, group] of groups.entries()) {
    if (!hidden[i]) continue;
    union.people += group.people;
    union.sum += group.sum;
    union.largest = Math.max(union.largest, group.largest);
  }
  return isPublishable(union, min);
}

/** Whether the quantile `at` (0 to 1) leaves five people on either side, so that it is about a group
 * and not about one person at its edge. */
export function isQuantilePublishable(people: number, at: number): boolean {
  return people * Math.min(at, 1 - at) >= PEOPLE;
}
