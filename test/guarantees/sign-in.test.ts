// Signing in with passkeys: who gets in, with what, for how long, and who does not.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { type Answered, ask, must, originOf } from '../support/api.ts';
import { type Clock, HOUR, movableClock, SECOND } from '../support/clock.ts';
import { type Observer, ofCalls, openObserver } from '../support/observe.ts';
import {
  accept,
  cookieIn,
  enrol,
  secretOf,
  signIn,
  tryAccept,
  trySignIn,
} from '../support/sign-in.ts';
import { clonePasskey, softAuthenticator } from '../support/soft-authenticator.ts';
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
function seen({ status, headers, json }: Answered) {
  const { request: _, ...problem } = json;
  const names = [...headers.keys()].filter((name) => name !== 'x-request-id');
  return { status, problem, names: names.sort() };
}

describe('an invitation', () => {
  test('makes the first passkey, once, and its secret is stored as a hash', async () => {
    const user = await newUser();
    const asked = { params: { id: user } };
    const { link } = await must(url, world.tokens.hr, 'invitations.issue', asked);
    assert.ok(link.startsWith(`${originOf(url)}/invitation#wsi_`));
    const { rows } = await admin.query('select i::text as row, hash from invitation i');
    const hash = createHash('sha256').update(secretOf(link)).digest();
    assert.ok(rows.some((row) => row.hash.equals(hash)));
    assert.ok(rows.every(({ row }) => !row.includes(secretOf(link))));
    const device = softAuthenticator(originOf(url));
    const { answer, appended } = await observer.observe(() => accept(url, link, device));
    assert.equal(await statusOf(answer.cookie), 200);
    const [{ ledger, entry }] = ofCalls(appended) as [(typeof appended)[0]];
    assert.deepEqual(
      [ledger, entry.op, entry.actor, entry.outcome, entry.context.authentication],
      ['provider', 'invitations.accept', user, 'allowed', 'passkey'],
    );
    assert.equal(entry.context.passkey, answer.passkey);
    assert.equal(entry.context.session, answer.session);
    const facts = appended.map(({ ledger, entry }) => [ledger, entry.fact?.type]);
    assert.deepEqual(facts.sort(), [
      [world.clients[0], 'passkey.added'],
      ['provider', 'passkey.added'],
    ]);
    const [passkey] = device.passkeys;
    for (const { entry } of appended) {
      assert.ok(entry.fact?.type === 'passkey.added');
      const { publicKey, credential, origin, rpId } = entry.fact;
      assert.deepEqual(
        [publicKey, credential, origin, rpId],
        [passkey!.publicKey, passkey!.id, originOf(url), 'localhost'],
      );
    }
    const again = await ask(url, null, 'invitations.options', {
      body: { invitation: secretOf(link) },
    });
    assert.equal(again.status, 401);
  });

  test('lapses after three days, gives way to a newer one, and dies with its user', async () => {
    const user = await newUser();
    const issue = () => must(url, world.tokens.hr, 'invitations.issue', { params: { id: user } });
    const options = async ({ link }: { link: string }) => {
      clock.pass(SECOND);
      return (await ask(url, null, 'invitations.options', { body: { invitation: secretOf(link) } }))
        .status;
    };
    const first = await issue();
    const second = await issue();
    assert.deepEqual([await options(first), await options(second)], [401, 200]);
    const third = await issue();
    clock.pass(72 * HOUR);
    assert.equal(await options(third), 401);
    const fourth = await issue();
    await must(url, world.tokens.hr, 'users.disable', { params: { id: user } });
    assert.equal(await options(fourth), 401);
  });

  test('is for whoever has no passkey: who has one adds another by showing it', async () => {
    const { user } = await enrolNew();
    const asked = { params: { id: user } };
    const refused = await ask(url, world.tokens.hr, 'invitations.issue', asked);
    assert.deepEqual([refused.status, refused.json.reasons], [409, ['has-passkey']]);
  });

  test('accepted by fifty at once makes one passkey', async () => {
    const user = await newUser();
    const { link } = await must(url, world.tokens.hr, 'invitations.issue', {
      params: { id: user },
    });
    clock.pass(MINUTE);
    const invitation = secretOf(link);
    const bodies = [];
    for (let i = 0; i < 50; i++) {
      const { options } = await must(url, '', 'invitations.options', { body: { invitation } });
      bodies.push({ invitation, created: softAuthenticator(originOf(url)).create(options) });
    }
    const answers = await Promise.all(
      bodies.map((body) => ask(url, null, 'invitations.accept', { body })),
    );
    const statuses = answers.map(({ status }) => status);
    assert.deepEqual(
      statuses.filter((status) => status === 201),
      [201],
    );
    const { rows } = await admin.query('select 1 from passkey where user_id = $1', [user.slice(4)]);
    assert.equal(rows.length, 1);
    clock.pass(MINUTE);
  });

  test('is not accepted by a passkey that was made elsewhere, for something else, or unverified', async () => {
    const user = await newUser();
    const issued = await must(url, world.tokens.hr, 'invitations.issue', { params: { id: user } });
    const device = softAuthenticator(originOf(url));
    const stale = await must(url, '', 'sessions.options', { body: {} });
    const wrong = [
      { origin: 'http://localhost:1' },
      { origin: 'https://evil.example' },
      { rpId: 'evil.example' },
      { userVerified: false },
      { userPresent: false },
      { crossOrigin: true },
      { type: 'webauthn.get' },
      { challenge: stale.options.challenge },
      { challenge: 'AAAA' },
    ];
    for (const twist of wrong) {
      clock.pass(SECOND);
      const { status } = await tryAccept(url, issued.link, device, twist);
      assert.equal(status, 401, JSON.stringify(twist));
    }
    assert.equal((await tryAccept(url, issued.link, device)).status, 201);
  });

  test('of a credential that another user has is not accepted', async () => {
    const first = await enrolNew();
    const user = await newUser();
    const { link } = await must(url, world.tokens.hr, 'invitations.issue', {
      params: { id: user },
    });
    const invitation = secretOf(link);
    const { json } = await ask(url, null, 'invitations.options', { body: { invitation } });
    const device = softAuthenticator(originOf(url));
    const made = device.create(json.options);
    // The attestation names the credential of somebody else.
    const [own, theirs] = [device.passkeys[0]!.id, first.device.passkeys[0]!.id];
    const bytes = Buffer.from(made.response.attestationObject, 'base64url');
    const at = bytes.indexOf(Buffer.from(own, 'base64url'));
    Buffer.from(theirs, 'base64url').copy(bytes, at);
    const attestationObject = bytes.toString('base64url');
    const created = {
      ...{ ...made, id: theirs, rawId: theirs },
      response: { ...made.response, attestationObject },
    };
    const answer = await ask(url, null, 'invitations.accept', { body: { invitation, created } });
    assert.equal(answer.status, 401, answer.text);
  });
});

describe('a sign-in', () => {
  test('is one entry that names user, session and passkey, and a cookie that only our host gets', async () => {
    for (const algorithm of ['ES256', 'EdDSA'] as const) {
      const { device, user, passkey } = await enrolNew({ algorithm });
      const { answer, appended } = await observer.observe(() => trySignIn(url, device));
      assert.equal(answer.status, 201);
      const [cookie, ...others] = answer.headers.getSetCookie();
      assert.deepEqual(others, []);
      assert.match(
        cookie!,
        /^__Host-worksmartly=wss_[A-Za-z0-9_-]{43}; Path=\/; Secure; HttpOnly; SameSite=Strict; Max-Age=43200$/,
      );
      assert.ok(!answer.text.includes('wss_'));
      assert.equal(appended.length, 1);
      const [{ ledger, entry }] = appended as [(typeof appended)[0]];
      assert.deepEqual(
        [ledger, entry.op, entry.actor, entry.side, entry.outcome, entry.context],
        [
          'provider',
          ...['sessions.start', user, 'client', 'allowed'],
          {
            authentication: 'passkey',
            passkey,
            session: answer.json.id,
            place: entry.context.place,
          },
        ],
      );
      const used = await observer.observe(() =>
        ask(url, null, 'authority.read', {
          params: { c: world.clients[0] },
          cookie: cookieIn(answer),
        }),
      );
      assert.equal(used.answer.status, 200);
      assert.deepEqual(used.appended[0]!.entry.context, entry.context);
    }
  });

  test('fails for an unverified person, another page, another ceremony, an old or altered challenge', async () => {
    const { device } = await enrolNew();
    const invitation = await must(url, world.tokens.hr, 'invitations.issue', {
      params: { id: await newUser() },
    });
    const other = await must(url, '', 'invitations.options', {
      body: { invitation: secretOf(invitation.link) },
    });
    const { options } = await must(url, '', 'sessions.options', { body: {} });
    const altered = Buffer.from(options.challenge, 'base64url');
    altered[20]! ^= 1;
    const wrong = [
      { userVerified: false },
      { userPresent: false },
      { origin: 'https://evil.example' },
      { origin: originOf(url).replace('localhost', '127.0.0.1') },
      { rpId: 'example' },
      { type: 'webauthn.create' },
      { crossOrigin: true },
      { challenge: other.options.challenge },
      { challenge: altered.toString('base64url') },
      { challenge: `${options.challenge}=` },
    ];
    const failures = new Set<string>();
    const { appended } = await observer.observe(async () => {
      for (const twist of wrong) {
        clock.pass(SECOND);
        const answer = await trySignIn(url, device, { twist });
        assert.equal(answer.status, 401, JSON.stringify(twist));
        assert.deepEqual(answer.headers.getSetCookie(), []);
        failures.add(JSON.stringify(seen(answer)));
      }
      const old = await must(url, '', 'sessions.options', { body: {} });
      const assertion = device.get(old.options);
      clock.pass(5 * MINUTE);
      const late = await ask(url, null, 'sessions.start', { body: { assertion } });
      failures.add(JSON.stringify(seen(late)));
    });
    assert.equal(failures.size, 1);
    assert.deepEqual(appended, []);
  });

  test('counts once, whoever sends it again, fifty at once too', async () => {
    const { device } = await enrolNew();
    const { options } = await must(url, '', 'sessions.options', { body: {} });
    const body = { assertion: device.get(options) };
    clock.pass(MINUTE);
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => ask(url, null, 'sessions.start', { body })),
    );
    const started = answers.filter(({ status }) => status === 201);
    assert.equal(started.length, 1);
    clock.pass(MINUTE);
    assert.equal((await ask(url, null, 'sessions.start', { body })).status, 401);
  });

  test('with an address is for that user alone', async () => {
    const [one, two] = [await enrolNew(), await enrolNew()];
    const address = `new${count}@example.test`;
    assert.equal((await trySignIn(url, one.device, { address })).status, 401);
    assert.equal(
      (await trySignIn(url, two.device, { address: address.toUpperCase() })).status,
      201,
    );
    const unknown = 'nobody@example.test';
    assert.equal((await trySignIn(url, two.device, { address: unknown })).status, 401);
  });

  test('does not tell who is known: options and failures are alike', async () => {
    const { device } = await enrolNew();
    const options = async (address: string) => {
      const answer = await ask(url, null, 'sessions.options', { body: { address } });
      const { challenge, ...rest } = answer.json.options;
      return { ...seen(answer), problem: undefined, rest, length: challenge.length };
    };
    const [known, unknown] = [`new${count}@example.test`, 'nobody@example.test'];
    assert.deepEqual(await options(known), await options(unknown));
    const stranger = softAuthenticator(originOf(url));
    const user = { id: Buffer.alloc(16, 7).toString('base64url') };
    stranger.create({ rp: { id: 'localhost' }, user, challenge: '' });
    const twist = { userVerified: false };
    const answers = [
      await trySignIn(url, stranger, { address: known }),
      await trySignIn(url, stranger, { address: unknown }),
      await trySignIn(url, device, { address: known, twist }),
    ];
    assert.equal(new Set(answers.map((answer) => JSON.stringify(seen(answer)))).size, 1);
  });

  test('by somebody else with the stolen name of a credential, or a copied device that lags, fails', async () => {
    const { device } = await enrolNew();
    const [passkey] = device.passkeys;
    const thief = softAuthenticator(originOf(url));
    const user = { id: passkey!.userHandle };
    thief.create({ rp: { id: 'localhost' }, user, challenge: '' });
    const forged = { ...thief.passkeys[0]!, id: passkey!.id };
    assert.equal((await trySignIn(url, thief, { twist: { passkey: forged } })).status, 401);
    const copy = clonePasskey(passkey!);
    await signIn(url, device);
    await signIn(url, device);
    assert.equal((await trySignIn(url, thief, { twist: { passkey: copy } })).status, 401);
    const handle = { ...passkey!, userHandle: Buffer.alloc(16).toString('base64url') };
    assert.equal((await trySignIn(url, device, { twist: { passkey: handle } })).status, 401);
  });

  test('too many from one network are told to wait; tokens go on', async () => {
    clock.pass(HOUR);
    const env = { WORKSMARTLY_REQUESTS_PER_SECOND: '200' };
    const other = await startTestServer(world.database, world.directory, clock.now, { env });
    const statuses = [];
    for (let i = 0; i < 210; i++) {
      statuses.push((await ask(other.url, null, 'sessions.options', { body: {} })).status);
    }
    assert.deepEqual([statuses[0], statuses[199], statuses[200]], [200, 200, 429]);
    assert.equal((await ask(other.url, world.tokens.hr, 'clients.list')).status, 200);
    clock.pass(SECOND);
    assert.equal((await ask(other.url, null, 'sessions.options', { body: {} })).status, 200);
    await other.close();
    clock.pass(HOUR);
  });
});
