/** People of one group parted into a few cells whose total is known or published; which cells, and which
 * sums of them, may be shown. */
import { isSmall, withhold } from '../suppress.ts';

export interface Partition {
  /** Whether a sum of these cells may be shown. */
  isShown(...cells: readonly number[]): boolean;
}

/** `cells` are counts of different people; without suppression everything may be shown. */
export function partition(cells: readonly number[], suppress: boolean): Partition {
  if (!suppress) return { isShown: () => true };
  const all = cells.reduce((sum, count) => sum + count, 0);
  if (isSmall(all)) return { isShown: () => false };
  const hidden = withhold([cells])[0]!;
  return {
    isShown(...shown) {
      // All together is the size of the group; a part is shown when each of its cells is.
      if (shown.length === cells.length) return !hidden[cells.length];
      return shown.every((i) => !hidden[i]);
    },
  };
}
