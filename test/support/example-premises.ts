/** Valid requests about offices, hours, exceptions and the clock. */
import { type Asked, must } from './api.ts';
import { HOUR, iso } from './clock.ts';
import type { Scene } from './example-calls.ts';
import { ALWAYS, grantException, leaveClockStop, OFFICE, openOffice } from './premises.ts';

export const PREMISES_EXAMPLES = {
  'offices.open': { '': () => ({ body: newOffice() }) },
  'offices.close': {
    '': async ({ world }: Scene) => ({
      params: { id: await openOffice(world.url, world.tokens.administrator, newOffice()) },
    }),
  },
  'offices.list': { '': () => ({}) },
  'hours.agree': { '': (s: Scene) => ({ ...client(s), body: AGREED }) },
  'hours.end': {
    '': async (s: Scene) => {
      const asked = { ...client(s), body: AGREED };
      const { id } = await must(s.world.url, s.world.tokens.hr, 'hours.agree', asked);
      return { params: { c: s.world.clients[0], id } };
    },
  },
  'exceptions.request': {
    '': ({ world, clock }: Scene) => ({
      body: {
        client: world.clients[0],
        types: ['person'],
        code: 'service-issue',
        reason: 'A report is due tomorrow',
        until: iso(clock.now() + HOUR),
      },
    }),
  },
  'exceptions.list': { '': client },
  'exceptions.end': { '': (s: Scene) => exception(s, HOUR) },
  'exceptions.review': {
    '': async (s: Scene) => ({ ...(await exception(s, -HOUR)), body: { finding: 'in-order' } }),
  },
  'clock.read': { '': () => ({}) },
  'clock.check': {
    '': async (s: Scene) => ({ params: { id: await leaveClockStop(s.world.server.house) } }),
  },
};

const AGREED = { zone: 'Europe/Berlin', hours: [ALWAYS], until: null };

let offices = 0;

/** In a network of its own. */
function newOffice(): object {
  const [a, b] = [Math.floor(++offices / 250), offices % 250];
  return { ...OFFICE, networks: [`10.${a}.${b}.0/24`] };
}

/** Of the servicing user, in force until so long from now, in ms. */
async function exception({ world, clock }: Scene, ms: number): Promise<Asked> {
  const { server, clients, users } = world;
  const id = await grantException(server.house, clients[0], {
    user: users.servicing,
    types: ['person'],
    from: iso(clock.now() - 2 * HOUR),
    until: iso(clock.now() + ms),
  });
  return { params: { c: clients[0], id } };
}

function client({ world }: Scene): Asked {
  return { params: { c: world.clients[0] } };
}
