// The papers: versions of texts, viewed to their end before they are accepted; whom a new mandatory
// version or a lapse stops at the next request; reminders; a history that is never cleared.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answered, ask, must } from '../support/api.ts';
import { type Clock, DAY, iso, movableClock, SECOND } from '../support/clock.ts';
import { verifyLedger } from '../support/evidence.ts';
import { type Observer, openObserver } from '../support/observe.ts';
import { DOCUMENT } from '../support/request-bodies.ts';
import { openWorld, type World } from '../support/world.ts';

let clock: Clock;
let world: World;
let observer: Observer;
let url: string;
let params: { c: string };
before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now });
  observer = await openObserver(world);
  url = world.url;
  params = { c: world.clients[0] };
});
after(async () => {
  await observer.close();
  await world.close();
});

const LONG = Array.from({ length: 400 }, (_, i) => `${i}. What is agreed, in a sentence.\n`).join(
  '',
);

async function reasonsOf(asking: () => Promise<Answered>): Promise<[number, string[]]> {
  clock.pass(10 * SECOND);
  const { status, json } = await asking();
  return [status, json.reasons ?? []];
}

const reading = (as: 'servicing' | 'product' = 'servicing') =>
  reasonsOf(() => ask(url, world.tokens[as], 'people.list', { params }));

const publish = (kind: 'nda' | 'notice', version: string, more: object = {}) =>
  must(url, world.tokens.administrator, 'texts.publish', {
    body: { kind, version, text: `${version}\n${LONG}`, mandatory: true, ...more },
  });

const publishAgreement = (version: string, more: object = {}) =>
  must(url, world.tokens.administrator, 'client-texts.publish', {
    params,
    body: { kind: 'agreement', version, text: `${version}\n${LONG}`, mandatory: true, ...more },
  });

/** Views the parts of a text, but for the last `less`. */
async function view(token: string, id: string, c?: string, less = 0): Promise<boolean> {
  let viewed = false;
  for (let part = 1, parts = 1; part <= parts - less; part++) {
    const query = { part: String(part) };
    const answer =
      c === undefined
        ? await must(url, token, 'texts.read', { params: { id }, query })
        : await must(url, token, 'client-texts.read', { params: { c, id }, query });
    ({ parts, viewed } = answer);
  }
  return viewed;
}

const sign = (document: string, version: string, until: string | null = null) => {
  const asked = { params: { id: world.users.servicing }, body: { document, version, until } };
  return reasonsOf(() => ask(url, world.tokens.servicing, 'ndas.sign', asked));
};

test('a new mandatory agreement of the provider’s users stops each at the next request, until it is signed', async () => {
  const { tokens } = world;
  assert.deepEqual(await reading(), [200, []]);
  const { id, document } = await publish('nda', 'n2');
  assert.deepEqual(await reading(), [403, ['no-nda']]);
  assert.deepEqual(await reading('product'), [403, ['no-nda']]);
  // Not unseen, not half seen, not on another's viewing, not under another name.
  assert.deepEqual(await sign(document, 'n2'), [403, ['not-viewed']]);
  assert.equal(await view(tokens.servicing, id, undefined, 1), false);
  assert.equal(await view(tokens.product, id), true);
  assert.deepEqual(await sign(document, 'n2'), [403, ['not-viewed']]);
  assert.equal(await view(tokens.servicing, id), true);
  assert.deepEqual(await sign(document, 'n1'), [400, ['bad-input']]);
  assert.deepEqual(await sign(document, 'n2'), [201, []]);
  assert.deepEqual(await reading(), [200, []]);
  assert.deepEqual(await reading('product'), [403, ['no-nda']]);
  // A later version that nobody has to sign takes nothing away, and covers too.
  const later = await publish('nda', 'n3', { mandatory: false });
  assert.deepEqual(await reading(), [200, []]);
  await view(tokens.product, later.id);
  const asked = { params: { id: world.users.product } };
  const body = { document: later.document, version: 'n3', until: null };
  await must(url, tokens.product, 'ndas.sign', { ...asked, body });
  assert.deepEqual(await reading('product'), [200, []]);
});

test('what was viewed stands in the reader’s own entry, part by part', async () => {
  const { tokens } = world;
  const { id } = await publish('nda', 'seen', { mandatory: false });
  const { appended } = await observer.observe(() => view(tokens.servicing, id));
  const parts = appended.length;
  assert.ok(parts > 1);
  assert.deepEqual(
    appended.map(({ ledger, entry }) => [ledger, entry.op, entry.actor, entry.reasons]),
    Array.from({ length: parts }, (_, i) => [
      'provider',
      'texts.read',
      world.users.servicing,
      [`viewed:${id.slice(4)}:${i + 1}/${parts}`],
    ]),
  );
  const query = { part: String(parts + 1) };
  const beyond = () => ask(url, tokens.servicing, 'texts.read', { params: { id }, query });
  assert.deepEqual(await reasonsOf(beyond), [400, ['bad-input']]);
});

for (const [kind, operation, reason] of [
  ['agreement', 'agreements.accept', 'no-agreement'],
  ['notice', 'notices.accept', 'no-notice'],
] as const) {
  test(`without the current ${kind} the provider cannot process`, async () => {
    const { tokens } = world;
    assert.deepEqual(await reading(), [200, []]);
    const begin = iso(clock.now() + DAY);
    const { id, document } =
      kind === 'agreement'
        ? await publishAgreement('2027', { from: begin })
        : await publish('notice', '2027', { from: begin });
    assert.deepEqual(await reading(), [200, []], 'before it begins');
    clock.pass(DAY);
    assert.deepEqual(await reading(), [403, [reason]]);
    const body = { document, version: '2027', until: null };
    const accept = () => ask(url, tokens.executive, operation, { params, body });
    assert.deepEqual(await reasonsOf(accept), [403, ['not-viewed']]);
    await view(tokens.executive, id, params.c);
    // The second client knows nothing of an agreement of the first.
    const there = { params: { c: world.clients[1], id } };
    const foreign = await ask(url, world.otherHr, 'client-texts.read', there);
    assert.equal(foreign.status, kind === 'agreement' ? 404 : 200);
    assert.deepEqual(await reasonsOf(accept), [201, []]);
    assert.deepEqual(await reading(), [200, []]);
    // What was accepted before does not count again.
    const old = { params, body: DOCUMENT };
    await must(url, tokens.executive, operation, old);
    assert.deepEqual(await reading(), [200, []]);
  });
}

test('a version that a mandatory one replaced is not signed any more', async () => {
  const { tokens } = world;
  const old = await publish('nda', 'n8', { mandatory: false });
  await view(tokens.servicing, old.id);
  const { id, document } = await publish('nda', 'n9');
  assert.deepEqual(await sign(old.document, 'n8'), [409, ['text-superseded']]);
  await view(tokens.servicing, id);
  assert.deepEqual(await sign(document, 'n9'), [201, []]);
  assert.deepEqual(await reading(), [200, []]);
});

test('a text cannot be published twice under a name, nor as if it had been there before', async () => {
  const { tokens } = world;
  const body = { kind: 'nda', version: 'n9', text: 'Another one.', mandatory: false };
  const again = (change: object) => () =>
    ask(url, tokens.administrator, 'texts.publish', { body: { ...body, ...change } });
  assert.deepEqual(await reasonsOf(again({})), [409, ['version-taken']]);
  const past = { version: 'n10', from: iso(clock.now() - DAY) };
  assert.deepEqual(await reasonsOf(again(past)), [400, ['bad-input']]);
  assert.deepEqual(await reasonsOf(again({ version: 'n10', text: '' })), [400, ['bad-input']]);
  assert.deepEqual(await reasonsOf(again({ version: 'n10', text: 'a\u202eb' })), [
    400,
    ['bad-input'],
  ]);
  const { items } = await must(url, tokens.servicing, 'texts.list');
  assert.ok(!items.some((each: { version: string }) => each.version === 'n10'));
});

test('thirty and seven days before the end there is one reminder each; at the end access stops', async () => {
  const { tokens, users, server } = world;
  const current = (await must(url, tokens.servicing, 'texts.list')).items.at(-1);
  assert.equal(current.version, 'n9');
  const { items: before } = await must(url, tokens.administrator, 'ndas.list', {
    params: { id: users.servicing },
  });
  for (const { id } of before.filter((nda: { state: string }) => nda.state === 'in-force')) {
    await must(url, tokens.administrator, 'ndas.end', { params: { id } });
  }
  const alerts = () =>
    [...server.house.ledgers.provider.authority.alerts.values()].filter(
      ({ fact }) => fact.rule === 'nda-expiring' && fact.about?.includes(users.servicing),
    ).length;
  const own = async () =>
    (await must(url, tokens.servicing, 'reminders.list')).items.map(
      (each: { state: string }) => each.state,
    );
  const look = async () => {
    await server.scheduler.look();
    await server.scheduler.look();
    return [await own(), alerts()];
  };
  assert.deepEqual(await sign(current.document, 'n9', iso(clock.now() + 31 * DAY)), [201, []]);
  assert.deepEqual(await look(), [[], 0]);
  clock.pass(2 * DAY);
  assert.deepEqual(await look(), [['due-30'], 1]);
  // Another one, which ends sooner: the longer one covers until it is ended.
  const until = iso(clock.now() + 15 * DAY);
  assert.deepEqual(await sign(current.document, 'n9', until), [201, []]);
  assert.deepEqual(await look(), [['due-30'], 1]);
  const { items: signed } = await must(url, tokens.servicing, 'ndas.list', {
    params: { id: users.servicing },
  });
  await must(url, tokens.administrator, 'ndas.end', { params: { id: signed.at(-2).id } });
  assert.deepEqual(await look(), [['due-30'], 2]);
  clock.pass(9 * DAY);
  assert.deepEqual(await look(), [['due-7'], 3]);
  const { items } = await must(url, tokens.security, 'reminders.list');
  assert.ok(items.some((each: { user: string }) => each.user === users.servicing));
  assert.ok(items.some((each: { user: string }) => each.user === users.outsider));
  assert.deepEqual(await reading(), [200, []]);
  clock.pass(Date.parse(until) - clock.now());
  assert.deepEqual(await reading(), [403, ['no-nda']]);
  assert.deepEqual(await own(), ['missing']);
  // All that was ever signed is still there.
  const { items: history } = await must(url, tokens.servicing, 'ndas.list', {
    params: { id: users.servicing },
  });
  assert.ok(
    before.every(({ id }: { id: string }) => history.some((nda: { id: string }) => nda.id === id)),
  );
  assert.equal(history.length, before.length + 2);
});

test('a client that is opened later knows the current texts', async () => {
  const { tokens, server } = world;
  const body = { name: 'Late Works', jurisdictions: ['US'] };
  const { id } = await must(url, tokens.administrator, 'clients.open', { body });
  const { texts } = (await server.house.ledgers.find(id.slice(4)))!.authority;
  assert.deepEqual(
    texts.map(({ fact }) => [fact.kind, fact.version]),
    [
      ['notice', '2027'],
      ['nda', 'n9'],
    ],
  );
});

test('an outsider who verifies the ledger finds every access covered', async () => {
  await verifyLedger(url, world.tokens.hr, params.c);
});
