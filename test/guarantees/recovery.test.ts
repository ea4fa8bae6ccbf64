// Recovery takes two people of the same side, and what they hand out takes both of them; and machines'
// tokens are good for little, from where they belong.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import pg from 'pg';
import { ask, must, originOf } from '../support/api.ts';
import { type Clock, DAY, iso, movableClock, SECOND } from '../support/clock.ts';
import { makeForeignIds } from '../support/foreign-ids.ts';
import { type Observer, openObserver } from '../support/observe.ts';
import { forgetRefusals } from '../support/scene.ts';
import { enrol, secretOf, signIn, signInAs, tryAccept, trySignIn } from '../support/sign-in.ts';
import { softAuthenticator } from '../support/soft-authenticator.ts';
import { openWorld, type World } from '../support/world.ts';

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
async function newUser(more: object = {}): Promise<string> {
  const body = {
    ...{ side: 'client', client: world.clients[0], roles: ['auditor'], name: 'Somebody Lost' },
    address: `lost${++count}@example.test`,
    ...more,
  };
  return (await must(url, world.tokens.hr, 'users.register', { body })).id;
}

const start = (by: string, user: string) =>
  ask(url, by, 'recoveries.start', { params: { id: user } });
const confirm = (by: string, id: string) => ask(url, by, 'recoveries.confirm', { params: { id } });
const accepting = (given: string) =>
  tryAccept(url, `${originOf(url)}/#${given}`, softAuthenticator(originOf(url)));

describe('a recovery', () => {
  test('ends every session, token and passkey of its user, and makes an invitation', async () => {
    const user = await newUser();
    const token = (
      await must(url, world.tokens.hr, 'tokens.issue', { params: { id: user }, body: {} })
    ).token;
    const lost = await enrol(url, world.tokens.hr, user);
    const more = await signIn(url, lost.device);
    const started = (await start(world.tokens.hr, user)).json;
    const listed = await must(url, world.tokens.executive, 'recoveries.list');
    assert.deepEqual(
      listed.items.map((item: { id: string; user: string }) => [item.id, item.user]),
      [[started.id, user]],
    );
    assert.deepEqual((await must(url, world.tokens.security, 'recoveries.list')).items, []);
    assert.deepEqual((await must(url, world.otherHr, 'recoveries.list')).items, []);
    const { answer, appended } = await observer.observe(() =>
      confirm(world.tokens.executive, started.id),
    );
    assert.equal(answer.status, 201, answer.text);
    assert.deepEqual(appended.map(({ ledger, entry }) => [ledger, entry.fact?.type]).sort(), [
      [world.clients[0], 'passkey.removed'],
      ['provider', 'passkey.removed'],
    ]);
    for (const { cookie } of [lost, more]) {
      assert.equal((await ask(url, null, 'sessions.list', { cookie })).status, 401);
    }
    assert.equal((await ask(url, token, 'clients.list')).status, 401);
    assert.equal((await trySignIn(url, lost.device)).status, 401);
    const link = secretOf(answer.json.link);
    const wrongCode = `wsr_${'A'.repeat(22)}`;
    for (const given of [link, `${link}.${wrongCode}`]) {
      const body = { invitation: given };
      assert.equal((await ask(url, null, 'invitations.options', { body })).status, 401);
    }
    const accepted = await accepting(`${link}.${started.code}`);
    assert.equal(accepted.status, 201, accepted.text);
    assert.equal(accepted.json.user, user);
  });

  test('takes two people: neither the same, nor a second account, nor the one who is recovered', async () => {
    const { users, tokens } = world;
    const { person } = world.server.house.ledgers.provider.authority.users.get(users.hr)!;
    const second = await newUser({ roles: ['executive'], person });
    const params = { id: second };
    const ofSecond = (await must(url, tokens.hr, 'tokens.issue', { params, body: {} })).token;
    const user = await newUser({ roles: ['hr'] });
    const own = (await must(url, tokens.hr, 'tokens.issue', { params: { id: user }, body: {} }))
      .token;
    await enrol(url, tokens.hr, user);
    const { id } = (await start(tokens.hr, user)).json;
    for (const by of [tokens.hr, ofSecond, own]) {
      forgetRefusals(clock);
      const refused = await confirm(by, id);
      assert.deepEqual([refused.status, refused.json.reasons], [403, ['same-person']]);
    }
    const self = await start(own, user);
    assert.deepEqual([self.status, self.json.reasons], [403, ['same-person']]);
    assert.equal((await confirm(tokens.executive, id)).status, 201);
    assert.equal((await confirm(tokens.executive, id)).status, 404);
  });

  test('is the affair of the user’s own side and client', async () => {
    const { tokens } = world;
    const user = await newUser();
    await enrol(url, tokens.hr, user);
    for (const [by, status] of [
      [tokens.administrator, 403],
      [tokens.security, 403],
      [tokens.servicing, 403],
      [tokens.outsider, 404],
      [tokens.auditor, 403],
      [world.otherHr, 404],
    ] as const) {
      forgetRefusals(clock);
      assert.equal((await start(by, user)).status, status);
    }
    const { id } = (await start(tokens.hr, user)).json;
    for (const [by, status] of [
      [tokens.administrator, 403],
      [tokens.security, 403],
      [world.otherHr, 404],
    ] as const) {
      forgetRefusals(clock);
      assert.equal((await confirm(by, id)).status, status);
    }
    const foreign = await makeForeignIds(world);
    assert.equal((await start(tokens.hr, foreign.user)).status, 404);
  });

  test('lapses after a day, and confirmed fifty times at once it happens once', async () => {
    const { hr, executive } = world.tokens;
    const user = await newUser();
    await enrol(url, hr, user);
    const late = (await start(hr, user)).json;
    clock.pass(DAY);
    assert.equal((await confirm(executive, late.id)).status, 404);
    const { id } = (await start(hr, user)).json;
    forgetRefusals(clock);
    const answers = await Promise.all(Array.from({ length: 50 }, () => confirm(executive, id)));
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
    clock.pass(60 * SECOND);
  });
});

describe('a service token', () => {
  const body = (more: object = {}) => ({
    operations: ['people.list'],
    networks: ['127.0.0.0/8', '::1/128'],
    until: iso(clock.now() + DAY),
    ...more,
  });
  const issue = async (user: string, given: object = body()) =>
    ask(url, null, 'service-tokens.issue', {
      cookie: (await signInAs(world, 'hr')).cookie,
      params: { id: user },
      body: given,
    });
  const list = (token: string) =>
    ask(url, token, 'people.list', { params: { c: world.clients[0] } });

  test('does what it was issued for, and nothing else that its user may', async () => {
    const user = await newUser({ roles: ['hr'] });
    const { token } = (await issue(user)).json;
    assert.equal((await list(token)).status, 200);
    forgetRefusals(clock);
    const params = { c: world.clients[0], sub: world.people[0]!.id };
    const { answer, appended } = await observer.observe(() =>
      ask(url, token, 'people.read', { params }),
    );
    assert.deepEqual(
      [answer.status, answer.json.reasons, answer.json.promise],
      [403, ['token-scope'], 'need-to-know'],
    );
    assert.deepEqual(
      appended.map(({ entry }) => [entry.outcome, entry.reasons]),
      [['refused', ['token-scope']]],
    );
    for (const id of ['sessions.list', 'passkeys.options', 'clients.list'] as const) {
      forgetRefusals(clock);
      assert.deepEqual((await ask(url, token, id)).json.reasons, ['token-scope'], id);
    }
    forgetRefusals(clock);
    const elsewhere = { params: { c: world.clients[1] } };
    assert.equal((await ask(url, token, 'people.list', elsewhere)).status, 404);
  });

  test('is not good from elsewhere, whatever a header says', async () => {
    const user = await newUser({ roles: ['hr'] });
    const { token } = (await issue(user, body({ networks: ['203.0.113.0/24'] }))).json;
    const headers = [{}, { 'x-forwarded-for': '203.0.113.7' }, { forwarded: 'for=203.0.113.7' }];
    for (const given of headers) {
      forgetRefusals(clock);
      const refused = await ask(url, token, 'people.list', {
        params: { c: world.clients[0] },
        headers: given as Record<string, string>,
      });
      assert.ok(refused.status === 403 || refused.status === 400, refused.text);
      if (!('x-forwarded-for' in given || 'forwarded' in given)) {
        assert.deepEqual(refused.json.reasons, ['token-address']);
      }
    }
  });

  test('ends with its time, at once when it is revoked, and when its user is disabled', async () => {
    const [one, two, three] = [
      await newUser({ roles: ['hr'] }),
      await newUser({ roles: ['hr'] }),
      await newUser({ roles: ['hr'] }),
    ];
    const short = (await issue(one, body({ until: iso(clock.now() + 60 * SECOND) }))).json;
    const revoked = (await issue(two)).json;
    const disabled = (await issue(three)).json;
    for (const { token } of [short, revoked, disabled])
      assert.equal((await list(token)).status, 200);
    clock.pass(60 * SECOND);
    await must(url, world.tokens.hr, 'tokens.revoke', { params: { id: revoked.id } });
    await must(url, world.tokens.hr, 'users.disable', { params: { id: three } });
    for (const { token } of [short, revoked, disabled]) {
      clock.pass(SECOND);
      assert.equal((await list(token)).status, 401);
    }
  });

  test('that could do too much, from everywhere, or for too long is not issued', async () => {
    const user = await newUser();
    const wrong: [string, object][] = [
      ['operations.0', { operations: ['users.register'] }],
      ['operations.0', { operations: ['instructions.give'] }],
      ['operations.0', { operations: ['proposals.approve'] }],
      ['operations.0', { operations: ['sessions.start'] }],
      ['operations.1', { operations: ['people.list', 'no.such'] }],
      ['networks.0', { networks: ['0.0.0.0/0'] }],
      ['networks.0', { networks: ['::/0'] }],
      ['networks.0', { networks: ['010.0.0.1/32'] }],
      ['networks.0', { networks: ['10.0.0.1'] }],
      ['networks.0', { networks: ['10.0.0.0/033'] }],
      ['networks.0', { networks: ['10.0.0.0/33'] }],
      ['until', { until: iso(clock.now()) }],
      ['until', { until: iso(clock.now() + 367 * DAY) }],
    ];
    for (const [at, more] of wrong) {
      forgetRefusals(clock);
      const refused = await issue(user, body(more));
      assert.equal(refused.status, 400, JSON.stringify(more));
      assert.deepEqual(
        refused.json.faults.map((fault: { at: string }) => fault.at),
        [`body.${at}`],
      );
    }
  });

  test('is for machines: nobody has one beside a passkey, or gets a passkey beside one', async () => {
    const person = await newUser();
    await enrol(url, world.tokens.hr, person);
    assert.deepEqual((await issue(person)).json.reasons, ['is-person']);
    const machine = await newUser();
    assert.equal((await issue(machine)).status, 201);
    const invited = await ask(url, world.tokens.hr, 'invitations.issue', {
      params: { id: machine },
    });
    assert.deepEqual(invited.json.reasons, ['is-machine']);
  });

  test('is issued after a fresh proof only, and not by a bearer token', async () => {
    const user = await newUser();
    const { cookie } = await signInAs(world, 'hr');
    clock.pass(300 * SECOND);
    const late = { cookie, params: { id: user }, body: body() };
    const asked = { params: { id: user }, body: body() };
    for (const answer of [
      await ask(url, null, 'service-tokens.issue', late),
      await ask(url, world.tokens.hr, 'service-tokens.issue', asked),
    ]) {
      assert.deepEqual([answer.status, answer.json.reasons], [403, ['step-up-needed']]);
    }
  });

  test('that is moved onto another token, or changed where it lies, opens nothing', async () => {
    const [one, two] = [await newUser({ roles: ['hr'] }), await newUser({ roles: ['hr'] })];
    const issued = (await issue(one)).json;
    const wide = (await issue(two, body({ operations: ['people.list', 'people.read'] }))).json;
    await admin.query(
      'update token set ct = (select ct from token where token_id = $2) where token_id = $1',
      [issued.id.slice(4), wide.id.slice(4)],
    );
    assert.equal((await list(issued.token)).status, 500);
    await admin.query('update token set ct = null where token_id = $1', [wide.id.slice(4)]);
    assert.equal((await list(wide.token)).status, 401);
  });
});

test('where a client demands signatures, people get no bearer tokens', async () => {
  const { ledgers } = world.server.house;
  const state = (await ledgers.find(world.clients[1].slice(4)))!;
  const { systemDraft } = await import('../../src/server/ledger/draft.ts');
  const rules = { signed: true, places: false, reviews: false, approvals: 1 };
  const fact = {
    ...{ type: 'rules.set' as const, id: null, by: world.users.hr, ...rules },
    ...{ clientApprovesExceptions: false, signature: null },
  };
  await ledgers.appendSystem(state, systemDraft('sys:setup', 'rules.set', fact));
  const users = [...state.authority.users.keys()];
  const params = { id: users[0]! };
  const refused = await ask(url, world.otherHr, 'tokens.issue', { params, body: {} });
  assert.deepEqual(
    [refused.status, refused.json.reasons, refused.json.promise],
    [403, ['passkeys-only'], 'sure-who-it-is'],
  );
  assert.match(refused.json.detail, /\/invitations/);
  assert.equal(
    (await ask(url, world.otherHr, 'people.list', { params: { c: world.clients[1] } })).status,
    200,
  );
});
