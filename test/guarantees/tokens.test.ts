// Bearer tokens: 256 random bits, stored as a hash, expiring, good in one place only.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { ask, must } from '../support/api.ts';
import { type Clock, DAY, iso, movableClock, SECOND } from '../support/clock.ts';
import { openObserver } from '../support/observe.ts';
import { openWorld, type World } from '../support/world.ts';

let clock: Clock;
let world: World;
let admin: pg.Client;
before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now });
  admin = new pg.Client(world.database.connection('admin'));
  await admin.connect();
});
after(async () => {
  await admin.end();
  await world.close();
});

const issue = (until?: number) =>
  must(world.url, world.tokens.hr, 'tokens.issue', {
    params: { id: world.users.auditor },
    body: until === undefined ? {} : { until: iso(until) },
  });

const list = (headers: Record<string, string>, query = '') =>
  fetch(`${world.url}/api/v1/clients${query}`, { headers });

test('a token is 256 bits, shown once, and stored as its hash alone', async () => {
  const tokens = await Promise.all(Array.from({ length: 20 }, () => issue()));
  for (const { token } of tokens) {
    assert.match(token, /^wst_[A-Za-z0-9_-]{43}$/);
    assert.equal(Buffer.from(token.slice(4), 'base64url').length, 32);
  }
  assert.equal(new Set(tokens.map(({ token }) => token)).size, 20);
  const { rows } = await admin.query('select token::text as row, hash from token');
  for (const { token } of tokens) {
    const secret = Buffer.from(token.slice(4), 'base64url').toString('hex');
    assert.ok(rows.every(({ row }) => !row.includes(token) && !row.includes(secret)));
    const hash = createHash('sha256').update(token).digest();
    assert.ok(rows.some((row) => row.hash.equals(hash)));
  }
});

test('a token lives 30 days unless told, and 400 at most', async () => {
  assert.equal((await issue()).until, iso(clock.now() + 30 * DAY));
  assert.equal((await issue(clock.now() + 400 * DAY)).until, iso(clock.now() + 400 * DAY));
  const longer = await ask(world.url, world.tokens.hr, 'tokens.issue', {
    params: { id: world.users.auditor },
    body: { until: iso(clock.now() + 400 * DAY + 1) },
  });
  assert.equal(longer.status, 400);
});

test('a token opens nothing but as a bearer token in its header', async () => {
  const { auditor } = world.tokens;
  assert.equal((await list({ authorization: `Bearer ${auditor}` })).status, 200);
  assert.equal((await list({ authorization: `bearer ${auditor}` })).status, 200);
  const wrong = [
    await list({}),
    await list({ authorization: auditor }),
    await list({ authorization: `Basic ${auditor}` }),
    await list({ cookie: `token=${auditor}` }),
    await list({}, `?access_token=${auditor}`),
    await list({ authorization: `Bearer ${auditor.slice(0, -1)}` }),
    await list({ authorization: `Bearer ${auditor}x` }),
  ];
  for (const answer of wrong) {
    assert.equal(answer.status, 401);
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
  }
});

test('whoever guesses tokens is soon not answered any more, and others still are', async () => {
  clock.pass(60 * SECOND);
  const observer = await openObserver(world);
  const { answer, appended } = await observer.observe(async () => {
    const statuses = [];
    for (let i = 0; i < 25; i++) {
      const guess = `wst_${String(i).padStart(43, 'A')}`;
      statuses.push((await list({ authorization: `Bearer ${guess}` })).status);
    }
    return statuses;
  });
  await observer.close();
  assert.equal(answer[0], 401);
  assert.equal(answer.at(-1), 429);
  assert.deepEqual(appended, []);
  assert.equal((await list({ authorization: `Bearer ${world.tokens.auditor}` })).status, 200);
});

test('a revoked token is gone, whoever revoked it, and its siblings are not', async () => {
  clock.pass(60 * SECOND);
  const [one, two] = [await issue(), await issue()];
  const read = (token: string) => ask(world.url, token, 'clients.list');
  await read(one.token);
  await must(world.url, world.tokens.security, 'tokens.revoke', { params: { id: one.id } });
  assert.deepEqual([(await read(one.token)).status, (await read(two.token)).status], [401, 200]);
  const again = await ask(world.url, world.tokens.security, 'tokens.revoke', {
    params: { id: one.id },
  });
  assert.equal(again.status, 404);
});
