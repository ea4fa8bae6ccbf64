/** What every process looks after by itself, in this order. A task asks the house's clock what is due, may
 * run in several processes at once, and does nothing twice. One that fails does not hold up the others. */
import type { House } from '../../house.ts';
import { remindOfNdas } from '../access/remind-of-ndas.ts';
import { tellLateReviews } from '../premises/late-reviews.ts';
import { runSchedules } from '../reports/run-schedules.ts';
import { runReviews } from '../reviews/run-reviews.ts';

/** By name: what fails is logged as `<name>-failed`. */
export const PERIODIC: Readonly<Record<string, (house: House) => Promise<void>>> = {
  schedules: runSchedules,
  reviews: runReviews,
  'late-reviews': tellLateReviews,
  reminders: remindOfNdas,
};
