/** Example calls of whoever has signed in: each in a session of its own. */
import { type Asked, must } from './api.ts';
import { DAY, iso } from './clock.ts';
import type { Scene } from './example-calls.ts';
import { newUser } from './example-users.ts';
import { enrol, signInAs } from './sign-in.ts';

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

/** For a machine, whose user this is. */
export async function serviceToken({ world, persona, clock }: Scene, user: string): Promise<Asked> {
  const { cookie } = await signInAs(world, persona);
  const until = iso(clock.now() + DAY);
  const body = { operations: ['people.list'], networks: ['127.0.0.0/8'], until };
  return { cookie, params: { id: user }, body };
}

/** Somebody who has a passkey. */
export async function enrolled(scene: Scene, side: 'provider' | 'client'): Promise<string> {
  const { url, tokens } = scene.world;
  const user = await newUser(scene, side);
  await enrol(url, side === 'provider' ? tokens.administrator : tokens.hr, user);
  return user;
}

export async function beginRecovery(scene: Scene, side: 'provider' | 'client'): Promise<Asked> {
  const { url, tokens } = scene.world;
  const by = side === 'provider' ? tokens.administrator : tokens.hr;
  const params = { id: await enrolled(scene, side) };
  return { params: { id: (await must(url, by, 'recoveries.start', { params })).id } };
}
