/**
 * Which months of joiners and leavers must be withheld. Pure. Their difference is no secret: headcounts
 * at month ends publish it. So a month shows both or neither, and shows neither when one is from 1 to 4.
 * Whether a month is withheld depends on that month alone: what was published in it stays published.
 */
import { isSmall } from './suppress.ts';

export interface Flow {
  readonly joiners: number;
  readonly leavers: number;
}

export function isFlowHidden({ joiners, leavers }: Flow): boolean {
  return isSmall(joiners) || isSmall(leavers);
}

/**
 * Whether a year's leavers may be published beside its months: not when they, or its joiners, are few,
 * and not when some withheld month would follow. A reader knows of each withheld month the difference
 * and that one count is from 1 to 4; so each can only be shifted, joiners and leavers together, and all
 * shifts of the year add up to nothing.
 */
export function isYearPublishable(months: readonly Flow[]): boolean {
  const total = (of: (flow: Flow) => number) => months.reduce((sum, month) => sum + of(month), 0);
  if (isSmall(total((month) => month.leavers)) || isSmall(total((month) => month.joiners))) {
    return false;
  }
  const shifts = months.filter(isFlowHidden).map(shiftsOf);
  return shifts.every((own, i) => {
    const others = sumsOf(shifts.filter((_, j) => j !== i));
    return own.some((shift) => shift !== 0 && others.has(-shift));
  });
}

/** By how much a withheld month could be off without anybody noticing. */
function shiftsOf({ joiners, leavers }: Flow): number[] {
  const least = -Math.min(joiners, leavers);
  const shifts: number[] = [];
  for (let shift = least; shift <= 4; shift++) {
    if (isFlowHidden({ joiners: joiners + shift, leavers: leavers + shift })) shifts.push(shift);
  }
  return shifts;
}

function sumsOf(shifts: readonly (readonly number[])[]): Set<number> {
  let sums = new Set([0]);
  for (const own of shifts) {
    sums = new Set([...sums].flatMap((sum) => own.map((shift) => sum + shift)));
  }
  return sums;
}
