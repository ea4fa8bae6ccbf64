/**
 * A person's working life at the organisation: hiring, pay changes, an earlier job for some, and
 * for some the leaving. All dates follow from the person's stream and the as-of date.
 */
import { addYears, dateOf, dayOf } from './calendar.ts';
import { type JobFamily, levelGrowth } from './job-architecture.ts';
import type { Random } from './random.ts';
import type { JobPeriod, Leaving, PayPeriod } from './staff-row.ts';

const hoursPerYear = 2080;

/** Hired within the last 25 years, more often lately; managers earlier. */
export function inventHireDate(random: Random, asOf: string, rank: number): string {
  const years = 25 * random.next() ** (rank === 0 ? 1.9 : 1.1);
  const day = dayOf(asOf) - 14 - Math.floor(years * 365.25);
  const weekday = (day + 4) % 7;
  return dateOf(weekday === 0 ? day + 1 : weekday === 6 ? day + 2 : day);
}

/** At least 18 at hiring, and at most 66 on the as-of date. */
export function inventBirthDate(random: Random, hireDate: string, asOf: string): string {
  const latest = dayOf(addYears(hireDate, -18));
  const earliest = Math.min(dayOf(addYears(asOf, -66)), latest);
  const spread = latest - earliest;
  // Most people are hired in their twenties and thirties.
  return dateOf(latest - Math.floor(spread * random.next() ** 1.7));
}

/** One person in twelve who manages nobody has left, after at least a month. */
export function inventLeaving(random: Random, hireDate: string, asOf: string): Leaving | null {
  const served = dayOf(asOf) - dayOf(hireDate);
  if (served < 60 || !random.chance(0.085)) return null;
  // Within the last three years, or since hiring if that is shorter.
  const back = Math.floor(Math.min(served - 31, 1095) * random.next());
  const [reason, voluntary] = random.weighted(leavingReasons);
  return { date: dateOf(dayOf(asOf) - back), reason, voluntary };
}

const leavingReasons: readonly (readonly [readonly [string, boolean], number])[] = [
  [['Resigned', true], 58],
  [['Retired', true], 12],
  [['Position eliminated', false], 14],
  [['Performance', false], 9],
  [['End of temporary contract', false], 7],
];

/**
 * Pay from hiring to now in one to six steps: who has served two years or more has had two to five
 * raises. `yearly` is today's yearly pay in USD.
 */
export function inventPay(
  random: Random,
  hireDate: string,
  lastDay: string,
  yearly: number,
  basis: 'annual' | 'hourly',
): PayPeriod[] {
  const served = dayOf(lastDay) - dayOf(hireDate);
  const raises = served < 365 ? 0 : served < 730 ? 1 : random.integer(2, 5);
  const dates = [hireDate];
  for (let step = 1; step <= raises; step++) {
    const at = dayOf(hireDate) + Math.floor((served * step) / (raises + 1));
    dates.push(`${dateOf(at).slice(0, 7)}-01`);
  }
  const periods: PayPeriod[] = [];
  let amount = yearly;
  for (const from of dates.toReversed()) {
    if (periods.at(-1)?.from === from) continue;
    periods.push({ from, base: amountOf(amount, basis), basis });
    amount /= 1 + random.integer(15, 62) / 1000;
  }
  return periods.toReversed();
}

/** An amount as decimal text: yearly pay in steps of 5 dollars, hourly in cents. */
export function amountOf(yearly: number, basis: 'annual' | 'hourly'): string {
  if (basis === 'annual') return (Math.round(yearly / 5) * 5).toFixed(2);
  return (Math.round((yearly / hoursPerYear) * 100) / 100).toFixed(2);
}

/** Which level of a family: junior ones are commoner, and long service lifts. */
export function inventLevel(random: Random, family: JobFamily, yearsServed: number): number {
  const highest = family.titles.length - 1;
  const level = Math.floor(random.next() ** 1.5 * family.titles.length + yearsServed / 12);
  return Math.max(0, Math.min(highest, level));
}

/** Yearly pay in USD at a level. */
export function payAt(random: Random, range: readonly [number, number], level: number): number {
  const [low, high] = range;
  return (low + (high - low) * random.next()) * levelGrowth ** level;
}

/** The earlier job of someone promoted: the title one level down, from hiring until the change. */
export function withEarlierJob(
  random: Random,
  job: JobPeriod,
  earlierTitle: string,
  hireDate: string,
  lastDay: string,
): JobPeriod[] {
  const served = dayOf(lastDay) - dayOf(hireDate);
  if (served < 500) return [job];
  const at = dayOf(hireDate) + Math.floor(served * (0.35 + 0.5 * random.next()));
  const from = `${dateOf(at).slice(0, 7)}-01`;
  return [
    { ...job, title: earlierTitle },
    { ...job, from },
  ];
}
