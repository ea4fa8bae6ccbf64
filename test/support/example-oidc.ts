/** Example calls about a client's identity provider, which answers what it is and no more. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Asked, must } from './api.ts';
import type { Scene } from './example-calls.ts';
import { signInAs } from './sign-in.ts';

let host: Promise<string> | undefined;

/** Of a server that ends with this process. */
function metadataHost(): Promise<string> {
  host ??= new Promise((resolve) => {
    const server = createServer((_request, response) => {
      const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
      const authorization_endpoint = `${issuer}/auth`;
      const found = { issuer, authorization_endpoint, token_endpoint: `${issuer}/token` };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(found));
    });
    server.listen(0, '127.0.0.1', () => {
      server.unref();
      resolve(`localhost:${(server.address() as AddressInfo).port}`);
    });
  });
  return host;
}

export async function setProvider({ world, persona }: Scene): Promise<Asked> {
  const there = await metadataHost();
  (world.server.house.privateIssuers as Set<string>).add(there);
  const { cookie } = await signInAs(world, persona);
  const body = { issuer: `http://${there}`, clientId: 'ws', clientSecret: 'not-a-secret' };
  return { cookie, params: { c: world.clients[0] }, body };
}

export async function identityProvider(scene: Scene): Promise<Asked> {
  const asked = await setProvider({ ...scene, persona: 'hr' });
  await must(scene.world.url, '', 'identity-provider.set', asked);
  return { params: asked.params! };
}

export async function removedProvider(scene: Scene): Promise<Asked> {
  const { params } = await identityProvider(scene);
  const { cookie } = await signInAs(scene.world, scene.persona);
  return { cookie, params: params! };
}
