/** Runs and schedules for the example calls. */
import { must } from './api.ts';
import type { Scene } from './example-calls.ts';
import type { Persona } from './world.ts';

export const DAILY = { cadence: 'daily', at: '06:00', timeZone: 'Europe/Berlin' };

/** Whoever cannot run reports gets one of HR's. */
const RUNNERS: readonly Persona[] = ['hr', 'servicing', 'product', 'executive', 'manager'];

export async function newRun({ world, persona }: Scene): Promise<{ c: string; run: string }> {
  const c = world.clients[0];
  const by = world.tokens[RUNNERS.includes(persona) ? persona : 'hr'];
  const asked = { params: { c, id: 'headcount' }, body: {} };
  return { c, run: (await must(world.url, by, 'reports.run', asked)).id };
}

export async function newSchedule({
  world,
  persona,
}: Scene): Promise<{ c: string; schedule: string }> {
  const c = world.clients[0];
  const by = world.tokens[RUNNERS.includes(persona) ? persona : 'hr'];
  const asked = { params: { c, id: 'headcount' }, body: DAILY };
  return { c, schedule: (await must(world.url, by, 'schedules.create', asked)).id };
}
