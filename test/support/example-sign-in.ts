/** Example calls of whoever has signed in: each in a session of its own. */
import { type Asked, must } from './api.ts';
import { DAY, iso } from './clock.ts';
import type { Scene } from './example-calls.ts';
import { identityProvider, removedProvider, setProvider } from './example-oidc.ts';
import { newUser } from './example-users.ts';
import { enrol, signInAs } from './sign-in.ts';

/** By operation, then by variant. */
export const SIGN_IN_EXAMPLES = {
  'sessions.list': { '': inSession },
  'sessions.revoke': { '': otherSession },
  'sessions.end': { '': inSession },
  'sessions.step-up-options': { '': inSession },
  'sessions.step-up': { '': steppingUp },
  'passkeys.list': { '': inSession },
  'passkeys.options': { '': inSession },
  'passkeys.add': { '': anotherPasskey },
  'passkeys.remove': { '': removedPasskey },
  'invitations.issue': {
    'of the provider': (s: Scene) => ({ params: { id: s.spare } }),
    'of the client': async (s: Scene) => ({ params: { id: await newUser(s, 'client') } }),
  },
  'recoveries.start': {
    'of the provider': async (s: Scene) => ({ params: { id: await enrolled(s, 'provider') } }),
    'of the client': async (s: Scene) => ({ params: { id: await enrolled(s, 'client') } }),
  },
  'recoveries.list': { '': () => ({}) },
  'recoveries.confirm': {
    'of the provider': (s: Scene) => beginRecovery(s, 'provider'),
    'of the client': (s: Scene) => beginRecovery(s, 'client'),
  },
  'service-tokens.issue': {
    'of the provider': async (s: Scene) => serviceToken(s, await newUser(s, 'provider')),
    'of the client': async (s: Scene) => serviceToken(s, await newUser(s, 'client')),
  },
  'identity-provider.read': { '': identityProvider },
  'identity-provider.set': { '': setProvider },
  'identity-provider.remove': { '': removedProvider },
} satisfies Record<string, Record<string, (scene: Scene) => Asked | Promise<Asked>>>;

async function inSession({ world, persona }: Scene): Promise<Asked> {
  return { cookie: (await signInAs(world, persona)).cookie };
}

async function otherSession({ world, persona }: Scene): Promise<Asked> {
  const other = await signInAs(world, persona);
  const { cookie } = await signInAs(world, persona);
  return { cookie, params: { id: other.session } };
}

async function steppingUp({ world, persona }: Scene): Promise<Asked> {
  const { cookie, device } = await signInAs(world, persona);
  const asked = { cookie };
  const { options } = await must(world.url, '', 'sessions.step-up-options', asked);
  return { cookie, body: { assertion: device.get(options) } };
}

async function anotherPasskey(scene: Scene): Promise<Asked> {
  const { world, persona } = scene;
  const { cookie, device } = await signInAs(world, persona);
  const { options } = await must(world.url, '', 'passkeys.options', { cookie });
  return { cookie, body: { created: device.create(options) } };
}

async function removedPasskey(scene: Scene): Promise<Asked> {
  const { cookie, body } = await anotherPasskey(scene);
  const asked = { cookie: cookie!, body };
  const { id } = await must(scene.world.url, '', 'passkeys.add', asked);
  return { cookie: cookie!, params: { id } };
}

/** For a machine, whose user this is. */
async function serviceToken({ world, persona, clock }: Scene, user: string): Promise<Asked> {
  const { cookie } = await signInAs(world, persona);
  const until = iso(clock.now() + DAY);
  const body = { operations: ['people.list'], networks: ['127.0.0.0/8'], until };
  return { cookie, params: { id: user }, body };
}

/** Somebody who has a passkey. */
async function enrolled(scene: Scene, side: 'provider' | 'client'): Promise<string> {
  const { url, tokens } = scene.world;
  const user = await newUser(scene, side);
  await enrol(url, side === 'provider' ? tokens.administrator : tokens.hr, user);
  return user;
}

async function beginRecovery(scene: Scene, side: 'provider' | 'client'): Promise<Asked> {
  const { url, tokens } = scene.world;
  const by = side === 'provider' ? tokens.administrator : tokens.hr;
  const params = { id: await enrolled(scene, side) };
  return { params: { id: (await must(url, by, 'recoveries.start', { params })).id } };
}
