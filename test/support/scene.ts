/** A world with a movable clock, an observer of its ledgers and what the example calls need. */
import { must } from './api.ts';
import { type Clock, movableClock, SECOND } from './clock.ts';
import type { Scene } from './example-calls.ts';
import { type Observer, openObserver } from './observe.ts';
import { openOffice } from './premises.ts';
import { DOCUMENT, mappingOf, staffFile, upload } from './request-bodies.ts';
import { openWorld, type Persona, type World } from './world.ts';

export interface Stage {
  readonly world: World;
  readonly clock: Clock;
  readonly observer: Observer;
  as(persona: Persona): Scene;
  close(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const clock = movableClock();
  const world = await openWorld({ now: clock.now });
  const observer = await openObserver(world);
  await openOffice(world.url, world.tokens.administrator);
  const spare = await newSpare(world);
  const imported = await importOnce(world);
  let count = 0;
  const serial = () => `S-${++count}`;
  return {
    world,
    clock,
    observer,
    as: (persona) => ({ world, clock, persona, spare, imported, serial }),
    async close() {
      await observer.close();
      await world.close();
    },
  };
}

/** So long after a refusal that the next one counts as the first. */
export function forgetRefusals(clock: Clock): void {
  clock.pass(10 * SECOND);
}

/** Waits until an import has ended; gives its last state. */
export async function importEnd(world: World, id: string) {
  const params = { c: world.clients[0], id };
  for (;;) {
    const status = await must(world.url, world.tokens.hr, 'imports.read', { params });
    if (!UNDER_WAY.includes(status.state)) return status;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const UNDER_WAY = ['queued', 'running', 'cancelling', 'undoing'];

/** Waits until what a call started has ended: an import or a job. */
export async function workEnd(world: World, id: string): Promise<void> {
  if (id.startsWith('job_')) await jobEnd(world, id);
  else await importEnd(world, id);
}

/** Waits until a job has ended, or nobody carries it out; gives its last state. */
export async function jobEnd(world: World, id: string) {
  const params = { c: world.clients[0], id };
  for (;;) {
    const status = await must(world.url, world.tokens.hr, 'jobs.read', { params });
    if (!['queued', 'running'].includes(status.state)) return status;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function newSpare({ url, tokens }: World): Promise<string> {
  const body = {
    side: 'provider',
    roles: ['servicing'],
    name: 'A Spare',
    address: 'spare@example.test',
  };
  const { id } = await must(url, tokens.administrator, 'users.register', { body });
  await must(url, tokens.administrator, 'ndas.sign', { params: { id }, body: DOCUMENT });
  return id;
}

async function importOnce(world: World): Promise<string> {
  const file = staffFile([['S-0', 'Perpetua', 'Underhill', '2020-01-15']]);
  const asked = {
    params: { c: world.clients[0] },
    query: { mode: 'commit' },
    body: upload(file, mappingOf()),
  };
  const { id } = await must(world.url, world.tokens.hr, 'imports.start', asked);
  await importEnd(world, id);
  return id;
}
