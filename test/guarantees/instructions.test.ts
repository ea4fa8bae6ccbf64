// Instructions: drafted, given, amended, withdrawn, held to infringe the law; and a refusal for lack of one
// says what to ask the client for.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Asked, ask, must } from '../support/api.ts';
import { type Clock, DAY, iso, movableClock, SECOND } from '../support/clock.ts';
import { verifyLedger } from '../support/evidence.ts';
import { type Observer, openObserver } from '../support/observe.ts';
import { instruction } from '../support/request-bodies.ts';
import { openWorld, type World } from '../support/world.ts';

let clock: Clock;
let world: World;
let observer: Observer;
let url: string;
let params: { c: string };
before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now, purposes: ['hr-administration'] });
  observer = await openObserver(world);
  url = world.url;
  params = { c: world.clients[0] };
});
after(async () => {
  await observer.close();
  await world.close();
});

const give = (body: object) =>
  must(url, world.tokens.executive, 'instructions.give', { params, body });

async function reading(purpose: string) {
  clock.pass(10 * SECOND);
  const headers = { 'WorkSmartly-Purpose': purpose };
  const asked: Asked = { params: { ...params, sub: world.people[3]!.id }, headers };
  const query = { types: 'person' };
  const { status, json } = await ask(url, world.tokens.servicing, 'people.read', {
    ...asked,
    query,
  });
  return { status, reasons: json.reasons ?? [], detail: json.detail as string };
}

/** Refused with the status and reason, and nothing is recorded but the refusal. */
async function assertRefused(status: number, reason: string, body: object): Promise<string> {
  clock.pass(10 * SECOND);
  const { answer, appended } = await observer.observe(() =>
    ask(url, world.tokens.executive, 'instructions.give', { params, body }),
  );
  assert.deepEqual([answer.status, answer.json.reasons], [status, [reason]], answer.text);
  assert.deepEqual(
    appended.map(({ entry }) => entry.fact),
    [null],
  );
  return answer.text;
}

test('a refusal for lack of an instruction carries the wording to ask for', async () => {
  const { status, reasons, detail } = await reading('study');
  assert.deepEqual([status, reasons], [403, ['purpose-not-instructed']]);
  assert.match(detail, /“The provider processes the record types person for the purpose study\.”/);
});

test('the provider drafts, the client gives, amends and withdraws', async () => {
  const { tokens } = world;
  const body = instruction(['study']);
  for (const by of [tokens.servicing, tokens.administrator]) {
    const { id } = await must(url, by, 'instructions.draft', { params, body });
    assert.equal((await reading('study')).status, 403, 'a draft is nothing yet');
    const approval = { params: { ...params, kind: 'instructions', id } };
    await must(url, tokens.executive, 'proposals.approve', approval);
    assert.equal((await reading('study')).status, 200);
    await must(url, tokens.executive, 'instructions.end', { params: { ...params, id } });
    assert.deepEqual((await reading('study')).reasons, ['purpose-not-instructed']);
  }
  const first = await give({ ...body, transfers: ['KE', 'BE'], recipients: ['KE:partner'] });
  const { answer: second, appended } = await observer.observe(() =>
    give({ ...instruction(['study'], ['person', 'job']), amends: first.id }),
  );
  assert.deepEqual(
    appended.map(({ entry }) => entry.fact?.type),
    ['instruction.given', 'instruction.ended'],
  );
  const { instructions } = await must(url, tokens.executive, 'authority.read', { params });
  const ids = instructions.map(({ id }: { id: string }) => id);
  assert.ok(ids.includes(second.id) && !ids.includes(first.id));
  assert.equal((await reading('study')).status, 200);
  await must(url, tokens.executive, 'instructions.end', { params: { ...params, id: second.id } });
});

test('overlapping, reversed or past periods, unknown purposes, types and countries change nothing', async () => {
  const now = clock.now();
  const { id } = await give({ ...instruction(['support']), until: iso(now + 10 * DAY) });
  const period = (from: number, until: number | null) => ({
    ...{ from: iso(now + from * DAY), until: until === null ? null : iso(now + until * DAY) },
  });
  const of = (more: object) => ({
    ...instruction(['support', 'study'], ['job', 'person']),
    ...more,
  });
  const told = await assertRefused(409, 'instruction-overlaps', of({}));
  assert.match(told, new RegExp(`For support and person there is an instruction already, ${id}`));
  await assertRefused(409, 'instruction-overlaps', of(period(9, null)));
  await assertRefused(400, 'bad-input', of(period(20, 15)));
  await assertRefused(400, 'bad-input', of(period(15, 15)));
  await assertRefused(400, 'bad-input', of(period(-20, -10)));
  await assertRefused(400, 'bad-input', of({ purposes: ['curiosity'] }));
  await assertRefused(400, 'bad-input', of({ types: ['shoes'] }));
  await assertRefused(400, 'bad-input', of({ transfers: ['XX'] }));
  await assertRefused(400, 'bad-input', of({ ...period(1, 5), amends: id }));
  const unknown = '00000000-0000-7000-8000-000000000000';
  await assertRefused(404, 'not-found', of({ amends: `ins_${unknown}` }));
  // Right behind the end of the other, or for another type at the same time, it is given.
  await give(of(period(10, 20)));
  await give({ ...instruction(['support'], ['job']), until: iso(now + 10 * DAY) });
});

test('an instruction that infringes the law is suspended, the client told, until it is cleared', async () => {
  const { tokens } = world;
  const { id } = await give(instruction(['statutory-report']));
  const of = { params: { ...params, id } };
  assert.equal((await reading('statutory-report')).status, 200);
  const reason = 'Nobody asked these people before their files were opened for this.';
  const flagged = await must(url, tokens.servicing, 'instructions.flag', {
    ...of,
    body: { reason },
  });
  const refused = await reading('statutory-report');
  assert.deepEqual([refused.status, refused.reasons], [403, ['instruction-suspended']]);
  const told = await must(url, tokens.executive, 'authority.read', { params });
  assert.deepEqual(
    told.flagged.map((each: { instruction: string; reason: string }) => [
      each.instruction,
      each.reason,
    ]),
    [[id, reason]],
  );
  const state = (await world.server.house.ledgers.find(params.c.slice(4)))!;
  const { fact } = state.authority.alerts.get(flagged.alert)!;
  assert.deepEqual([fact.rule, fact.severity], ['instruction-flagged', 'high']);
  assert.ok(fact.about!.includes(id));
  // The client cannot lift what it was told, but by amending; nor whoever flagged it alone.
  for (const token of [tokens.executive, tokens.servicing]) {
    clock.pass(10 * SECOND);
    assert.equal((await ask(url, token, 'instructions.clear', of)).status, 403);
  }
  await must(url, tokens.security, 'instructions.clear', of);
  assert.equal((await reading('statutory-report')).status, 200);
  await must(url, tokens.administrator, 'instructions.flag', { ...of, body: { reason } });
  await give({ ...instruction(['statutory-report']), amends: id });
  assert.equal((await reading('statutory-report')).status, 200, 'another one takes its place');
});

test('an outsider who verifies the ledger finds every access covered', async () => {
  await verifyLedger(url, world.tokens.hr, params.c);
});
