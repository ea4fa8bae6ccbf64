// What is signed: the fact that was shown, by the person whom it binds, with their own passkey, once.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { jcs } from '#verifier/jcs.ts';
import { verifySignature } from '#verifier/signature.ts';
import { systemDraft } from '../../src/server/ledger/draft.ts';
import { type Answered, ask, must } from '../support/api.ts';
import { movableClock, SECOND } from '../support/clock.ts';
import { type Observer, openObserver } from '../support/observe.ts';
import { DOCUMENT, instruction } from '../support/request-bodies.ts';
import {
  askOffer,
  assertion,
  newOffer,
  newSigner,
  type Offered,
  type Signer,
  sendSignature,
  signed,
  type ToSign,
} from '../support/signing.ts';
import { clonePasskey } from '../support/soft-authenticator.ts';
import { openWorld, startTestServer, type World } from '../support/world.ts';

const clock = movableClock();
let world: World;
let observer: Observer;
let executive: Signer;
let servicing: Signer;
let product: Signer;
let c: string;
before(async () => {
  world = await openWorld({ now: clock.now });
  observer = await openObserver(world);
  const { users, tokens, clients } = world;
  [c] = clients;
  executive = await newSigner(world, users.executive, tokens.executive, [c]);
  servicing = await newSigner(world, users.servicing, tokens.servicing);
  product = await newSigner(world, users.product, tokens.product);
});
after(async () => {
  await observer.close();
  await world.close();
});

const agreement = (): ToSign => ({ operation: 'agreements.accept', c, body: DOCUMENT });
const ndaOf = ({ user }: Signer): ToSign => ({
  operation: 'ndas.sign',
  params: { id: user },
  body: DOCUMENT,
});

function send(signer: Signer, of: ToSign, offered: Offered, body: object): Promise<Answered> {
  return sendSignature(world.url, signer, of.c, offered.id, body);
}

async function assertRefused(status: number, reason: string, answering: () => Promise<Answered>) {
  clock.pass(10 * SECOND);
  const { answer, appended } = await observer.observe(answering);
  assert.deepEqual([answer.status, answer.json.reasons], [status, [reason]], answer.text);
  assert.equal(appended.filter(({ entry }) => entry.fact !== null).length, 0, 'nothing recorded');
}

test('what is signed is the fact, its parties, times and the ledger that the signer saw', async () => {
  const { ledgers } = world.server.house;
  const state = (await ledgers.find(c.slice(4)))!;
  const offered = await newOffer(world.url, executive, agreement());
  const { statement, challenge, documents } = offered;
  assert.equal(hash('sha256', jcs(statement), 'base64url'), challenge);
  assert.equal(statement.ledger, `worksmartly/${c}`);
  assert.equal(statement.by, executive.user);
  assert.equal(statement.size, state.head.size - 1, 'the ledger before the asking');
  assert.deepEqual(documents, [{ document: DOCUMENT.document, text: null }]);
  const { appended } = await observer.observe(() =>
    send(executive, agreement(), offered, assertion(executive, offered)),
  );
  assert.equal(appended.length, 1);
  const { entry } = appended[0]!;
  assert.deepEqual([entry.op, entry.kind, entry.outcome], ['signing.sign', 'fact', 'allowed']);
  const { signature, ...fact } = entry.fact!;
  assert.deepEqual({ ...fact, signature: null }, statement.fact);
  assert.equal(signature!.by, executive.user);
  const passkey = state.authority.passkeys.get(signature!.passkey)!.fact;
  verifySignature(`worksmartly/${c}`, entry.fact!, passkey, entry.at);
});

test('of fifty who bring the same signature at once, one is recorded', async () => {
  const of = ndaOf(servicing);
  const offered = await newOffer(world.url, servicing, of);
  const body = assertion(servicing, offered);
  const { answer: answers, appended } = await observer.observe(() =>
    Promise.all(Array.from({ length: 50 }, () => send(servicing, of, offered, body))),
  );
  const statuses = answers.map(({ status }) => status).sort();
  assert.equal(statuses.filter((status) => status === 201).length, 1);
  assert.ok(
    statuses.every((status) => [201, 409, 429].includes(status)),
    `${statuses}`,
  );
  const signedHere = appended.filter(({ entry }) => entry.fact?.type === 'nda.signed');
  assert.equal(signedHere.filter(({ ledger }) => ledger === 'provider').length, 1);
  clock.pass(60 * SECOND);
  await assertRefused(409, 'offer-used', () => send(servicing, of, offered, body));
});

test('a signature is good for its offer, client, person and text alone', async () => {
  const offered = await newOffer(world.url, executive, agreement());
  const body = assertion(executive, offered);
  // Another text, and the same again.
  const other = { ...agreement(), body: { ...DOCUMENT, document: `sha256:${'e'.repeat(64)}` } };
  for (const asked of [other, agreement()]) {
    const second = await newOffer(world.url, executive, asked);
    await assertRefused(403, 'signature-invalid', () => send(executive, asked, second, body));
  }
  // Another person: the offer does not exist for them.
  const hr = await newSigner(world, world.users.hr, world.tokens.hr, [c]);
  await assertRefused(404, 'not-found', () => send(hr, agreement(), offered, body));
  await assertRefused(404, 'not-found', () => send(servicing, ndaOf(servicing), offered, body));
  const nda = await newOffer(world.url, servicing, ndaOf(servicing));
  const stolen = assertion(servicing, nda);
  await assertRefused(404, 'not-found', () => send(product, ndaOf(product), nda, stolen));
  // Another client: the offer does not exist there.
  const [, second] = world.clients;
  const params = { c: second, id: offered.id };
  const there = await ask(world.url, world.otherHr, 'signing.sign', { params, body });
  assert.equal(there.status, 404);
  assert.equal((await send(executive, agreement(), offered, body)).status, 201);
});

test('a signature by another passkey, place or wish than the own and present one counts nothing', async () => {
  const of = agreement();
  const offered = await newOffer(world.url, executive, of);
  const refused = (body: object) =>
    assertRefused(403, 'signature-invalid', () => send(executive, of, offered, body));
  await refused(assertion(executive, offered, { userVerified: false }));
  await refused(assertion(executive, offered, { userPresent: false }));
  await refused(assertion(executive, offered, { origin: 'https://evil.example.test' }));
  await refused(assertion(executive, offered, { rpId: 'evil.example.test' }));
  await refused(assertion(executive, offered, { crossOrigin: true }));
  await refused(assertion(executive, offered, { type: 'webauthn.create' }));
  await refused(assertion(executive, offered, { challenge: 'AAAA' }));
  // Another's credential, and one's own name on another's key.
  const [theirs] = servicing.device.passkeys;
  const foreign = assertion(executive, offered, { passkey: clonePasskey(theirs!) });
  await refused(foreign);
  await refused({ ...foreign, credential: executive.device.passkeys[0]!.id });
  // The offer still stands for the right one.
  assert.equal((await send(executive, of, offered, assertion(executive, offered))).status, 201);
});

test('an offer lapses after ten minutes', async () => {
  const offered = await newOffer(world.url, executive, agreement());
  const body = assertion(executive, offered);
  assert.equal(Date.parse(offered.until) - clock.now(), 600 * SECOND);
  clock.pass(590 * SECOND);
  await assertRefused(409, 'offer-lapsed', () => send(executive, agreement(), offered, body));
});

test('a right that was lost since the offer signs nothing', async () => {
  const { url, tokens, users } = world;
  const of = ndaOf(product);
  const offered = await newOffer(url, product, of);
  const removed = { type: 'passkey.removed' as const, id: null, by: users.administrator };
  const { ledgers } = world.server.house;
  const [passkey] = [...ledgers.provider.authority.passkeys.values()].filter(
    ({ fact }) => fact.user === product.user,
  );
  const fact = { ...removed, ref: passkey!.fact.id, signature: null };
  await ledgers.appendSystem(ledgers.provider, systemDraft('sys:test', 'passkeys.remove', fact));
  const body = assertion(product, offered);
  await assertRefused(403, 'signature-invalid', () => send(product, of, offered, body));
  // Nor does somebody who has no passkey get an offer.
  await assertRefused(409, 'no-passkey', () => askOffer(url, product, of));
  // An instruction may be given only by an executive; hr proposes it, and has nothing to sign.
  const hr = { ...executive, user: users.hr, token: tokens.hr };
  const draft: ToSign = { operation: 'instructions.give', c, body: instruction(['study']) };
  await assertRefused(403, 'role-not-permitted', () => askOffer(url, hr, draft));
});

test('nobody signs for somebody else', async () => {
  const { url, tokens, users } = world;
  const administrator = await newSigner(world, users.administrator, tokens.administrator);
  await assertRefused(403, 'signature-required', () =>
    askOffer(url, administrator, ndaOf(servicing)),
  );
});

test('what was proposed and then withdrawn or approved by another is not signed any more', async () => {
  const { url, tokens } = world;
  const { id } = await must(url, tokens.hr, 'agreements.accept', { params: { c }, body: DOCUMENT });
  const of: ToSign = { operation: 'proposals.approve', c, params: { kind: 'agreements', id } };
  const [first, second] = [await newOffer(url, executive, of), await newOffer(url, executive, of)];
  assert.equal(first.statement.fact.by, executive.user);
  assert.equal((await send(executive, of, first, assertion(executive, first))).status, 201);
  const late = assertion(executive, second);
  await assertRefused(404, 'not-found', () => send(executive, of, second, late));
});

test('only what the contract knows as signed is offered, and only for the client of the address', async () => {
  const { url, clients } = world;
  const refused = (of: object, status = 400) =>
    assertRefused(status, status === 404 ? 'not-found' : 'bad-input', () =>
      askOffer(url, executive, { ...agreement(), ...of } as ToSign),
    );
  await refused({ operation: 'people.list', body: undefined });
  await refused({ operation: 'nothing.here' });
  await refused({ operation: 'signing.offer' });
  await refused({ operation: 'ndas.sign', params: { id: executive.user } });
  await refused({ body: { ...DOCUMENT, unheard: 1 } });
  await refused({ body: { ...DOCUMENT, until: '2001-01-01T00:00:00.000Z' } });
  await refused({ params: { c: clients[1] } }, 404);
});

test('a provider user’s own agreement is signed in the provider’s ledger and counts with their clients', async () => {
  const { id } = await signed(world.url, servicing, ndaOf(servicing));
  const state = (await world.server.house.ledgers.find(c.slice(4)))!;
  const { fact } = state.authority.ndas.get(id)!;
  const passkey = state.authority.passkeys.get(fact.signature!.passkey)!.fact;
  verifySignature('worksmartly/provider', fact, passkey, null);
});

test('once the client demands signatures, nothing that binds is recorded without one', async () => {
  const { url, tokens, clients } = world;
  const rules = {
    ...{ signed: true, places: false, reviews: false },
    ...{ approvals: 1, clientApprovesExceptions: false },
  };
  const params = { c: clients[0] };
  assert.deepEqual(await must(url, tokens.executive, 'rules.set', { params, body: rules }), rules);
  const body = { ...rules, signed: false };
  await assertRefused(409, 'rules-only-tighten', () =>
    ask(url, tokens.executive, 'rules.set', { params, body }),
  );
  for (const operation of ['agreements.accept', 'notices.accept'] as const) {
    await assertRefused(403, 'signature-required', () =>
      ask(url, tokens.executive, operation, { params, body: DOCUMENT }),
    );
  }
  await assertRefused(403, 'signature-required', () =>
    ask(url, tokens.executive, 'instructions.give', { params, body: instruction(['study']) }),
  );
  const text = { kind: 'agreement', version: '7', text: 'What we agree.', mandatory: true };
  const published = await must(url, tokens.administrator, 'client-texts.publish', {
    params,
    body: text,
  });
  const proposed = { document: published.document, version: '7', until: null };
  const { id } = await must(url, tokens.hr, 'agreements.accept', { params, body: proposed });
  const approval = { params: { ...params, kind: 'agreements', id } };
  await assertRefused(403, 'signature-required', () =>
    ask(url, tokens.executive, 'proposals.approve', approval),
  );
  const approving = { operation: 'proposals.approve' as const, ...approval, c };
  await assertRefused(403, 'not-viewed', () => askOffer(url, executive, approving));
  await must(url, tokens.executive, 'client-texts.read', {
    params: { ...params, id: published.id },
  });
  const { documents } = await newOffer(url, executive, approving);
  assert.deepEqual(documents, [{ document: published.document, text: 'What we agree.' }]);
  await signed(url, executive, approving);
  // What was never published is not signed.
  await assertRefused(400, 'bad-input', () => askOffer(url, executive, agreement()));
  // An unsigned agreement of a provider user no longer counts with this client.
  const nda = { params: { id: world.users.product }, body: DOCUMENT };
  const unsigned = await must(url, tokens.administrator, 'ndas.sign', nda);
  const state = (await world.server.house.ledgers.find(c.slice(4)))!;
  assert.ok(!state.authority.ndas.has(unsigned.id));
});

test('a client opened under strict rules demands signatures, places and reviews from its first entry on', async () => {
  const second = await startTestServer(world.database, world.directory, clock.now, {
    env: { WORKSMARTLY_CLIENT_RULES: 'strict' },
  });
  try {
    const body = { name: 'Strict Works', jurisdictions: ['US'] };
    const { id } = await must(second.url, world.tokens.administrator, 'clients.open', { body });
    const { rules } = (await second.house.ledgers.find(id.slice(4)))!.authority;
    assert.deepEqual(rules, {
      ...{ signed: true, places: true, reviews: true },
      ...{ approvals: 1, clientApprovesExceptions: true },
    });
    await assertRefused(403, 'signature-required', () =>
      ask(second.url, servicing.token, 'ndas.sign', {
        params: { id: servicing.user },
        body: DOCUMENT,
      }),
    );
  } finally {
    await second.close();
  }
});
