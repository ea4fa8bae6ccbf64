/** The imports under way in this process, so that asking for them shows how far they are. */
import type { House } from '../../house.ts';
import type { ImportStatus } from './import-status.ts';

const underWay = new WeakMap<House['jobs'], Map<string, ImportStatus>>();

/** By uuid of the import. */
export function importsUnderWay(house: House): Map<string, ImportStatus> {
  const known = underWay.get(house.jobs) ?? new Map<string, ImportStatus>();
  underWay.set(house.jobs, known);
  return known;
}
