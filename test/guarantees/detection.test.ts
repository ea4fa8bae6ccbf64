// Detection over the ledgers as they are written: what a person does sets off a rule, once, whichever
// process evaluates and whenever one is gone; and what is critical ends by itself.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Entry } from '#verifier/entry.ts';
import { readEntries } from '../../src/server/ledger/read-entries.ts';
import type { RunningServer } from '../../src/server/main.ts';
import { ask } from '../support/api.ts';
import { type Clock, movableClock } from '../support/clock.ts';
import { forgetRefusals } from '../support/scene.ts';
import { openWorld, startTestServer, type World } from '../support/world.ts';

let clock: Clock;
let world: World;
let other: RunningServer;
before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now });
  other = await startTestServer(world.database, world.directory, clock.now);
});
after(async () => {
  await other?.close();
  await world?.close();
});

async function look() {
  for (const { detector } of [world.server, other]) await detector.look();
}
/** `provider`, or a client. */
async function alertsIn(ledger: string) {
  const { house } = world.server;
  const state =
    ledger === 'provider' ? house.ledgers.provider : (await house.ledgers.find(ledger.slice(4)))!;
  await house.ledgers.refresh(state);
  const entries: Entry[] = await readEntries(house, state, 0, state.head.size);
  return entries.flatMap(({ fact }) => (fact?.type === 'alert.raised' ? [fact] : []));
}

test('a burst of unknown ids alerts once, in the ledger of the provider, though two processes look', async () => {
  await look();
  const before = (await alertsIn('provider')).length;
  for (let i = 0; i < 20; i++) {
    const params = {
      c: world.clients[0],
      sub: `sub_01900000-0000-7000-8000-${String(i).padStart(12, '0')}`,
    };
    forgetRefusals(clock);
    const { url, token } =
      i % 2
        ? { url: world.url, token: world.tokens.servicing }
        : { url: other.url, token: world.tokens.servicing };
    assert.equal((await ask(url, token, 'people.read', { params })).status, 404);
    if (i % 5 === 0) await Promise.all([look(), look()]);
  }
  await Promise.all([look(), look(), look()]);
  const raised = (await alertsIn('provider')).slice(before);
  assert.deepEqual(
    raised.map(({ rule, severity, effect }) => [rule, severity, effect]),
    [['unknown-ids', 'high', 'none']],
  );
  const [alert] = raised as [(typeof raised)[0]];
  assert.ok(
    alert.about!.includes(world.users.servicing) && alert.about!.includes(world.clients[0]),
  );
});
