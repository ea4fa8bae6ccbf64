// What is due: counts per element by its cadence for whoever may use the record types, and the day by
// which each element of a person is to be collected again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask, must } from '../support/api.ts';
import { DAY, iso } from '../support/clock.ts';
import { forgetRefusals, openStage, type Stage } from '../support/scene.ts';

let stage: Stage;
before(async () => {
  stage = await openStage();
});
after(() => stage.close());

interface Item {
  element: string;
  current: number;
  dueSoon: number;
  overdue: number;
  never: number | null;
}

async function due(persona: 'hr' | 'servicing', at?: number) {
  const { world, clock } = stage;
  forgetRefusals(clock);
  const params = { c: world.clients[0] };
  const query = at === undefined ? {} : { at: iso(at) };
  const answer = await must(world.url, world.tokens[persona], 'procedures.due', { params, query });
  const items = new Map<string, Item>(answer.items.map((item: Item) => [item.element, item]));
  const of = (id: string) => {
    const { current, dueSoon, overdue, never } = items.get(id)!;
    return [current, dueSoon, overdue, never];
  };
  return { people: answer.people as number, of, ids: [...items.keys()] };
}

test('an element goes from current over due to overdue by the cadence of its procedure', async () => {
  const { world, clock } = stage;
  const params = { c: world.clients[0], sub: world.people[0]!.id, type: 'emergencyContact' };
  const body = { values: { name: 'Jo Invented', phone: '+14155550100' } };
  await must(world.url, world.tokens.hr, 'records.create', { params, body });
  const now = clock.now();
  const days = (count: number) => due('hr', now + count * DAY);
  assert.deepEqual((await days(0)).of('emergencyContact.name').slice(0, 3), [1, 0, 0]);
  assert.deepEqual((await days(340)).of('emergencyContact.name').slice(0, 3), [0, 1, 0]);
  assert.deepEqual((await days(366)).of('emergencyContact.name').slice(0, 3), [0, 0, 1]);
  const today = await days(0);
  assert.equal(today.people, 5);
  assert.deepEqual(today.of('person.lastName'), [5, 0, 0, 0]);
  assert.deepEqual(today.of('demographic.sex').slice(0, 3), [4, 0, 0]);
  assert.deepEqual((await days(4000)).of('person.lastName'), [5, 0, 0, 0]);
});

test('the person file says by when each element is to be collected again', async () => {
  const { world, clock } = stage;
  const params = { c: world.clients[0], sub: world.people[0]!.id };
  const file = await must(world.url, world.tokens.hr, 'people.read', { params });
  const of = (type: string, id: string) =>
    file.types
      .find((each: { id: string }) => each.id === type)
      .records[0].elements.find((each: { id: string }) => each.id === id).collectAgainBy;
  const inAYear = iso(clock.now() + 365 * DAY).slice(0, 10);
  assert.equal(of('emergencyContact', 'name'), inAYear);
  assert.equal(of('person', 'lastName'), null);
});

test('required elements that nobody gave are counted as missing', async () => {
  const { world } = stage;
  const counted = (await due('hr')).of('job.title');
  const params = { c: world.clients[0] };
  const records = [
    { type: 'employment', values: { staffNumber: 'M-1', hireDate: '2024-01-01' } },
    { type: 'contact', values: { workEmail: 'm1@example.test' } },
  ];
  await must(world.url, world.tokens.hr, 'people.add', { params, body: { records } });
  const after = await due('hr');
  assert.equal(after.people, 6);
  assert.deepEqual(after.of('person.lastName'), [5, 0, 0, 1]);
  assert.deepEqual(after.of('job.title').slice(0, 3), counted.slice(0, 3));
});

test('the team counts only the record types that it is instructed to use; nobody else counts', async () => {
  const { world, clock } = stage;
  const all = (await due('hr')).ids;
  const instructed = (await due('servicing')).ids;
  assert.ok(all.some((id) => id.startsWith('injury.')));
  assert.ok(!instructed.some((id) => /^(injury|discipline|bank|accommodation)\./.test(id)));
  assert.ok(instructed.includes('pay.base'));
  for (const persona of ['executive', 'manager', 'staff', 'auditor', 'outsider'] as const) {
    forgetRefusals(clock);
    const params = { c: world.clients[0] };
    const answer = await ask(world.url, world.tokens[persona], 'procedures.due', { params });
    assert.ok([403, 404].includes(answer.status), persona);
  }
});

test('the entry names everybody whose records were counted', async () => {
  const { observer } = stage;
  const { appended } = await observer.observe(() => due('hr'));
  const [{ entry }] = appended as [(typeof appended)[0]];
  assert.equal((entry.subjects as readonly string[]).length, 6);
  assert.ok(entry.types.includes('demographic') && entry.types.includes('pay'));
});
