/** The imports under way in this process, so that asking for them shows how far they are, and that a
 * cancellation reaches them at once. */
import type { House } from '../../house.ts';
import type { ImportStatus } from './import-status.ts';

export interface UnderWay {
  readonly status: ImportStatus;
  /** Stops the work; what the row of the import says then decides what becomes of it. */
  readonly stop: AbortController;
}

const underWay = new WeakMap<House['jobs'], Map<string, UnderWay>>();

/** By uuid of the import. */
export function importsUnderWay(house: House): Map<string, UnderWay> {
  const known = underWay.get(house.jobs) ?? new Map<string, UnderWay>();
  underWay.set(house.jobs, known);
  return known;
}
