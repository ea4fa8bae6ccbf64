/** Example calls of whoever has signed in: each in a session of its own. */
import { type Asked, must } from './api.ts';
import type { Scene } from './example-calls.ts';
import { signInAs } from './sign-in.ts';

export async function inSession({ world, persona }: Scene): Promise<Asked> {
  return { cookie: (await signInAs(world, persona)).cookie };
}

export async function otherSession({ world, persona }: Scene): Promise<Asked> {
  const other = await signInAs(world, persona);
  const { cookie } = await signInAs(world, persona);
  return { cookie, params: { id: other.session } };
}

export async function steppingUp({ world, persona }: Scene): Promise<Asked> {
  const { cookie, device } = await signInAs(world, persona);
  const asked = { cookie };
  const { options } = await must(world.url, '', 'sessions.step-up-options', asked);
  return { cookie, body: { assertion: device.get(options) } };
}

export async function anotherPasskey(scene: Scene): Promise<Asked> {
  const { world, persona } = scene;
  const { cookie, device } = await signInAs(world, persona);
  const { options } = await must(world.url, '', 'passkeys.options', { cookie });
  return { cookie, body: { created: device.create(options) } };
}

export async function removedPasskey(scene: Scene): Promise<Asked> {
  const { cookie, body } = await anotherPasskey(scene);
  const asked = { cookie: cookie!, body };
  const { id } = await must(scene.world.url, '', 'passkeys.add', asked);
  return { cookie: cookie!, params: { id } };
}
