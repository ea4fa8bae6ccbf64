// Scheduled runs: one run of each occurrence, whichever process makes it and wherever one is killed; with
// the rights that the person has at that moment.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunningServer } from '../../src/server/main.ts';
import { ask, must } from '../support/api.ts';
import { type Clock, DAY, HOUR, movableClock } from '../support/clock.ts';
import { type Observer, openObserver } from '../support/observe.ts';
import { forgetRefusals } from '../support/scene.ts';
import { startSchedulerProcess } from '../support/scheduler-process.ts';
import { openWorld, type Persona, startTestServer, type World } from '../support/world.ts';

let clock: Clock;
let world: World;
let observer: Observer;
let other: RunningServer;
let params: { c: string };
before(async () => {
  // 3 June 2024, 9:00 in London.
  clock = movableClock(Date.UTC(2024, 5, 3, 8));
  world = await openWorld({ now: clock.now });
  observer = await openObserver(world);
  other = await startTestServer(world.database, world.directory, clock.now);
  params = { c: world.clients[0] };
});
after(async () => {
  await other.close();
  await observer.close();
  await world.close();
});

const schedule = (persona: Persona, body: object = {}) =>
  must(world.url, world.tokens[persona], 'schedules.create', {
    params: { ...params, id: 'headcount' },
    body: { cadence: 'daily', at: '06:00', timeZone: 'Europe/London', ...body },
  });
const end = (persona: Persona, id: string) =>
  must(world.url, world.tokens[persona], 'schedules.delete', {
    params: { ...params, schedule: id },
  });
const shown = async (id: string) => {
  const { items } = await must(world.url, world.tokens.hr, 'schedules.list', { params });
  return items.find((item: { id: string }) => item.id === id);
};
const runsOf = async (id: string): Promise<{ id: string; at: string; suppressed: boolean }[]> => {
  const query = { limit: '200' };
  const { items } = await must(world.url, world.tokens.hr, 'runs.list', { params, query });
  return items.filter((item: { schedule: string | null }) => item.schedule === id);
};
/** Both processes look at once, several times; gives the entries that came of it. */
async function look() {
  const { appended } = await observer.observe(async () => {
    const { scheduler } = world.server;
    await Promise.all([scheduler.look(), other.scheduler.look(), scheduler.look()]);
  });
  return appended.map(({ entry }) => entry).filter(({ via }) => via?.startsWith('job_'));
}

test('each occurrence runs once, in the name of whoever scheduled it, as a kept run', async () => {
  const { id, next, state } = await schedule('hr', { name: 'Every morning' });
  assert.deepEqual([next, state], ['2024-06-04T05:00:00.000Z', 'active']);
  clock.pass(20 * HOUR);
  assert.deepEqual(await look(), []);
  for (let day = 1; day <= 3; day++) {
    clock.pass(DAY);
    const entries = await look();
    assert.equal(entries.length, 1);
    const [entry] = entries;
    assert.deepEqual(
      [entry!.actor, entry!.role, entry!.op, entry!.outcome, entry!.purpose],
      [world.users.hr, 'hr', 'reports.run', 'allowed', 'reporting'],
    );
    assert.equal(entry!.via, `job_${id.slice(4)}`);
    assert.deepEqual(entry!.context.authentication, 'job');
    assert.equal((await runsOf(id)).length, day);
    assert.deepEqual(await look(), []);
  }
  const [latest] = await runsOf(id);
  assert.equal((await shown(id)).lastRun, latest!.id);
  const read = { params: { ...params, run: latest!.id } };
  const { rows, name } = await must(world.url, world.tokens.hr, 'runs.read', read);
  assert.deepEqual([rows, name], [[['OPS', 4]], 'Every morning']);
  await end('hr', id);
});

test('what was missed while nothing ran is run once, late', async () => {
  const { id } = await schedule('hr');
  clock.pass(10 * DAY);
  assert.equal((await look()).length, 1);
  assert.equal((await runsOf(id)).length, 1);
  const { next } = await shown(id);
  assert.ok(Date.parse(next) > clock.now() && Date.parse(next) <= clock.now() + DAY);
  await end('hr', id);
});

test('figures are suppressed as that person would get them, and nothing is due after the end', async () => {
  const until = new Date(clock.now() + 2 * DAY).toISOString();
  const { id } = await schedule('executive', { until });
  for (let day = 0; day < 4; day++) {
    clock.pass(DAY);
    await look();
  }
  const runs = await runsOf(id);
  assert.equal(runs.length, 2);
  assert.ok(runs.every(({ suppressed }) => suppressed));
  assert.deepEqual([(await shown(id)).state, (await shown(id)).next], ['ended', null]);
  await end('executive', id);
});

test('whoever has lost the right does not get the run: the schedule pauses itself and says why', async () => {
  const { url, tokens, facts } = world;
  const { id } = await schedule('servicing');
  clock.pass(DAY);
  assert.equal((await look()).length, 1);
  await must(url, tokens.hr, 'assignments.end', { params: { ...params, id: facts.assignment } });
  clock.pass(DAY);
  const [entry] = await look();
  assert.deepEqual([entry!.outcome, entry!.reasons], ['refused', ['no-assignment']]);
  assert.equal(entry!.actor, world.users.servicing);
  const { state, reasons, next } = await shown(id);
  assert.deepEqual([state, reasons, next], ['paused', ['no-assignment'], null]);
  clock.pass(DAY);
  assert.deepEqual(await look(), []);
  assert.equal((await runsOf(id)).length, 1);
  await end('hr', id);
});

test('of an occurrence that is being run while its process is killed, one run comes in the end', async () => {
  const { id } = await schedule('hr');
  for (const [round, ms] of [0, 120].entries()) {
    clock.pass(DAY);
    const process = await startSchedulerProcess(world.database, world.directory, clock.now());
    process.look();
    await pause(ms);
    await process.kill();
    await look();
    assert.equal((await runsOf(id)).length, round + 1, `killed after ${ms} ms`);
  }
  await end('hr', id);
});

test('a schedule that could never be kept is refused, and another one’s is not there', async () => {
  const refused = async (body: object) => {
    forgetRefusals(clock);
    const asked = {
      params: { ...params, id: 'headcount' },
      body: { cadence: 'daily', at: '06:00', timeZone: 'UTC', ...body },
    };
    return (await ask(world.url, world.tokens.hr, 'schedules.create', asked)).status;
  };
  assert.equal(await refused({ timeZone: 'Mars/Olympus' }), 400);
  assert.equal(await refused({ timeZone: '+02:00' }), 400);
  assert.equal(await refused({ at: '24:00' }), 400);
  assert.equal(await refused({ cadence: 'weekly', on: 8 }), 400);
  assert.equal(await refused({ on: 1 }), 400);
  assert.equal(await refused({ until: new Date(clock.now()).toISOString() }), 400);
  assert.equal(await refused({ parameters: { department: 'A' } }), 400);
  const { id } = await schedule('hr');
  forgetRefusals(clock);
  const asked = { params: { ...params, schedule: id } };
  assert.equal(
    (await ask(world.url, world.tokens.executive, 'schedules.delete', asked)).status,
    404,
  );
  await end('hr', id);
});
