/** Example calls of the client's own switches. Each begins by undoing what the one before it left, so that
 * other examples find the client open. */
import type { OperationId } from '../../src/contract/operations.ts';
import { type Asked, must } from './api.ts';
import type { Scene } from './example-calls.ts';
import type { World } from './world.ts';

type Of = (s: Scene) => Promise<Asked>;

/** Codes of seals that are closed perhaps. */
const codes = new WeakMap<World, string>();

export const KILL_SWITCH_EXAMPLES = {
  'access.suspend': { '': async (s: Scene) => liftAll(s) },
  'access.resume': {
    '': async (s: Scene) => {
      const asked = await liftAll(s);
      const { id } = await call(s, 'access.suspend', asked);
      const resumed = { params: { ...asked.params, id } };
      // Only an executive's call lifts it.
      if (s.persona !== 'executive') await call(s, 'access.resume', resumed);
      return resumed;
    },
  },
  'seals.prepare': { '': async (s: Scene) => liftAll(s) },
  'seals.close': { '': async (s: Scene) => prepared(s) },
  'seals.open': {
    '': async (s: Scene) => {
      const seal = await prepared(s);
      if (s.persona === 'executive') await call(s, 'seals.close', seal);
      return { params: { c: seal.params!.c! }, body: { code: codes.get(s.world)! } };
    },
  },
  'people.erase': {
    '': async (s: Scene) => {
      const asked = await liftAll(s);
      const values = {
        person: { firstName: 'Gone', lastName: 'Soon', dateOfBirth: '1984-03-05' },
        employment: {
          staffNumber: `E-${s.serial()}-${erased++}`,
          hireDate: '2019-04-01',
          status: 'active',
        },
      };
      const records = Object.entries(values).map(([type, of]) => ({ type, values: of }));
      const body = { records };
      const { id } = await must(s.world.url, s.world.tokens.hr, 'people.add', { ...asked, body });
      return { ...asked, body: { subjects: [id], document: `sha256:${'e'.repeat(64)}` } };
    },
  },
} satisfies Partial<Record<OperationId, Record<string, Of>>>;

/** Each is somebody else, whatever world this is. */
let erased = 0;

const call = ({ world }: Scene, id: OperationId, asked: Asked) =>
  must(world.url, world.tokens.executive, id, asked);

/** Opens the seal and lifts every suspension. */
export async function liftAll(s: Scene): Promise<Asked> {
  const asked = { params: { c: s.world.clients[0] } };
  const { house } = s.world.server;
  const state = (await house.ledgers.find(s.world.clients[0].slice(4)))!;
  for (const { fact, isLifted } of state.authority.suspensions.values()) {
    if (isLifted) continue;
    const { keyChanges } = state.authority;
    const last = keyChanges.filter(({ key }) => key === 'seal').at(-1);
    if (last?.event === 'created') {
      await call(s, 'seals.open', { ...asked, body: { code: codes.get(s.world)! } });
    }
    await call(s, 'access.resume', { params: { ...asked.params, id: fact.id } });
  }
  return asked;
}

async function prepared(s: Scene): Promise<Asked> {
  const { params } = await liftAll(s);
  const { seal, code } = await call(s, 'seals.prepare', { params: params! });
  codes.set(s.world, code);
  return { params: { c: params!.c!, seal: String(seal) } };
}
