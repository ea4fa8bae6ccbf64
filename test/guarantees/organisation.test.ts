// The tree of reporting lines: whole for HR, the own line for a manager, oneself for an employee;
// what has no place in it is listed with the reason; a list can be of one person's line.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { ask, must } from '../support/api.ts';
import { type Clock, movableClock } from '../support/clock.ts';
import { type Observer, ofCalls, openObserver } from '../support/observe.ts';
import { forgetRefusals } from '../support/scene.ts';
import { openWorld, type Persona, type World } from '../support/world.ts';

interface Node {
  readonly id: string;
  readonly staffNumber: string;
  readonly name: string;
  readonly title: string;
  readonly department: string;
  readonly manager: string | null;
  readonly level: number;
  readonly direct: number;
  readonly total: number;
  readonly reason: string | null;
}

let clock: Clock;
let world: World;
let observer: Observer;
let params: { c: string };
before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now });
  observer = await openObserver(world);
  params = { c: world.clients[0] };
  await addPerson('L-1', 'Own', { manager: 'L-1' });
  await addPerson('L-2', 'Lost', { manager: 'nobody' });
  await addPerson('L-3', 'Round', { manager: 'L-4' });
  await addPerson('L-4', 'Trip', { manager: 'L-3' });
  await addPerson('L-5', 'Gone', {}, '2024-01-31');
  await addPerson('L-6', 'Orphan', { manager: 'L-5' });
  await addPerson('L-7', 'Below', { manager: 'L-6' });
});
beforeEach(() => forgetRefusals(clock));
after(async () => {
  await observer.close();
  await world.close();
});

async function addPerson(staffNumber: string, last: string, job: object, left?: string) {
  const employment = {
    staffNumber,
    hireDate: '2020-01-01',
    ...(left && { terminationDate: left }),
  };
  const records = [
    { type: 'person', values: { firstName: 'A', lastName: last } },
    { type: 'employment', values: employment },
    { type: 'job', values: { title: 'Clerk', ...job }, from: '2020-01-01' },
  ];
  await must(world.url, world.tokens.hr, 'people.add', { params, body: { records } });
}

const tree = (persona: Persona, query: Record<string, string> = {}) =>
  ask(world.url, world.tokens[persona], 'organisation.read', { params, query });
const shapeOf = (nodes: readonly Node[]) =>
  nodes.map(({ staffNumber, level, direct, total }) => [staffNumber, level, direct, total]);
const list = (persona: Persona, query: Record<string, string>) =>
  ask(world.url, world.tokens[persona], 'people.list', { params, query });
const numbersOf = (json: { items: { staffNumber: string }[] }) =>
  json.items.map(({ staffNumber }) => staffNumber).sort();

test('HR walks the tree from the top, from one person, and up again', async () => {
  const top = (await tree('hr')).json;
  assert.deepEqual(shapeOf(top.nodes), [
    ['E-103', 0, 0, 0],
    ['E-100', 0, 1, 2],
    ['E-101', 1, 1, 1],
  ]);
  const below = (await tree('hr', { root: world.people[1]!.id, depth: '5' })).json;
  assert.deepEqual(shapeOf(below.path), [['E-100', 0, 1, 2]]);
  assert.deepEqual(shapeOf(below.nodes), [
    ['E-101', 0, 1, 1],
    ['E-102', 1, 0, 0],
  ]);
  const { level: _, ...shown } = below.nodes[1] as Node;
  assert.deepEqual(shown, {
    id: world.people[2]!.id,
    staffNumber: 'E-102',
    name: 'Tamsin Ostrowhite',
    title: 'Clerk',
    department: 'OPS',
    manager: world.people[1]!.id,
    direct: 0,
    total: 0,
    reason: null,
  });
});

test('whoever has no place is counted and listed with the reason, and the own people with them', async () => {
  const reasons = {
    'own-manager': 1,
    'manager-unknown': 1,
    'manager-left': 1,
    circle: 2,
  };
  const { json } = await tree('hr', { unplaced: 'true' });
  assert.deepEqual([json.unplaced, json.total], [reasons, 5]);
  assert.deepEqual(
    json.nodes.map((node: Node) => [node.staffNumber, node.reason, node.total]),
    [
      ['L-2', 'manager-unknown', 0],
      ['L-6', 'manager-left', 1],
      ['L-1', 'own-manager', 0],
      ['L-3', 'circle', 0],
      ['L-4', 'circle', 0],
    ],
  );
  const orphan = json.nodes[1].id;
  const below = (await tree('hr', { root: orphan })).json;
  assert.deepEqual(shapeOf(below.nodes), [
    ['L-6', 0, 1, 1],
    ['L-7', 1, 0, 0],
  ]);
});

test('the tree is that of the day asked for', async () => {
  const at = { at: '2023-12-31', unplaced: 'true' };
  assert.equal((await tree('hr', at)).json.unplaced['manager-left'], undefined);
  assert.deepEqual((await tree('hr', { at: '2019-03-31' })).json.nodes, []);
});

test('a manager sees the own line only, and an employee only oneself', async () => {
  const own = (await tree('manager', { depth: '9' })).json;
  assert.deepEqual(shapeOf(own.nodes), [
    ['E-101', 0, 1, 1],
    ['E-102', 1, 0, 0],
  ]);
  assert.equal(own.nodes[0].manager, null);
  assert.deepEqual([own.path, own.unplaced], [[], {}]);
  const oneself = (await tree('staff', { depth: '9' })).json;
  assert.deepEqual(shapeOf(oneself.nodes), [['E-101', 0, 0, 0]]);
  assert.deepEqual([oneself.path, oneself.nodes[0].manager], [[], null]);
  const unknown = (await tree('hr', { root: `sub_01900000-0000-7000-8000-00000000ffff` })).text;
  for (const [persona, root] of [
    ['manager', world.people[3]!.id],
    ['manager', world.people[0]!.id],
    ['staff', world.people[2]!.id],
    ['hr', world.otherPerson.id],
  ] as const) {
    const answer = await tree(persona, { root });
    assert.deepEqual([answer.status, answer.text], [404, unknown], `${persona} ${root}`);
  }
});

test('pages cover the tree once, and each entry names exactly those shown', async () => {
  const seen: string[] = [];
  let cursor: string | null = null;
  do {
    const query: Record<string, string> = { limit: '2', depth: '9', ...(cursor && { cursor }) };
    const { answer, appended } = await observer.observe(() => tree('hr', query));
    const ids = answer.json.nodes.map(({ id }: Node) => id);
    const [{ entry }] = ofCalls(appended) as [(typeof appended)[0]];
    assert.deepEqual(
      [entry.subjects, entry.types],
      [[...ids].sort(), ['employment', 'job', 'person']],
    );
    seen.push(...answer.json.nodes.map(({ staffNumber }: Node) => staffNumber));
    cursor = answer.json.next;
  } while (cursor !== null);
  assert.deepEqual(seen, ['E-103', 'E-100', 'E-101', 'E-102']);
});

test('a list can be of one person’s line, as many levels down as asked', async () => {
  const reportsOf = world.people[0]!.id;
  assert.deepEqual(numbersOf((await list('hr', { reportsOf })).json), ['E-101', 'E-102']);
  assert.deepEqual(numbersOf((await list('hr', { reportsOf, depth: '1' })).json), ['E-101']);
  assert.deepEqual(numbersOf((await list('hr', { reportsOf, q: 'Tamsin' })).json), ['E-102']);
  assert.deepEqual(numbersOf((await list('manager', { reportsOf })).json), ['E-101', 'E-102']);
  const one = world.people[1]!.id;
  assert.deepEqual(numbersOf((await list('manager', { reportsOf: one })).json), ['E-102']);
  assert.deepEqual((await list('staff', { reportsOf: one })).json.total, 0);
  const body = { reportsOf, depth: 1 };
  const searched = await must(world.url, world.tokens.hr, 'people.search', { params, body });
  assert.deepEqual(numbersOf(searched), ['E-101']);
  assert.equal((await list('hr', { depth: '2' })).status, 400);
});

test('the line of somebody who is not the caller’s to see is like that of nobody', async () => {
  const unknown = await list('hr', { reportsOf: `sub_01900000-0000-7000-8000-00000000ffff` });
  assert.equal(unknown.status, 404);
  for (const [persona, reportsOf] of [
    ['hr', world.otherPerson.id],
    ['manager', world.people[3]!.id],
    ['staff', world.people[0]!.id],
  ] as const) {
    assert.equal((await list(persona, { reportsOf })).text, unknown.text);
  }
});
