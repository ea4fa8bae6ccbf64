/** A client's identity provider on the loopback: oidc-provider, which signs in whomever the test says,
 * without asking; and a browser that goes there and back. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export interface Account {
  readonly sub: string;
  readonly email: string;
  readonly email_verified: boolean;
}

export interface TestProvider {
  readonly issuer: string;
  /** What an operator lists as WORKSMARTLY_PRIVATE_ISSUERS. */
  readonly host: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Lets clients come back there. */
  allow(redirectUri: string): void;
  /** Who is in front of the browser from now on. */
  signIn(account: Account): void;
  close(): Promise<void>;
}

export async function openIdentityProvider(): Promise<TestProvider> {
  let account: Account = { sub: 'nobody', email: 'nobody@example.test', email_verified: false };
  const redirects: string[] = [];
  let handle: ReturnType<Provider['callback']> | undefined;
  const server = createServer((request, response) => {
    const [, uid] = /^\/interaction\/([\w-]+)$/.exec(request.url ?? '') ?? [];
    if (uid) void finish(request, response).catch(() => response.writeHead(500).end());
    else void handle!(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const host = `localhost:${port}`;
  const client = {
    client_id: 'worksmartly',
    client_secret: 'a-secret-that-only-tests-know-0123456789',
    redirect_uris: redirects,
    response_types: ['code' as const],
    grant_types: ['authorization_code' as const],
  };
  let provider = make();

  function make(): Provider {
    const made = new Provider(`http://${host}`, {
      clients: redirects.length > 0 ? [{ ...client, redirect_uris: [...redirects] }] : [],
      findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...account, sub }) }),
      claims: { openid: ['sub'], email: ['email', 'email_verified'] },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      pkce: { required: () => true },
      cookies: { keys: ['a-key-of-tests'] },
      ttl: {
        AccessToken: 600,
        AuthorizationCode: 60,
        Grant: 600,
        IdToken: 600,
        Interaction: 600,
        Session: 600,
      },
    });
    handle = made.callback();
    return made;
  }

  async function finish(...at: Parameters<Provider['interactionDetails']>): Promise<void> {
    await provider.interactionDetails(...at);
    const grant = new provider.Grant({ accountId: account.sub, clientId: client.client_id });
    grant.addOIDCScope('openid email');
    const consent = { grantId: await grant.save() };
    await provider.interactionFinished(...at, { login: { accountId: account.sub }, consent });
  }

  return {
    issuer: `http://${host}`,
    host,
    clientId: client.client_id,
    clientSecret: client.client_secret,
    allow(redirectUri) {
      redirects.push(redirectUri);
      provider = make();
    },
    signIn(next) {
      account = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Follows a fresh browser from `location` until it is sent to an address that begins with `until`. */
export async function browse(location: string, until: string): Promise<string> {
  const cookies = new Map<string, string>();
  let next = location;
  for (let i = 0; i < 10; i++) {
    if (next.startsWith(until)) return next;
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(next, { redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const there = response.headers.get('location');
    if (!there) throw new Error(`${next}: ${response.status} ${await response.text()}`);
    next = new URL(there, next).href;
  }
  throw new Error('too many redirects');
}
