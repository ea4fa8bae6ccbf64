/** Repeatable chance: the same seed gives the same choices everywhere. */

export interface SeededRandom {
  /** A whole number from 0 to `below` − 1. */
  below(below: number): number;
  /** True in `part` of `of` cases. */
  chance(part: number, of: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Each with a probability of one half, in order. */
  some<T>(from: readonly T[]): T[];
}

/** Mulberry32. */
export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  function below(limit: number): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  }
  const chance = (part: number, of: number) => below(of) < part;
  return {
    below,
    chance,
    pick: (from) => from[below(from.length)]!,
    some: (from) => from.filter(() => chance(1, 2)),
  };
}
