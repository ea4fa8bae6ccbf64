/** Joiners, leavers and headcounts by month, all from the same events, so that the difference of two
 * headcounts is always joiners less leavers. */
import { dateOf, dayOf } from '../day.ts';
import { FIRST_DAY, type RunContext } from './report.ts';

// A first day counts unless a last day lies before it; a last day counts for those who had joined; who
// is hired again after a last day joins again. Kinds: 0 joined; left 1 without a reason, 2 voluntarily,
// 3 not voluntarily.
const EVENTS = `with e as (select *, "terminationDate" >= ${FIRST_DAY} as left_once
    from employment where "hireDate" >= ${FIRST_DAY})
  select 0 as kind, "hireDate" as day, count(*)::integer from e
    where not left_once or "terminationDate" >= "hireDate" group by all
  union all
  select 0, greatest("rehireDate", "hireDate"), count(*)::integer from e
    where left_once and "rehireDate" > "terminationDate" group by all
  union all
  select case when "voluntary" = $1 then 2 when "voluntary" = $2 then 3 else 1 end,
    "terminationDate", count(*)::integer from e
    where left_once and "terminationDate" >= "hireDate" group by all`;

const VOLUNTARY = 'employment.voluntary';

export interface MonthOfMovements {
  readonly joiners: number;
  readonly leavers: number;
  readonly voluntary: number;
  readonly involuntary: number;
  /** On the last day of the month before, and on its own last day (or the last day of all). */
  readonly before: number;
  readonly after: number;
}

/** By month from `first` (a month number) up to the day `asOf`. */
export async function movements(
  context: RunContext,
  first: number,
  asOf: string,
): Promise<MonthOfMovements[]> {
  const words = context.words(VOLUNTARY);
  const codes = [words.indexOf('true'), words.indexOf('false')];
  const events = await context.query(EVENTS, codes);
  const from = dayOf(`${monthText(first)}-01`);
  const until = dayOf(asOf);
  const count = monthNumber(asOf) - first + 1;
  const months = Array.from({ length: count }, () => [0, 0, 0, 0]);
  let employed = 0;
  for (const [kind, day, people] of events) {
    if (day! > until) continue;
    if (day! < from) employed += kind === 0 ? people! : -people!;
    else months[monthNumber(dateOf(day!)) - first]![kind!]! += people!;
  }
  return months.map(([joiners, unknown, voluntary, involuntary]) => {
    const before = employed;
    const leavers = unknown! + voluntary! + involuntary!;
    employed += joiners! - leavers;
    return {
      joiners: joiners!,
      leavers,
      voluntary: voluntary!,
      involuntary: involuntary!,
      before,
      after: employed,
    };
  });
}

/** Months since year 0. */
export function monthNumber(date: string): number {
  return 12 * Number(date.slice(0, 4)) + Number(date.slice(5, 7)) - 1;
}

/** `YYYY-MM`. */
export function monthText(month: number): string {
  const year = Math.floor(month / 12);
  return `${String(year).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;
}
