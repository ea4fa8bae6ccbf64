/** The jobs that this process carries out or is about to, so that asking shows how far they are. */
import type { House } from '../../house.ts';
import type { Progress } from './job-kind.ts';

export interface UnderWay {
  state: 'queued' | 'running';
  progress: Progress;
}

const byHouse = new WeakMap<House['jobs'], Map<string, UnderWay>>();

/** By uuid of the job. */
export function jobsUnderWay(house: House): Map<string, UnderWay> {
  const known = byHouse.get(house.jobs) ?? new Map<string, UnderWay>();
  byHouse.set(house.jobs, known);
  return known;
}
