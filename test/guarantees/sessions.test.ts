// Sessions: how long they last, who ends them, and what a stolen or planted one is good for.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { type Answered, ask, must, originOf } from '../support/api.ts';
import { type Clock, movableClock, SECOND } from '../support/clock.ts';
import { type Observer, openObserver } from '../support/observe.ts';
import { forgetRefusals } from '../support/scene.ts';
import { cookieIn, enrol, type SignedIn, signIn, signInAs, trySignIn } from '../support/sign-in.ts';
import { softAuthenticator } from '../support/soft-authenticator.ts';
import { openWorld, startTestServer, type World } from '../support/world.ts';

const MINUTE = 60 * SECOND;
let clock: Clock;
let world: World;
let observer: Observer;
let admin: pg.Client;
let url: string;
before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now });
  observer = await openObserver(world);
  admin = new pg.Client(world.database.connection('admin'));
  await admin.connect();
  url = world.url;
});
after(async () => {
  await observer.close();
  await admin.end();
  await world.close();
});

let count = 0;
/** A new user of the first client; auditor unless told. */
async function newUser(role = 'auditor'): Promise<string> {
  const body = {
    ...{ side: 'client', client: world.clients[0], roles: [role], name: 'Somebody New' },
    address: `new${++count}@example.test`,
  };
  return (await must(url, world.tokens.hr, 'users.register', { body })).id;
}

const enrolNew = async (device?: Parameters<typeof enrol>[3]) =>
  enrol(url, world.tokens.hr, await newUser(), device);
const statusOf = async (cookie: string) =>
  (await ask(url, null, 'sessions.list', { cookie })).status;

/** Everything that an outsider sees of an answer, but what differs between any two. */
function _seen({ status, headers, json }: Answered) {
  const { request: _, ...problem } = json;
  const names = [...headers.keys()].filter((name) => name !== 'x-request-id');
  return { status, problem, names: names.sort() };
}

describe('a session', () => {
  test('never takes a secret that the browser brought, and the one before ends', async () => {
    const { device, cookie } = await enrolNew();
    const planted = `__Host-worksmartly=wss_${'A'.repeat(43)}`;
    const started = await signIn(url, device, { cookie: planted });
    assert.notEqual(started.cookie, planted);
    assert.equal(await statusOf(planted), 401);
    const next = await signIn(url, device, { cookie: started.cookie });
    assert.deepEqual(
      [await statusOf(started.cookie), await statusOf(next.cookie), await statusOf(cookie)],
      [401, 200, 200],
    );
  });

  test('is stored as a hash, and good in its cookie alone', async () => {
    const { cookie } = await enrolNew();
    const secret = cookie.split('=')[1]!;
    const { rows } = await admin.query('select s::text as row, hash from session s');
    const hash = createHash('sha256').update(secret).digest();
    assert.ok(rows.some((row) => row.hash.equals(hash)));
    const raw = Buffer.from(secret.slice(4), 'base64url').toString('hex');
    assert.ok(rows.every(({ row }) => !row.includes(secret) && !row.includes(raw)));
    const list = (headers: Record<string, string>) => ask(url, null, 'sessions.list', { headers });
    const wrong = [
      { authorization: `Bearer ${secret}` },
      { cookie: `worksmartly=${secret}` },
      { cookie: `${cookie}; __Host-worksmartly=wss_${'B'.repeat(43)}` },
      { cookie: `__Host-worksmartly=${world.tokens.hr}` },
      { cookie, authorization: 'Bearer nonsense' },
    ];
    for (const headers of wrong) {
      clock.pass(SECOND);
      const { status } = await list(headers as unknown as Record<string, string>);
      assert.equal(status, headers.cookie?.includes('wst_') ? 200 : 401, JSON.stringify(headers));
    }
  });

  test('ends after half an hour without a call, and after twelve hours in any case', async () => {
    const { cookie, device } = await enrolNew();
    clock.pass(30 * MINUTE - 1);
    assert.equal(await statusOf(cookie), 200);
    clock.pass(30 * MINUTE);
    assert.equal(await statusOf(cookie), 401);
    const { cookie: busy } = await signIn(url, device);
    for (let i = 0; i < 24; i++) {
      clock.pass(30 * MINUTE - 1);
      assert.equal(await statusOf(busy), 200);
    }
    clock.pass(24);
    assert.equal(await statusOf(busy), 401);
  });

  test('in use through one process is not idle for another', async () => {
    const { cookie } = await enrolNew();
    const other = await startTestServer(world.database, world.directory, clock.now);
    const there = async () => (await ask(other.url, null, 'sessions.list', { cookie })).status;
    assert.equal(await there(), 200);
    clock.pass(29 * MINUTE);
    assert.equal(await statusOf(cookie), 200);
    clock.pass(29 * MINUTE);
    assert.equal(await there(), 200);
    await must(url, '', 'sessions.end', { cookie });
    assert.equal(await there(), 401);
    await other.close();
  });

  test('is listed to its owner, who ends any; nobody sees or ends those of others', async () => {
    const [one, two] = [await enrolNew(), await enrolNew()];
    clock.pass(SECOND);
    const more = await signIn(url, one.device);
    const list = async ({ cookie }: SignedIn) =>
      (await must(url, '', 'sessions.list', { cookie })).items.map(
        ({ id, isCurrent }: { id: string; isCurrent: boolean }) => [id, isCurrent],
      );
    assert.deepEqual(await list(one), [
      [more.session, false],
      [one.session, true],
    ]);
    assert.deepEqual(await list(two), [[two.session, true]]);
    const revoke = ({ cookie }: SignedIn, id: string) =>
      ask(url, null, 'sessions.revoke', { cookie, params: { id } });
    assert.equal((await revoke(two, one.session)).status, 404);
    assert.equal((await revoke(one, more.session)).status, 200);
    assert.deepEqual([await statusOf(more.cookie), await statusOf(one.cookie)], [401, 200]);
    assert.equal((await revoke(one, more.session)).status, 404);
  });

  test('is over after signing out, with one entry, and its cookie is taken away', async () => {
    const { cookie, user } = await enrolNew();
    const { answer, appended } = await observer.observe(() =>
      ask(url, null, 'sessions.end', { cookie }),
    );
    assert.equal(answer.status, 200);
    assert.match(answer.headers.getSetCookie()[0]!, /^__Host-worksmartly=; .*Max-Age=0$/);
    assert.equal(answer.headers.get('clear-site-data'), '"cache", "storage"');
    assert.deepEqual(
      appended.map(({ ledger, entry }) => [ledger, entry.op, entry.actor]),
      [['provider', 'sessions.end', user]],
    );
    assert.equal(await statusOf(cookie), 401);
  });

  test('ends at once when its user is disabled, in every process', async () => {
    const { cookie, user, device } = await enrolNew();
    const other = await startTestServer(world.database, world.directory, clock.now);
    const there = async () => (await ask(other.url, null, 'sessions.list', { cookie })).status;
    assert.equal(await there(), 200);
    await must(url, world.tokens.security, 'users.disable', { params: { id: user } });
    assert.deepEqual([await statusOf(cookie), await there()], [401, 401]);
    assert.equal((await trySignIn(url, device)).status, 401);
    await other.close();
  });

  test('writes only when a page of ours asks: no forged request from elsewhere', async () => {
    const { cookie } = await enrolNew();
    const write = (headers: Record<string, string>) =>
      observer.observe(() =>
        ask(url, null, 'sessions.step-up-options', { headers: { ...headers, cookie } }),
      );
    const origin = originOf(url);
    const wrong: Record<string, string>[] = [
      {},
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: `${origin}.evil.example` },
      { origin: origin.replace('http:', 'https:') },
      { origin, 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
    ];
    for (const headers of wrong) {
      forgetRefusals(clock);
      const { answer, appended } = await write(headers);
      assert.deepEqual([answer.status, answer.json.reasons], [403, ['cross-site']]);
      assert.deepEqual(
        appended.map(({ entry }) => [entry.outcome, entry.reasons]),
        [['refused', ['cross-site']]],
      );
    }
    assert.equal((await write({ origin })).answer.status, 200);
    assert.equal((await write({ 'sec-fetch-site': 'same-origin' })).answer.status, 200);
    const forged = await ask(url, null, 'sessions.options', {
      body: {},
      headers: { origin: 'https://evil.example' },
    });
    assert.equal(forged.status, 403);
  });
});

describe('a fresh proof', () => {
  const stepUp = async ({ cookie, device }: SignedIn, twist = {}) => {
    const { options } = await must(url, '', 'sessions.step-up-options', { cookie });
    const body = { assertion: device.get(options, twist) };
    return ask(url, null, 'sessions.step-up', { cookie, body });
  };

  test('is needed for another passkey; it renews the secret, and the old one is nothing', async () => {
    const one = await enrolNew();
    clock.pass(5 * MINUTE);
    const { cookie } = one;
    const refused = await ask(url, null, 'passkeys.options', { cookie });
    assert.deepEqual(
      [refused.status, refused.json.reasons, refused.json.promise],
      [403, ['step-up-needed'], 'sure-who-it-is'],
    );
    const done = await stepUp(one);
    assert.equal(done.status, 200, done.text);
    assert.equal(done.json.id, one.session);
    const renewed = cookieIn(done);
    assert.deepEqual([await statusOf(cookie), await statusOf(renewed)], [401, 200]);
    const { options } = await must(url, '', 'passkeys.options', { cookie: renewed });
    const device = softAuthenticator(originOf(url));
    const body = { created: device.create(options) };
    const { answer, appended } = await observer.observe(() =>
      ask(url, null, 'passkeys.add', { cookie: renewed, body }),
    );
    assert.equal(answer.status, 201, answer.text);
    assert.equal(appended.filter(({ entry }) => entry.fact?.type === 'passkey.added').length, 2);
    assert.equal((await ask(url, null, 'passkeys.add', { cookie: renewed, body })).status, 409);
    const second = await signIn(url, device);
    assert.equal(second.user, one.user);
    const params = { id: answer.json.id };
    const removed = await ask(url, null, 'passkeys.remove', { cookie: renewed, params });
    assert.equal(removed.status, 200);
    assert.deepEqual([await statusOf(second.cookie), await statusOf(renewed)], [401, 200]);
    assert.equal((await trySignIn(url, device)).status, 401);
    const last = (await must(url, '', 'passkeys.list', { cookie: renewed })).items[0].id;
    const kept = await ask(url, null, 'passkeys.remove', {
      cookie: renewed,
      params: { id: last },
    });
    assert.deepEqual([kept.status, kept.json.reasons], [409, ['last-passkey']]);
  });

  test('is nobody else’s, not for another session, and not without the person', async () => {
    const [one, two] = [await enrolNew(), await enrolNew()];
    const more = await signIn(url, one.device);
    const { options } = await must(url, '', 'sessions.step-up-options', { cookie: one.cookie });
    const body = { assertion: two.device.get({ challenge: options.challenge }) };
    const ofOther = await ask(url, null, 'sessions.step-up', { cookie: one.cookie, body });
    assert.deepEqual([ofOther.status, ofOther.json.reasons], [403, ['not-proven']]);
    const own = { assertion: one.device.get(options) };
    const elsewhere = await ask(url, null, 'sessions.step-up', { cookie: more.cookie, body: own });
    assert.equal(elsewhere.status, 403);
    assert.equal((await stepUp(one, { userVerified: false })).status, 403);
    const started = await must(url, '', 'sessions.options', { body: {} });
    assert.equal((await stepUp(one, { challenge: started.options.challenge })).status, 403);
    assert.equal((await stepUp(one)).status, 200);
  });

  test('is nothing that a bearer token has', async () => {
    for (const id of ['passkeys.options', 'sessions.step-up-options', 'sessions.end'] as const) {
      forgetRefusals(clock);
      assert.equal((await ask(url, world.tokens.hr, id)).status, 403, id);
    }
  });

  test('lets nobody take away another’s passkey', async () => {
    const [one, two] = [await enrolNew(), await enrolNew()];
    const params = { id: two.passkey! };
    const refused = await ask(url, null, 'passkeys.remove', { cookie: one.cookie, params });
    assert.equal(refused.status, 404);
    assert.equal((await trySignIn(url, two.device)).status, 201);
  });
});

test('a role that is taken away is gone at the next request of a session that goes on', async () => {
  const user = await newUser('hr');
  const { cookie } = await enrol(url, world.tokens.hr, user);
  const params = { c: world.clients[0] };
  const list = () => ask(url, null, 'people.list', { params, cookie });
  assert.equal((await list()).status, 200);
  const { ledgers } = world.server.house;
  const { provider } = ledgers;
  const client = (await ledgers.find(world.clients[0].slice(4)))!;
  const { systemDraft } = await import('../../src/server/ledger/draft.ts');
  const { person } = provider.authority.users.get(user)!;
  const fact = {
    ...{ type: 'user.changed' as const, id: null, user, person, side: 'client' as const },
    roles: ['auditor' as const],
    signature: null,
  };
  for (const state of [provider, client]) {
    await ledgers.appendSystem(state, systemDraft('sys:gate', 'users.change', fact));
  }
  assert.equal((await list()).status, 403);
});

test('a persona’s session and token may do the same', async () => {
  const { cookie } = await signInAs(world, 'hr');
  const params = { c: world.clients[0] };
  const byToken = await must(url, world.tokens.hr, 'people.list', { params });
  const bySession = await must(url, '', 'people.list', { params, cookie });
  assert.deepEqual(bySession.items, byToken.items);
});
