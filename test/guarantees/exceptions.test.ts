// Outside hours and premises provider staff need an exception: asked for with a reason, approved by somebody
// else, for some record types and a few hours, and reviewed afterwards.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask, must } from '../support/api.ts';
import { type Clock, HOUR, iso, movableClock } from '../support/clock.ts';
import { verifyLedger } from '../support/evidence.ts';
import { openOffice } from '../support/premises.ts';
import { forgetRefusals } from '../support/scene.ts';
import { openWorld, type World } from '../support/world.ts';

let clock: Clock;
let world: World;
before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now });
  await openOffice(world.url, world.tokens.administrator, { networks: ['198.51.100.0/24'] });
});
after(() => world?.close());

const people = () =>
  ask(world.url, world.tokens.servicing, 'people.list', { params: { c: world.clients[0] } });

interface Listed {
  readonly op: string;
  readonly context: { readonly place: object };
}
async function entries(): Promise<Listed[]> {
  const asked = { params: { c: world.clients[0] }, query: { limit: '1000' } };
  return (await must(world.url, world.tokens.auditor, 'ledger.entries', asked)).entries;
}

const ask8 = (more: object = {}) => ({
  body: {
    ...{ client: world.clients[0], types: ['person', 'employment'], code: 'legal-deadline' },
    ...{ reason: 'The report to the agency is due', until: iso(clock.now() + 8 * HOUR), ...more },
  },
});
const request = (more: object = {}) =>
  must(world.url, world.tokens.servicing, 'exceptions.request', ask8(more));
const approve = (token: string, id: string) =>
  ask(world.url, token, 'proposals.approve', {
    params: { c: world.clients[0], kind: 'exceptions', id },
    body: {},
  });
const listed = async (query: Record<string, string> = {}) =>
  must(world.url, world.tokens.auditor, 'exceptions.list', {
    params: { c: world.clients[0] },
    query,
  });
const read = (types: string) => {
  forgetRefusals(clock);
  const params = { c: world.clients[0], sub: world.people[1]!.id };
  return ask(world.url, world.tokens.servicing, 'people.read', { params, query: { types } });
};
let granted: string;

test('an exception opens what it names to whoever asked, once somebody else has approved it', async () => {
  const { id } = await request();
  granted = id;
  forgetRefusals(clock);
  assert.equal((await approve(world.tokens.servicing, id)).status, 403);
  assert.equal((await read('person')).status, 403);
  const approved = await approve(world.tokens.security, id);
  assert.deepEqual([approved.status, approved.json.state], [201, 'in-force'], approved.text);
  assert.equal((await read('person')).status, 200);
  const other = await read('person,pay');
  assert.deepEqual([other.status, other.json.reasons], [403, ['no-exception']]);
  assert.equal((await people()).status, 200);
  const place = (await entries()).findLast(({ op }) => op === 'people.list')!.context.place;
  assert.deepEqual(place, { kind: 'exception', id });
  const { items } = await listed({ state: 'in-force' });
  assert.deepEqual(
    items.map((item: { id: string; reason: string }) => [item.id, item.reason]),
    [[id, 'The report to the agency is due']],
  );
  // It is of one person.
  forgetRefusals(clock);
  const asked = { params: { c: world.clients[0] } };
  const product = await ask(world.url, world.tokens.product, 'people.list', asked);
  assert.deepEqual(product.json.reasons, ['outside-premises']);
});

test('it ends after its hours, or when somebody ends it, at the next request', async () => {
  const early = (await request()).id;
  await approve(world.tokens.security, early);
  const params = { c: world.clients[0], id: early };
  await must(world.url, world.tokens.hr, 'exceptions.end', { params });
  assert.equal((await read('person')).status, 200);
  clock.pass(8 * HOUR);
  assert.deepEqual((await read('person')).json.reasons, ['outside-premises']);
});

test('one that nobody reviews in five working days counts against the promise', async () => {
  await must(world.url, world.tokens.executive, 'exceptions.review', {
    params: { c: world.clients[0], id: granted },
    body: { finding: 'in-order' },
  });
  const [late] = (await listed({ state: 'unreviewed' })).items;
  assert.equal((await listed()).promise.isKept, true);
  clock.pass(Date.parse(late.reviewDue) - clock.now());
  assert.deepEqual((await listed()).promise, { id: 'where-and-when', isKept: false, late: 1 });
  await world.server.scheduler.look();
  await world.server.scheduler.look();
  const state = (await world.server.house.ledgers.find(world.clients[0].slice(4)))!;
  const alerts = [...state.authority.alerts.values()].map(({ fact }) => [fact.rule, fact.about]);
  assert.deepEqual(alerts, [['exception-unreviewed', [late.id]]]);
  const reviewed = await ask(world.url, world.tokens.security, 'exceptions.review', {
    params: { c: world.clients[0], id: late.id },
    body: { finding: 'misused' },
  });
  assert.equal(reviewed.status, 201);
  assert.equal((await listed()).promise.isKept, true);
});

test('one is asked for with a reason, for at most eight hours, by those who are assigned', async () => {
  const refused = async (token: string, more: object, status: number) => {
    forgetRefusals(clock);
    const answer = await ask(world.url, token, 'exceptions.request', ask8(more));
    assert.equal(answer.status, status, `${JSON.stringify(more)}: ${answer.text}`);
    return answer;
  };
  const { servicing, outsider, hr } = world.tokens;
  const long = await refused(servicing, { until: iso(clock.now() + 9 * HOUR) }, 400);
  assert.match(long.text, /at most 8 hours/);
  await refused(servicing, { until: iso(clock.now()) }, 400);
  await refused(servicing, { code: 'because' }, 400);
  await refused(servicing, { reason: ' ' }, 400);
  await refused(servicing, { types: ['salaryOfTheKing'] }, 400);
  await refused(servicing, { client: world.clients[1] }, 404);
  await refused(outsider, {}, 404);
  await refused(hr, {}, 403);
});

test('an outsider finds every access under an exception covered', async () => {
  const report = await verifyLedger(world.url, world.tokens.auditor, world.clients[0]);
  assert.deepEqual([report.failures, report.verified], [[], true]);
});
