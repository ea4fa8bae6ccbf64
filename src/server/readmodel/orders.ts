/** People in sorted order, kept between queries: a page is then a walk, and a change moves only those
 * whom it concerns. */

/** Negative when a comes before b. Never 0 for two different people. */
export type Compare = (a: number, b: number) => number;

/** The people in order. */
export function sortPeople(people: Int32Array, compare: Compare): Int32Array {
  return people.slice().sort(compare);
}

/** The order after `changed` people have moved, gone or come; `isIn` says who is to be in it. */
export function reorder(
  order: Int32Array,
  changed: ReadonlySet<number>,
  isIn: (person: number) => boolean,
  compare: Compare,
): Int32Array {
  const moved = Int32Array.from([...changed].filter(isIn)).sort(compare);
  const kept = order.filter((person) => !changed.has(person));
  const next = new Int32Array(kept.length + moved.length);
  let from = 0;
  let to = 0;
  for (const person of moved) {
    const at = placeOf(kept, from, person, compare);
    next.set(kept.subarray(from, at), to);
    to += at - from;
    next[to++] = person;
    from = at;
  }
  next.set(kept.subarray(from), to);
  return next;
}

/** The position of each person in the order, -1 for those who are not in it. */
export function ranksOf(order: Int32Array, capacity: number): Int32Array {
  const ranks = new Int32Array(capacity).fill(-1);
  for (let i = 0; i < order.length; i++) ranks[order[i]!] = i;
  return ranks;
}

function placeOf(order: Int32Array, from: number, person: number, compare: Compare): number {
  let low = from;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(order[middle]!, person) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
