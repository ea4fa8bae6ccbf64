/** Users whom nobody else needs. */
import { must } from './api.ts';
import type { Scene } from './example-calls.ts';

export function account({ serial }: Scene): object {
  return { name: 'A New One', address: `${serial()}@example.test` };
}

export async function newUser(scene: Scene, side: 'provider' | 'client'): Promise<string> {
  const { world } = scene;
  const { administrator, hr } = world.tokens;
  const of =
    side === 'provider' ? { roles: ['product'] } : { roles: ['auditor'], client: world.clients[0] };
  const token = side === 'provider' ? administrator : hr;
  const body = { side, ...of, ...account(scene) };
  return (await must(world.url, token, 'users.register', { body })).id;
}
