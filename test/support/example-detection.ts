/** Valid calls of the operations of detection, for example-calls.ts. */
import { type Asked, must } from './api.ts';
import type { Scene } from './example-calls.ts';
import { leaveAlert, leaveSuspended } from './left-alert.ts';

export const DETECTION_EXAMPLES = {
  'alerts.list': { '': client },
  'alerts.read': { '': (s: Scene) => newAlert(s, s.world.clients[0]) },
  'alerts.change': {
    '': async (s: Scene) => ({
      ...(await newAlert(s, s.world.clients[0])),
      body: { state: 'assigned' },
    }),
  },
  'provider-alerts.list': { '': () => ({}) },
  'provider-alerts.read': { '': (s: Scene) => newAlert(s, null) },
  'provider-alerts.change': {
    '': async (s: Scene) => ({ ...(await newAlert(s, null)), body: { state: 'assigned' } }),
  },
  'assignments.restore': { '': suspendedAssignment },
  'events.export': { '': client },
  'provider-events.export': { '': () => ({}) },
  'canaries.list': { '': client },
  'canaries.create': {
    '': async (s: Scene) => {
      await noCanaries(s);
      return { ...client(s), body: { count: 1 } };
    },
  },
  'canaries.remove': { '': newCanary },
} as const;

function client({ world }: Scene): Asked {
  return { params: { c: world.clients[0] } };
}

async function newAlert({ world }: Scene, client: string | null): Promise<Asked> {
  const id = await leaveAlert(world, client);
  return { params: { ...(client && { c: client }), id } };
}

/** No assignment of anybody's: one that somebody has must go on for the other calls. */
async function suspendedAssignment({ world }: Scene): Promise<Asked> {
  const c = world.clients[0];
  const id = `asg_${crypto.randomUUID().replace(/^(.{14})./, '$17')}`;
  await leaveSuspended(world, c, id);
  return { params: { c, id } };
}

async function noCanaries({ world }: Scene): Promise<void> {
  const params = { c: world.clients[0] };
  const { items } = await must(world.url, world.tokens.hr, 'canaries.list', { params });
  for (const sub of items) {
    await must(world.url, world.tokens.hr, 'canaries.remove', { params: { ...params, sub } });
  }
}

async function newCanary(scene: Scene): Promise<Asked> {
  const { world } = scene;
  await noCanaries(scene);
  const asked = { ...client(scene), body: { count: 1 } };
  const { items } = await must(world.url, world.tokens.hr, 'canaries.create', asked);
  return { params: { c: world.clients[0], sub: items[0] } };
}
