// Who saw it: somebody of the provider opens a file; the client's HR sees it as it happens, finds it in the
// list and takes it away as CSV, and the person whom it was about sees it, without seeing anybody else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask, must } from '../support/api.ts';
import { type EventStream, openEventStream } from '../support/event-stream.ts';
import { verifyLedger } from '../support/evidence.ts';
import { openOffice } from '../support/premises.ts';
import { openWorld, type World } from '../support/world.ts';

const PERSON = 1;
let world: World;
let c: string;
let sub: string;
let office: string;
let live: EventStream;
before(async () => {
  world = await openWorld();
  [c] = world.clients;
  sub = world.people[PERSON]!.id;
  office = await openOffice(world.url, world.tokens.administrator);
  live = await openEventStream(world.url, `/api/v1/clients/${c}/activity/stream`, world.tokens.hr, {
    query: `subject=${sub}`,
  });
});
after(async () => {
  live.close();
  await world.close();
});

let entry: number;

test('HR hears of it when it happens', async () => {
  assert.equal((await live.next())!.event, 'open');
  await must(world.url, world.tokens.servicing, 'people.read', {
    params: { c, sub },
    query: { types: 'person,contact' },
  });
  const { id, data } = (await live.next())!;
  assert.deepEqual(
    [data.did, data.who.name, data.who.role, data.purpose, data.types, data.subject],
    ['opened', 'servicing', 'servicing', 'hr-administration', ['contact', 'person'], sub],
  );
  assert.equal(data.instruction, world.facts.instruction);
  assert.deepEqual(data.place, { kind: 'office', id: office });
  entry = id!;
});

test('the person sees it: when, what for, under what, from where, and not which user', async () => {
  const { items } = await must(world.url, world.tokens.staff, 'activity.mine', {
    params: { c, sub },
    query: { limit: '2' },
  });
  const seen = items.find((item: { entry: number }) => item.entry === entry);
  assert.deepEqual(
    [seen.did, seen.purpose, seen.instruction, seen.types, seen.place.kind, seen.outcome],
    [
      ...['opened', 'hr-administration', world.facts.instruction, ['contact', 'person']],
      ...['office', 'allowed'],
    ],
  );
  assert.deepEqual(seen.who, {
    ...{ isSelf: false, id: null, name: null },
    ...{ side: 'provider', role: 'servicing' },
  });
  // That the person looked is seen by HR, like everything else.
  const { data } = (await live.next())!;
  assert.deepEqual([data.op, data.did, data.who.role], ['activity.mine', 'traced', 'staff']);
});

test('HR takes it away as CSV, filtered by the person and the user', async () => {
  const csv = await ask(world.url, world.tokens.hr, 'activity.list', {
    params: { c },
    query: { subject: sub, user: world.users.servicing },
    headers: { accept: 'text/csv' },
  });
  const [header, ...lines] = csv.text.trimEnd().split('\r\n');
  const columns = header!.split(',');
  const row = lines.map((line) => line.split(',')).find(([index]) => index === String(entry))!;
  const cell = (name: string) => row[columns.indexOf(name)];
  assert.deepEqual(['user', 'name', 'operation', 'purpose', 'record types', 'person'].map(cell), [
    world.users.servicing,
    'servicing',
    'people.read',
    'hr-administration',
    'contact person',
    sub,
  ]);
});

test('and an outsider finds the same entry in the evidence, covered', async () => {
  const report = await verifyLedger(world.url, world.tokens.auditor, c);
  assert.deepEqual([report.failures, report.verified], [[], true]);
});
