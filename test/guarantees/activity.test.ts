// Who saw it: the client sees everything that was done with its data, a person sees who opened the own
// file, and neither sees more of anybody else.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { OperationId } from '../../src/contract/operations.ts';
import { type Asked, ask, must } from '../support/api.ts';
import { HOUR, iso, SECOND } from '../support/clock.ts';
import { ofCalls } from '../support/observe.ts';
import { mappingOf, staffFile, upload } from '../support/request-bodies.ts';
import { forgetRefusals, importEnd, openStage, type Stage } from '../support/scene.ts';
import { openIntruder } from '../support/tampering.ts';
import type { Persona } from '../support/world.ts';

let stage: Stage;
let c: string;
before(async () => {
  stage = await openStage();
  c = stage.world.clients[0];
});
after(() => stage.close());

const call = (persona: Persona, id: OperationId, asked: Asked = {}) => {
  forgetRefusals(stage.clock);
  const { world } = stage;
  return ask(world.url, world.tokens[persona], id, { ...asked, params: { c, ...asked.params } });
};
async function list(query: Record<string, string> = {}, persona: Persona = 'hr') {
  const answer = await call(persona, 'activity.list', { query });
  assert.equal(answer.status, 200, answer.text);
  return answer.json as { items: Item[]; next: string | null };
}
async function sightings(persona: Persona, sub: string, query: Record<string, string> = {}) {
  const answer = await call(persona, 'activity.mine', { params: { sub }, query });
  assert.equal(answer.status, 200, answer.text);
  return answer.json.items as Item[];
}
// biome-ignore lint/suspicious/noExplicitAny: items are looked into
type Item = any;

const personAt = (i: number) => stage.world.people[i]!.id;
const read = (persona: Persona, i: number, headers: Record<string, string> = {}) =>
  call(persona, 'people.read', {
    params: { sub: personAt(i) },
    query: { types: 'person' },
    headers,
  });

describe('what the client sees', () => {
  test('is every entry of its ledger, the newest first, page by page', async () => {
    await read('servicing', 3);
    const first = await list({ limit: '7' });
    const entries = await must(stage.world.url, stage.world.tokens.hr, 'ledger.entries', {
      params: { c },
      query: { limit: '1000' },
    });
    const seen: Item[] = [...first.items];
    for (let { next } = first; next !== null; ) {
      const page = await list({ limit: '7', cursor: next });
      seen.push(...page.items);
      next = page.next;
    }
    const top = seen[0].entry as number;
    assert.deepEqual(
      seen.map(({ entry }) => entry),
      Array.from({ length: top + 1 }, (_, i) => top - i),
    );
    for (const item of seen) {
      const entry = entries.entries[item.entry];
      assert.deepEqual(
        [item.at, item.op, item.outcome, item.who.id, item.who.side, item.who.role, item.rows],
        [entry.at, entry.op, entry.outcome, entry.actor, entry.side, entry.role, entry.rows],
      );
      assert.deepEqual([item.types, item.reasons], [entry.types, entry.reasons]);
      assert.equal(item.people, entry.subjects.count ?? entry.subjects.length);
      assert.equal(item.fact, entry.fact?.type ?? null);
    }
  });

  test('is found by person, user, purpose, operation, outcome and time, alone and together', async () => {
    const { world, clock } = stage;
    await read('manager', 1);
    clock.pass(HOUR);
    const from = iso(clock.now());
    await read('servicing', 2);
    await read('servicing', 2, { 'WorkSmartly-Purpose': 'reporting' });
    await read('servicing', 2, { 'WorkSmartly-Purpose': 'study' });
    await read('hr', 2);
    clock.pass(HOUR);
    const until = iso(clock.now() - SECOND);
    await read('servicing', 2);
    const user = world.users.servicing;
    const subject = personAt(2);
    const ops = async (query: Record<string, string>) =>
      (await list({ limit: '200', ...query })).items.map(({ op, purpose }) => `${op} ${purpose}`);
    assert.deepEqual(await ops({ user, from, until }), [
      'people.read study',
      'people.read reporting',
      'people.read hr-administration',
    ]);
    assert.deepEqual(await ops({ user, from, until, outcome: 'refused' }), ['people.read study']);
    assert.deepEqual(await ops({ purpose: 'reporting', from, until }), ['people.read reporting']);
    assert.equal((await ops({ subject, user, from, op: 'people.read' })).length, 3);
    assert.equal((await ops({ subject, from, until, op: 'people.read' })).length, 3);
    assert.deepEqual(await ops({ subject, from, until, op: 'people.list' }), []);
    assert.deepEqual(await ops({ op: 'no.such' }), []);
    assert.deepEqual(await ops({ from: until, until: from }), []);
    const { items } = await list({ subject, from, until, op: 'people.read' });
    assert.deepEqual(new Set(items.map((item) => item.subject)), new Set([subject]));
  });

  test('names a person who was on a list too long for its entry', async () => {
    const { world } = stage;
    const rows = Array.from({ length: 120 }, (_, i) => [
      `L-${i}`,
      'Listed',
      `Number${i}`,
      '2021-05-01',
    ]);
    const started = await must(world.url, world.tokens.hr, 'imports.start', {
      params: { c },
      query: { mode: 'commit' },
      body: upload(staffFile(rows), mappingOf()),
    });
    assert.equal((await importEnd(world, started.id)).state, 'done');
    await must(world.url, world.tokens.servicing, 'reports.run', {
      params: { c, id: 'headcount' },
      body: {},
    });
    const found = await must(world.url, world.tokens.hr, 'people.list', {
      params: { c },
      query: { q: 'Number77', limit: '1' },
    });
    const subject = found.items[0].id as string;
    const { items } = await list({ subject });
    assert.deepEqual(items.map(({ op, did, people }) => [op, did, people]).slice(1), [
      ['people.list', 'listed', 1],
      ['reports.run', 'counted', items[2].people],
      ['imports.start', 'changed', 120],
    ]);
    assert.ok(items[2].people > 120);
    assert.deepEqual(
      (await sightings('hr', subject)).map(({ did }) => did),
      ['traced', 'traced', 'listed', 'counted', 'changed'],
    );
  });

  test('has the names of users for hr and executive, and ids for auditors', async () => {
    await read('servicing', 0);
    const query = { op: 'people.read', user: stage.world.users.servicing, limit: '1' };
    for (const [persona, name] of [
      ['hr', 'servicing'],
      ['executive', 'servicing'],
      ['auditor', null],
    ] as const) {
      const [item] = (await list(query, persona)).items;
      assert.deepEqual([item.who.id, item.who.name], [stage.world.users.servicing, name]);
    }
  });

  test('is also CSV, in which nothing is run', async () => {
    const { world } = stage;
    const body = {
      ...{ side: 'client', client: c, roles: ['hr'] },
      ...{ name: '=HYPERLINK("http://x","y"),z', address: 'formula@example.test' },
    };
    const { id } = await must(world.url, world.tokens.hr, 'users.register', { body });
    const issued = await must(world.url, world.tokens.hr, 'tokens.issue', {
      params: { id },
      body: {},
    });
    await must(world.url, issued.token, 'people.read', { params: { c, sub: personAt(0) } });
    const answer = await call('hr', 'activity.list', {
      query: { user: id },
      headers: { accept: 'text/csv' },
    });
    assert.match(answer.headers.get('content-type')!, /^text\/csv/);
    assert.match(answer.headers.get('content-disposition')!, /activity\.csv/);
    const [header, line, ...rest] = answer.text.split('\r\n');
    assert.deepEqual(rest, ['']);
    assert.match(header!, /^entry,at,kind,user,name,side,role,operation,did,purpose,/);
    assert.ok(
      line!.includes(`,${id},"'=HYPERLINK(""http://x"",""y""),z",client,hr,people.read,opened,`),
    );
    assert.ok(line!.includes(`,1,${personAt(0)},`));
    const whole = await call('auditor', 'activity.list', { headers: { accept: 'text/csv' } });
    const { items } = await list({ limit: '1' });
    assert.equal(whole.text.split('\r\n').length - 2, items[0].entry);
  });
});

describe('what a person sees', () => {
  const SELF = 1;
  test('is who opened, listed, counted and changed the own data, and from where', async () => {
    const { world, clock } = stage;
    clock.pass(HOUR);
    const query = { from: iso(clock.now()) };
    await read('servicing', SELF);
    await read('manager', SELF);
    await read('staff', SELF);
    await call('hr', 'people.list');
    await must(world.url, world.tokens.hr, 'records.correct', {
      params: {
        c,
        sub: personAt(SELF),
        type: 'contact',
        rec: world.people[SELF]!.records.contact!,
      },
      body: { values: { workPhone: '+1 415 555 0199' } },
    });
    const items = await sightings('staff', personAt(SELF), query);
    assert.deepEqual(
      items.map(({ did, op, who, purpose, place }) => [
        ...[did, op, who.side, who.role, who.isSelf, purpose, place.kind],
      ]),
      [
        ['traced', 'activity.mine', 'client', 'staff', true, null, 'unchecked'],
        ['changed', 'records.correct', 'client', 'hr', false, 'hr-administration', 'unchecked'],
        ['listed', 'people.list', 'client', 'hr', false, 'hr-administration', 'unchecked'],
        ['opened', 'people.read', 'client', 'staff', true, 'hr-administration', 'unchecked'],
        ['opened', 'people.read', 'client', 'manager', false, 'hr-administration', 'unchecked'],
        ['opened', 'people.read', 'provider', 'servicing', false, 'hr-administration', 'office'],
      ],
    );
    const [told] = (await list({ user: world.users.servicing, limit: '1' })).items;
    assert.equal(told.place.kind, 'office');
    assert.match(told.place.id, /^off_/);
    assert.match(items[5].instruction, /^ins_/);
    assert.deepEqual(items[5].types, ['person']);
  });

  test('shows nobody else: no other person, no count, no user but oneself, no name', async () => {
    const { world } = stage;
    await call('hr', 'people.list');
    const answer = await call('staff', 'activity.mine', {
      params: { sub: personAt(SELF) },
      query: { limit: '200' },
    });
    const { text } = answer;
    for (const [i, person] of world.people.entries()) {
      if (i !== SELF) assert.ok(!text.includes(person.id.slice(4)), `person ${i}`);
    }
    for (const [persona, user] of Object.entries(world.users)) {
      assert.equal(text.includes(user), persona === 'staff', persona);
    }
    for (const item of answer.json.items) {
      assert.deepEqual(Object.keys(item).sort(), [
        ...['at', 'byJob', 'did', 'entry', 'instruction', 'op', 'outcome', 'place', 'purpose'],
        ...['types', 'who'],
      ]);
      assert.equal(item.who.name, null);
      assert.equal(item.who.id !== null, item.who.isSelf);
      assert.equal(item.place.id, null);
    }
  });

  test('is the own data only; HR sees it of anybody, with names', async () => {
    const other = await call('staff', 'activity.mine', { params: { sub: personAt(3) } });
    assert.equal(other.status, 404);
    for (const persona of ['manager', 'servicing', 'executive', 'auditor'] as const) {
      const answer = await call(persona, 'activity.mine', { params: { sub: personAt(SELF) } });
      assert.equal(answer.status, 403, persona);
    }
    const items = await sightings('hr', personAt(SELF), { limit: '200' });
    const opened = items.find(({ who }) => who.role === 'servicing');
    assert.deepEqual([opened.who.id, opened.who.name], [stage.world.users.servicing, 'servicing']);
  });

  test('goes on from page to page, and a cursor is of its person and its reader alone', async () => {
    const params = { sub: personAt(SELF) };
    const query = { limit: '2' };
    const all = await sightings('staff', personAt(SELF), { limit: '200' });
    const page = await call('staff', 'activity.mine', { params, query });
    const cursor = page.json.next as string;
    const next = await call('staff', 'activity.mine', { params, query: { ...query, cursor } });
    assert.deepEqual(
      [...page.json.items, ...next.json.items].map(({ entry }: Item) => entry).slice(1),
      all.slice(0, 3).map(({ entry }) => entry),
    );
    for (const [persona, sub] of [
      ['hr', personAt(SELF)],
      ['hr', personAt(0)],
    ] as const) {
      const asked = { params: { sub }, query: { ...query, cursor } };
      assert.equal((await call(persona, 'activity.mine', asked)).status, 404);
    }
    const elsewhere = { query: { ...query, cursor } };
    assert.equal((await call('hr', 'activity.list', elsewhere)).status, 404);
  });
});

test('asking about a person is recorded as being about this person', async () => {
  const { observer, world } = stage;
  const sub = personAt(2);
  for (const [id, asked] of [
    ['activity.list', { query: { subject: sub } }],
    ['activity.mine', { params: { sub } }],
    ['activity.stream', { query: { subject: sub, follow: 'false' } }],
  ] as const) {
    const { answer, appended } = await observer.observe(() => call('hr', id, asked));
    assert.equal(answer.status, 200);
    assert.deepEqual(
      ofCalls(appended).map(({ entry }) => [entry.op, entry.subjects, entry.types, entry.rows]),
      [[id, [sub], [], null]],
    );
  }
  const theirs = world.otherPerson.id;
  for (const subject of [theirs, `${theirs.slice(0, -4)}0000`]) {
    for (const id of ['activity.list', 'activity.stream'] as const) {
      const { answer, appended } = await observer.observe(() =>
        call('hr', id, { query: { subject } }),
      );
      assert.equal(answer.status, 404, answer.text);
      assert.deepEqual(
        ofCalls(appended).map(({ entry }) => [entry.outcome, entry.subjects]),
        [['refused', []]],
      );
    }
  }
});

test('another client’s users, and filters that cannot be, find nothing or are refused', async () => {
  const { world } = stage;
  const authority = await must(world.url, world.otherHr, 'authority.read', {
    params: { c: world.clients[1] },
  });
  const theirs = authority.users.find(({ roles }: Item) => roles.includes('hr')).user;
  assert.deepEqual((await list({ user: theirs })).items, []);
  for (const query of [
    { subject: 'sub_x' },
    { user: '=1' },
    { purpose: 'curiosity' },
    { outcome: 'maybe' },
    { from: 'yesterday' },
    { limit: '201' },
    { op: 'a b' },
    { unheard: '1' },
  ]) {
    const answer = await call('hr', 'activity.list', { query: query as Record<string, string> });
    assert.deepEqual([answer.status, answer.json.reasons], [400, ['bad-input']], answer.text);
  }
});

test('an entry that was changed, moved or removed is not passed over', async () => {
  const { world, observer } = stage;
  const { house } = world.server;
  const uuid = c.slice(4);
  const db = await openIntruder(world.database);
  const where = 'client_id = $1 and idx in (4, 5)';
  const kept = await db.query(`select * from ledger_entry where ${where} order by idx`, [uuid]);
  const put = (idx: number, ct: unknown) =>
    db.query('update ledger_entry set ct = $3 where client_id = $1 and idx = $2', [uuid, idx, ct]);
  const flipped = Buffer.from(kept[0]!.ct as Buffer);
  flipped[40]! ^= 1;
  for (const change of [
    () => put(4, flipped),
    () => put(4, kept[1]!.ct),
    () => db.query('delete from ledger_entry where client_id = $1 and idx = 4', [uuid]),
  ]) {
    await house.activity.drop(uuid);
    await change();
    const { answer, appended } = await observer.observe(() => call('hr', 'activity.list'));
    assert.equal(answer.status, 500);
    assert.deepEqual(
      ofCalls(appended).map(({ entry }) => [entry.op, entry.outcome, entry.reasons]),
      [['activity.list', 'failed', ['ciphertext']]],
    );
    await db.query(`delete from ledger_entry where ${where}`, [uuid]);
    const columns = 'client_id, idx, leaf, is_fact, has_changes, attachment, ct';
    for (const row of kept) {
      await db.query(
        `insert into ledger_entry (${columns}) values ($1, $2, $3, $4, $5, $6, $7)`,
        columns.split(', ').map((name) => row[name]),
      );
    }
  }
  await db.close();
  assert.ok((await list()).items.length > 0);
});

test('the index is in memory only, and gone when it is dropped', async () => {
  const { house } = stage.world.server;
  const uuid = c.slice(4);
  await list();
  const [held] = (await house.activity.stats()).clients.filter(({ client }) => client === uuid);
  assert.ok(held!.entries > 100);
  await house.activity.drop(uuid);
  assert.deepEqual((await house.activity.stats()).clients, []);
  assert.ok((await list()).items.length > 0);
});
