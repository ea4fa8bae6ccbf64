// Signing in with a client's own identity provider: a real one, on the loopback.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isPrivate } from '../../src/server/domain/sign-in/outbound-fetch.ts';
import type { RunningServer } from '../../src/server/main.ts';
import { type Answered, ask, must, originOf } from '../support/api.ts';
import { type Clock, movableClock, SECOND } from '../support/clock.ts';
import { browse, openIdentityProvider, type TestProvider } from '../support/identity-provider.ts';
import { type Observer, openObserver } from '../support/observe.ts';
import { forgetRefusals } from '../support/scene.ts';
import { cookieIn, enrol, type SignedIn, signIn } from '../support/sign-in.ts';
import { openWorld, startTestServer, type World } from '../support/world.ts';

let clock: Clock;
let world: World;
let observer: Observer;
let provider: TestProvider;
let server: RunningServer;
let url: string;
let callback: string;
let hr: SignedIn;
before(async () => {
  clock = movableClock();
  [world, provider] = await Promise.all([openWorld({ now: clock.now }), openIdentityProvider()]);
  const env = { WORKSMARTLY_PRIVATE_ISSUERS: provider.host };
  server = await startTestServer(world.database, world.directory, clock.now, { env });
  url = server.url;
  callback = `${originOf(url)}/api/v1/sign-in/oidc/callback`;
  provider.allow(callback);
  observer = await openObserver({ ...world, server });
  hr = await enrol(url, world.tokens.hr, world.users.hr);
  await set(hr.cookie);
});
after(async () => {
  await observer.close();
  await Promise.all([server.close(), provider.close()]);
  await world.close();
});

function set(cookie: string, more: object = {}, c = world.clients[0]) {
  const { issuer, clientId, clientSecret } = provider;
  const body = { issuer, clientId, clientSecret, ...more };
  return ask(url, null, 'identity-provider.set', { cookie, params: { c }, body });
}

interface Gone {
  readonly cookie: string;
  /** Where the identity provider sent the browser. */
  readonly back: URL;
}

async function go(): Promise<Gone> {
  clock.pass(SECOND);
  const answer = await ask(url, null, 'oidc.start', { body: { client: world.clients[0] } });
  assert.equal(answer.status, 200, answer.text);
  const back = await browse(answer.json.location, callback);
  return { cookie: cookieIn(answer), back: new URL(back) };
}

async function come({ cookie, back }: Gone): Promise<Answered> {
  const response = await fetch(`${url}/api/v1/sign-in/oidc/callback${back.search}`, {
    redirect: 'manual',
    headers: { cookie, 'sec-fetch-site': 'cross-site' },
  });
  const text = await response.text();
  const { status, headers } = response;
  return { status, headers, text, json: text ? JSON.parse(text) : undefined };
}

const FIRST_EXECUTIVE = 'First.Executive@Example.test';
const executive = { sub: 'sub-executive', email: FIRST_EXECUTIVE, email_verified: true };

test('whom the client’s provider vouches for gets in as that user, with one entry', async () => {
  provider.signIn(executive);
  const gone = await go();
  const { answer, appended } = await observer.observe(() => come(gone));
  assert.equal(answer.status, 303, answer.text);
  assert.equal(answer.headers.get('location'), '/');
  const [session, pending] = answer.headers.getSetCookie();
  assert.match(session!, /^__Host-worksmartly=wss_[\w-]{43}; .*SameSite=Strict/);
  assert.match(pending!, /^__Host-worksmartly-oidc=; .*Max-Age=0$/);
  assert.deepEqual(
    appended.map(({ ledger, entry }) => [
      ...[ledger, entry.op, entry.actor, entry.outcome],
      ...[entry.context.authentication, entry.context.passkey],
    ]),
    [['provider', 'sessions.start', world.users.executive, 'allowed', 'oidc', null]],
  );
  const cookie = cookieIn(answer);
  const read = await ask(url, null, 'authority.read', { params: { c: world.clients[0] }, cookie });
  assert.equal(read.status, 200);
  const enrolling = await ask(url, null, 'passkeys.options', { cookie });
  assert.deepEqual(enrolling.json.reasons, ['step-up-needed']);
  const again = await come(gone);
  assert.deepEqual([again.status, again.headers.getSetCookie()], [401, []]);
});

test('the way to the provider has PKCE, a nonce, a state, and a cookie for the way back', async () => {
  const answer = await ask(url, null, 'oidc.start', { body: { client: world.clients[0] } });
  const { searchParams } = new URL(answer.json.location);
  assert.equal(searchParams.get('code_challenge_method'), 'S256');
  assert.equal(searchParams.get('redirect_uri'), callback);
  for (const name of ['code_challenge', 'nonce', 'state']) {
    assert.ok(searchParams.get(name)!.length >= 32, name);
  }
  assert.match(
    answer.headers.getSetCookie()[0]!,
    /^__Host-worksmartly-oidc=[\w-]+; Path=\/; Secure; HttpOnly; SameSite=Lax; Max-Age=600$/,
  );
});

test('a way back that is not this browser’s own, or was changed, lets nobody in', async () => {
  provider.signIn(executive);
  const altered = (name: string, value: string | null) => async () => {
    const gone = await go();
    const back = new URL(gone.back);
    if (value === null) back.searchParams.delete(name);
    else back.searchParams.set(name, value);
    return { ...gone, back };
  };
  const wrong: [string, () => Promise<Gone>][] = [
    ['no cookie', async () => ({ ...(await go()), cookie: '' })],
    ['the cookie of another', async () => ({ ...(await go()), cookie: (await go()).cookie })],
    ['another state', altered('state', 'A'.repeat(43))],
    ['no state', altered('state', null)],
    ['another code', altered('code', 'A'.repeat(43))],
    ['no code', altered('code', null)],
    ['another issuer', altered('iss', 'https://evil.example')],
    ['no issuer', altered('iss', null)],
    ['refused by the user', altered('error', 'access_denied')],
    [
      'too late',
      async () => {
        const gone = await go();
        clock.pass(600 * SECOND);
        return gone;
      },
    ],
  ];
  const { appended } = await observer.observe(async () => {
    for (const [what, make] of wrong) {
      const answer = await come(await make());
      assert.deepEqual([answer.status, answer.headers.getSetCookie()], [401, []], what);
    }
  });
  assert.deepEqual(appended, []);
});

test('only this client’s own users get in, by an address that is verified', async () => {
  const nobody = [
    { sub: 'a', email: 'unknown@example.test', email_verified: true },
    { sub: 'b', email: 'first.hr@example.test', email_verified: false },
    { sub: 'c', email: 'other.hr@example.test', email_verified: true },
    { sub: 'd', email: 'servicing@example.test', email_verified: true },
    { sub: 'e', email: 'admin@example.test', email_verified: true },
    { sub: 'f', email: '', email_verified: true },
  ];
  for (const account of nobody) {
    provider.signIn(account);
    assert.equal((await come(await go())).status, 401, account.email);
  }
});

test('a subject stays the user it was, and a user the subject', async () => {
  provider.signIn(executive);
  assert.equal((await come(await go())).status, 303);
  provider.signIn({ ...executive, email: 'first.hr@example.test' });
  assert.equal((await come(await go())).status, 401);
  provider.signIn({ ...executive, sub: 'sub-of-somebody-who-took-the-address' });
  assert.equal((await come(await go())).status, 401);
  provider.signIn({ ...executive, sub: executive.sub.toUpperCase() });
  assert.equal((await come(await go())).status, 401);
});

test('a disabled user gets in no more, and what began by the provider ends with it', async () => {
  const { hr: token } = world.tokens;
  const address = 'short.lived@example.test';
  const body = { side: 'client', client: world.clients[0], roles: ['auditor'], name: 'S', address };
  const { id } = await must(url, token, 'users.register', { body });
  provider.signIn({ sub: 'short', email: address, email_verified: true });
  const cookie = cookieIn(await come(await go()));
  const status = async () => (await ask(url, null, 'sessions.list', { cookie })).status;
  assert.equal(await status(), 200);
  await must(url, token, 'users.disable', { params: { id } });
  assert.equal(await status(), 401);
  assert.equal((await come(await go())).status, 401);
  provider.signIn(executive);
  const began = cookieIn(await come(await go()));
  const { cookie: fresh } = await signIn(url, hr.device);
  const params = { c: world.clients[0] };
  await must(url, '', 'identity-provider.remove', { params, cookie: fresh });
  assert.equal((await ask(url, null, 'sessions.list', { cookie: began })).status, 401);
  const gone = await ask(url, null, 'oidc.start', { body: { client: params.c } });
  const unknown = await ask(url, null, 'oidc.start', { body: { client: world.clients[1] } });
  assert.deepEqual([gone.status, gone.text], [404, unknown.text]);
  assert.equal((await set(fresh)).status, 200);
});

test('what cannot be a provider, or is behind our walls, is refused, and nothing changes', async () => {
  const { cookie } = await signIn(url, hr.device);
  const params = { c: world.clients[0] };
  const before = await must(url, '', 'identity-provider.read', { params, cookie });
  const wrong = [
    'http://169.254.169.254/',
    'https://169.254.169.254/',
    'https://127.0.0.1:1/',
    'https://[::1]/',
    'https://localhost:1',
    'http://login.example.test',
    'https://user:secret@login.example.test',
    'ftp://login.example.test',
    `${provider.issuer}/another`,
    provider.issuer.replace('localhost', '127.0.0.1'),
  ];
  for (const issuer of wrong) {
    forgetRefusals(clock);
    const refused = await set(cookie, { issuer });
    assert.equal(refused.status, 400, `${issuer} ${refused.text}`);
    assert.equal(refused.json.faults[0].at, 'body.issuer');
  }
  assert.deepEqual(await must(url, '', 'identity-provider.read', { params, cookie }), before);
  assert.ok(!JSON.stringify(before).includes(provider.clientSecret));
  forgetRefusals(clock);
  assert.equal((await set(cookie, {}, world.clients[1])).status, 404);
});

test('private addresses are told from public ones, in every spelling', () => {
  const inside =
    '0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.53 169.254.169.254 172.31.255.255 192.168.1.1 224.0.0.1 ' +
    '255.255.255.255 ::1 :: fe80::1 fc00::1 ff02::1 ::ffff:10.0.0.1 ::ffff:7f00:1 64:ff9b::a00:1 ' +
    '2002:a00:1::1 2001:db8::1 2001::1';
  for (const address of inside.split(' ')) assert.ok(isPrivate(address), address);
  for (const address of ['8.8.8.8', '172.32.0.1', '2606:4700::1111']) {
    assert.ok(!isPrivate(address), address);
  }
});
