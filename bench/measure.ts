/**
 * From rounds to a row of the table: both sides measured in turn (A B A B …), the ratio of medians,
 * and the noise that the rounds themselves show.
 */

/** What a row is before it is measured; `better` says which way `must` and `aim` bound the ratio. */
export interface RowSpec {
  name: string;
  /** How many staff, entries or rows it was measured on. */
  size: number;
  unit: string;
  better: 'lower' | 'higher';
  /** Bounds of worksmartly ÷ bare; null for a figure that is only reported. */
  must: number | null;
  aim: number | null;
}

export interface Row extends RowSpec {
  worksmartly: number | null;
  bare: number | null;
  ratio: number | null;
  /** Half the spread of the rounds' ratios, as a share of the ratio. */
  noise: number | null;
  /** Null where noise spans the must, and where there is nothing to compare with. */
  met: boolean | null;
}

/** Figures of both sides, round by round. */
export interface Rounds {
  worksmartly: number[];
  bare: number[];
}

/** Runs the two sides in turn, the first one changing from round to round. */
export async function interleave<T>(
  rounds: number,
  worksmartly: (() => Promise<T>) | null,
  bare: (() => Promise<T>) | null,
): Promise<{ worksmartly: T[]; bare: T[] }> {
  const results = { worksmartly: [] as T[], bare: [] as T[] };
  for (let round = 0; round < rounds; round++) {
    for (const turn of round % 2 === 0 ? ['bare', 'worksmartly'] : ['worksmartly', 'bare']) {
      if (turn === 'bare' && bare !== null) results.bare.push(await bare());
      if (turn === 'worksmartly' && worksmartly !== null) {
        results.worksmartly.push(await worksmartly());
      }
    }
  }
  return results;
}

/** The row for what the rounds gave. A side without rounds stays null. */
export function rowOf(spec: RowSpec, rounds: Rounds): Row {
  const worksmartly = median(rounds.worksmartly);
  const bare = median(rounds.bare);
  if (worksmartly === null || bare === null) {
    return { ...spec, worksmartly, bare, ratio: null, noise: null, met: null };
  }
  const ratio = worksmartly / bare;
  const pairs = rounds.worksmartly.map((value, index) => value / (rounds.bare[index] ?? bare));
  const [low, high] = spread(pairs, ratio);
  const noise = pairs.length < 2 ? null : (high - low) / 2 / ratio;
  return { ...spec, worksmartly, bare, ratio, noise, met: isMet(spec, low, high) };
}

function isMet({ better, must }: RowSpec, low: number, high: number): boolean | null {
  if (must === null) return null;
  const [best, worst] = better === 'lower' ? [low, high] : [-high, -low];
  const bound = better === 'lower' ? must : -must;
  return worst <= bound ? true : best > bound ? false : null;
}

/**
 * Where the true median ratio lies: between the smallest and the largest of the rounds (94 % for
 * five rounds, whatever the distribution), from eight rounds on without those two (93 % and more).
 */
function spread(ratios: number[], ratio: number): [number, number] {
  const ascending = ratios.toSorted((a, b) => a - b);
  const kept = ascending.length >= 8 ? ascending.slice(1, -1) : ascending;
  return [Math.min(ratio, kept[0] ?? ratio), Math.max(ratio, kept.at(-1) ?? ratio)];
}

/** Null for an empty list. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const ascending = values.toSorted((a, b) => a - b);
  const middle = ascending.length >> 1;
  const upper = ascending[middle] as number;
  return ascending.length % 2 === 1 ? upper : ((ascending[middle - 1] as number) + upper) / 2;
}
