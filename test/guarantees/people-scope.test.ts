// Who sees whom, and what of them: the list never shows, finds, sorts by or counts special data; a
// manager sees business and personal data of the own reports; an employee sees the own file.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { ask, must } from '../support/api.ts';
import { type Clock, movableClock } from '../support/clock.ts';
import { type Observer, ofCalls, openObserver } from '../support/observe.ts';
import { forgetRefusals } from '../support/scene.ts';
import { openWorld, type Persona, type World } from '../support/world.ts';

let clock: Clock;
let world: World;
let observer: Observer;
let catalogue: Catalogue;
let params: { c: string };
before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now });
  observer = await openObserver(world);
  params = { c: world.clients[0] };
  ({ catalogue } = await must(world.url, world.tokens.hr, 'catalogue.read', { params }));
  await record(3, 'identity', { ssn: '078-05-1120' });
  await record(3, 'bank', { bankName: 'Invented Savings', accountHolder: 'Quibbleton' });
  await record(3, 'discipline', { kind: 'written-warning', openedOn: '2023-02-01' });
});
beforeEach(() => forgetRefusals(clock));
after(async () => {
  await observer.close();
  await world.close();
});

async function record(person: number, type: string, values: object): Promise<void> {
  const sub = world.people[person]!.id;
  const asked = { params: { ...params, sub, type }, body: { values } };
  await must(world.url, world.tokens.hr, 'records.create', asked);
}

const list = (persona: Persona, query: Record<string, string> = {}) =>
  ask(world.url, world.tokens[persona], 'people.list', { params, query });
const idsOf = (json: { items: { id: string }[] }) => json.items.map(({ id }) => id).sort();
const people = (...indices: number[]) => indices.map((i) => world.people[i]!.id).sort();

/** Ids of the elements that are as sensitive as this. */
function elementsOf(...sensitivities: string[]): string[] {
  return catalogue.types.flatMap((type) =>
    type.elements
      .filter(({ sensitivity }) => sensitivities.includes(sensitivity))
      .map(({ id }) => `${type.id}.${id}`),
  );
}

test('special data is neither shown, filtered, sorted nor searched in a list, by anybody', async () => {
  const special = elementsOf('R4');
  assert.ok(special.length > 50);
  for (const persona of ['hr', 'servicing', 'manager', 'staff'] as const) {
    const { json, text } = await list(persona);
    assert.equal(json.total, json.items.length);
    for (const id of special) assert.ok(!text.includes(`"${id}"`), `${persona}: ${id}`);
    for (const sought of ['078-05-1120', '078051120', 'Quibbleton', 'Savings', 'female', 'asian']) {
      assert.equal((await list(persona, { q: sought })).json.total, 0, `${persona}: ${sought}`);
    }
  }
  for (const id of special) {
    forgetRefusals(clock);
    for (const query of [{ [id]: 'x' }, { sort: id }, { sort: `-${id}` }] as Record<
      string,
      string
    >[]) {
      assert.equal((await list('hr', query)).status, 400, JSON.stringify(query));
    }
  }
});

test('a manager lists the own reports, direct and indirect, and nobody else', async () => {
  assert.deepEqual(idsOf((await list('manager')).json), people(1, 2));
  assert.equal((await list('manager', { q: 'Juniper' })).json.total, 0);
  assert.equal((await list('manager', { 'employment.staffNumber': 'E-103' })).json.total, 0);
  const { json } = await ask(world.url, world.tokens.manager, 'people.search', {
    params,
    body: { q: 'Orrin' },
  });
  assert.deepEqual(idsOf(json), people(1));
});

test('a manager sees business and personal data only, in the file and in the list', async () => {
  const allowed = new Set(elementsOf('R1', 'R2'));
  for (const sub of people(1, 2)) {
    const query = { history: 'true' };
    const asked = { params: { ...params, sub }, query };
    const file = await must(world.url, world.tokens.manager, 'people.read', asked);
    assert.ok(file.types.length > 0);
    for (const type of file.types) {
      for (const { id } of type.records.flatMap((held: { elements: object[] }) => held.elements)) {
        assert.ok(allowed.has(`${type.id}.${id}`), `${type.id}.${id}`);
      }
    }
    assert.ok(!JSON.stringify(file).includes('61250.50'));
  }
  for (const id of elementsOf('R3')) {
    forgetRefusals(clock);
    assert.equal((await list('manager', { [id]: 'x' })).status, 400, id);
    assert.equal((await list('manager', { sort: id })).status, 400, id);
  }
});

test('a manager does not read the own file, other people’s or a report’s who has moved on', async () => {
  const read = (i: number) =>
    ask(world.url, world.tokens.manager, 'people.read', {
      params: { ...params, sub: world.people[i]!.id },
    });
  assert.deepEqual([(await read(0)).status, (await read(3)).status], [404, 404]);
  assert.equal((await read(1)).status, 200);
  const asked = {
    params: {
      ...params,
      sub: world.people[1]!.id,
      type: 'job',
      rec: world.people[1]!.records.job!,
    },
    body: { values: { manager: 'E-103' } },
  };
  await must(world.url, world.tokens.hr, 'records.correct', asked);
  assert.deepEqual([(await read(1)).status, (await read(2)).status], [404, 404]);
  assert.deepEqual(idsOf((await list('manager')).json), []);
  await must(world.url, world.tokens.hr, 'records.correct', {
    ...asked,
    body: { values: { manager: 'E-100' } },
  });
  assert.equal((await read(2)).status, 200);
});

test('an employee finds and reads the own file, all of it, and no other', async () => {
  assert.deepEqual(idsOf((await list('staff')).json), people(1));
  assert.equal((await list('staff', { q: 'Tamsin' })).json.total, 0);
  const read = (i: number) =>
    ask(world.url, world.tokens.staff, 'people.read', {
      params: { ...params, sub: world.people[i]!.id },
    });
  const own = await read(1);
  const types = own.json.types.map(({ id }: { id: string }) => id).sort();
  assert.deepEqual(types, ['contact', 'demographic', 'employment', 'job', 'pay', 'person']);
  for (const i of [0, 2, 3]) assert.equal((await read(i)).status, 404);
});

test('provider staff see the instructed record types only, however they ask', async () => {
  const asked = { params: { ...params, sub: world.people[3]!.id } };
  const typesFor = async (persona: Persona) =>
    (await must(world.url, world.tokens[persona], 'people.read', asked)).types.map(
      ({ id }: { id: string }) => id,
    );
  const all = await typesFor('hr');
  assert.ok(all.includes('bank') && all.includes('discipline') && all.includes('identity'));
  const instructed = all.filter((type: string) => type !== 'bank' && type !== 'discipline');
  assert.deepEqual(await typesFor('servicing'), instructed);
  for (const types of ['bank', 'person,discipline']) {
    const { status, json } = await ask(world.url, world.tokens.servicing, 'people.read', {
      ...asked,
      query: { types },
    });
    assert.deepEqual([status, json.reasons], [403, ['type-not-instructed']]);
  }
});

test('substrings are found in any letter case and without accents; filters and sort combine', async () => {
  await record(3, 'training', { course: 'Forklift' });
  const found = async (query: Record<string, string>) => idsOf((await list('hr', query)).json);
  assert.deepEqual(await found({ q: 'BRACK' }), people(1));
  assert.deepEqual(await found({ q: 'ndege' }), people(3));
  assert.deepEqual(await found({ q: 'quill mavis' }), people(0));
  assert.deepEqual(await found({ q: 'e-10' }), people(0, 1, 2, 3));
  assert.deepEqual(await found({ q: 'nobody at all' }), []);
  assert.deepEqual(await found({ 'job.title': 'Clerk' }), people(1, 2));
  assert.deepEqual(await found({ 'job.title': 'Clerk', q: 'Orrin' }), people(1));
  const sorted = async (sort: string) =>
    (await list('hr', { sort })).json.items.map(
      (item: { staffNumber: string }) => item.staffNumber,
    );
  assert.deepEqual(await sorted('person.firstName'), ['E-103', 'E-100', 'E-101', 'E-102']);
  assert.deepEqual(await sorted('-person.firstName'), ['E-102', 'E-101', 'E-100', 'E-103']);
});

test('pages cover everybody exactly once, and each entry names exactly the people shown', async () => {
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query: Record<string, string> = { limit: '3', ...(cursor && { cursor }) };
    const { answer, appended } = await observer.observe(() => list('hr', query));
    const ids = idsOf(answer.json);
    const { entry } = ofCalls(appended)[0]!;
    assert.deepEqual(entry.subjects, ids);
    assert.ok(entry.types.includes('person') && !entry.types.includes('demographic'));
    assert.equal(answer.json.total, 4);
    seen.push(...ids);
    cursor = answer.json.next;
  } while (cursor !== null);
  assert.deepEqual(seen.sort(), people(0, 1, 2, 3));
});
