/** Who is below whom, from lines of people and their managers. Circles do no harm: nobody is below
 * oneself, and who is in one has no layer. */

export interface Hierarchy {
  readonly people: readonly number[];
  /** By manager those who report directly; only managers are in it. */
  readonly direct: ReadonlyMap<number, readonly number[]>;
  /** Counted from 1 at the top; nobody in or under a circle has one. */
  readonly layer: ReadonlyMap<number, number>;
  /** Everybody under the manager, directly or through others. */
  below(manager: number): number[];
  /** How many layers there are under the manager. */
  layersBelow(manager: number): number;
}

/** Of [person, manager] with -1 for no manager; who names themselves has none. */
export function hierarchyOf(lines: readonly (readonly [number, number])[]): Hierarchy {
  const direct = new Map<number, number[]>();
  const tops: number[] = [];
  for (const [person, manager] of lines) {
    if (manager === -1 || manager === person) tops.push(person);
    else if (direct.has(manager)) direct.get(manager)!.push(person);
    else direct.set(manager, [person]);
  }
  const layer = new Map<number, number>();
  let current = tops;
  for (let depth = 1; current.length > 0; depth++) {
    for (const person of current) layer.set(person, depth);
    current = current.flatMap((person) => direct.get(person) ?? []);
  }
  /** By layer under the manager; a circle ends where it would come back. */
  const levels = (manager: number): number[][] => {
    const seen = new Set([manager]);
    const found: number[][] = [];
    for (let level = [manager]; ; ) {
      level = level.flatMap((person) =>
        (direct.get(person) ?? []).filter((one) => !seen.has(one) && seen.add(one)),
      );
      if (level.length === 0) return found;
      found.push(level);
    }
  };
  return {
    people: lines.map(([person]) => person),
    direct,
    layer,
    below: (manager) => levels(manager).flat(),
    layersBelow: (manager) => levels(manager).length,
  };
}
