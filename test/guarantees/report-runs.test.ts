// What is kept of report runs and who reads it again; the people behind a figure; a run as a workbook.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import yauzl from 'yauzl';
import { ask, must } from '../support/api.ts';
import { type Clock, DAY, movableClock } from '../support/clock.ts';
import { type Observer, ofCalls, openObserver } from '../support/observe.ts';
import { populate } from '../support/population.ts';
import { forgetRefusals } from '../support/scene.ts';
import { openWorld, type Persona, type World } from '../support/world.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
let clock: Clock;
let world: World;
let observer: Observer;
let admin: pg.Client;
before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now });
  observer = await openObserver(world);
  admin = new pg.Client(world.database.connection('admin'));
  await admin.connect();
  await populate(world);
});
after(async () => {
  await admin.end();
  await observer.close();
  await world.close();
});

const run = (persona: Persona, id: string, parameters: object = {}, more: object = {}) =>
  must(world.url, world.tokens[persona], 'reports.run', {
    params: { c: world.clients[0], id },
    body: { parameters, ...more },
  });
const kept = (persona: Persona, id: string, headers: Record<string, string> = {}) => {
  forgetRefusals(clock);
  const params = { c: world.clients[0], run: id };
  return ask(world.url, world.tokens[persona], 'runs.read', { params, headers });
};
const behind = (persona: Persona, of: { id: string; report: string }, body: object) => {
  forgetRefusals(clock);
  const params = { c: world.clients[0], id: of.report, run: of.id };
  return ask(world.url, world.tokens[persona], 'reports.people', { params, body });
};

test('a kept run is answered as it was, to whoever made it and to HR, and to nobody else', async () => {
  const made = await run('executive', 'headcount', {}, { name: 'For the board' });
  assert.deepEqual([made.suppressed, made.name], [true, 'For the board']);
  for (const persona of ['executive', 'hr'] as const) {
    const { json, status } = await kept(persona, made.id);
    assert.equal(status, 200);
    assert.deepEqual(json, made);
  }
  for (const persona of ['servicing', 'product', 'manager'] as const) {
    assert.equal((await kept(persona, made.id)).status, 404, persona);
  }
  const { answer, appended } = await observer.observe(() => kept('hr', made.id));
  assert.equal(answer.status, 200);
  const { entry } = ofCalls(appended)[0]!;
  assert.deepEqual([entry.op, entry.types], ['runs.read', ['employment', 'job']]);
  assert.ok((entry.subjects as string[]).length > 20);
});

test('the figures stay those of then when data change', async () => {
  const made = await run('hr', 'headcount', { asOf: '2024-05-31' });
  await must(world.url, world.tokens.hr, 'people.add', {
    params: { c: world.clients[0] },
    body: {
      records: [
        { type: 'person', values: { lastName: 'Later' } },
        { type: 'employment', values: { staffNumber: 'L-1', hireDate: '2020-01-01' } },
        { type: 'job', values: { title: 'Clerk', department: 'A' }, from: '2020-01-01' },
      ],
    },
  });
  assert.deepEqual((await kept('hr', made.id)).json.rows, made.rows);
  const answer = await behind(
    'hr',
    { id: made.id, report: 'headcount' },
    {
      row: ['A'],
      column: 'people',
    },
  );
  assert.equal(answer.json.movedOn, true);
  assert.equal(answer.json.total, 13);
  assert.notEqual(answer.json.dataVersion, answer.json.run.dataVersion);
});

test('a run made with more rights is not shown to the same person with fewer', async () => {
  const { url, tokens, clients, users, database } = world;
  const made = await run('servicing', 'pay-distribution');
  assert.equal(made.suppressed, false);
  assert.equal((await kept('servicing', made.id)).status, 200);
  await must(url, tokens.executive, 'instructions.end', {
    params: { c: clients[0], id: world.facts.instruction },
  });
  await must(url, tokens.executive, 'instructions.give', {
    params: { c: clients[0] },
    body: {
      purposes: ['reporting'],
      types: ['employment', 'job', 'person'],
      recipients: [],
      document: `sha256:${'e'.repeat(64)}`,
      until: null,
    },
  });
  const refused = await kept('servicing', made.id);
  assert.deepEqual([refused.status, refused.json.reasons], [403, ['type-not-instructed']]);
  // An unsuppressed run said to be the executive's does not even open.
  await admin.query('update saved_run set user_id = $1 where run_id = $2', [
    users.executive.slice(4),
    made.id.slice(4),
  ]);
  assert.equal((await kept('executive', made.id)).status, 500);
  await admin.query('delete from saved_run where run_id = $1', [made.id.slice(4)]);
  assert.ok(database);
});

test('runs are listed without their results: the own ones, and all of the client for HR', async () => {
  const list = async (persona: Persona) =>
    (await must(world.url, world.tokens[persona], 'runs.list', { params: { c: world.clients[0] } }))
      .items as { id: string; by: string; name: string | null }[];
  const own = await list('executive');
  assert.ok(own.length > 0 && own.every(({ by }) => by === world.users.executive));
  const all = await list('hr');
  assert.ok(new Set(all.map(({ by }) => by)).size > 1);
  assert.ok(!JSON.stringify(all).includes('"rows"'));
  const params = { c: world.clients[0] };
  const page = await must(world.url, world.tokens.hr, 'runs.list', {
    params,
    query: { limit: '1' },
  });
  const rest = await must(world.url, world.tokens.hr, 'runs.list', {
    params,
    query: { before: page.next },
  });
  assert.deepEqual([...page.items, ...rest.items], all);
});

test('a run is named and deleted by whoever made it, and by nobody else', async () => {
  const { url, tokens, clients } = world;
  const made = await run('executive', 'headcount');
  const params = { c: clients[0], run: made.id };
  forgetRefusals(clock);
  const foreign = await ask(url, tokens.hr, 'runs.rename', { params, body: { name: 'Mine' } });
  assert.equal(foreign.status, 404);
  await must(url, tokens.executive, 'runs.rename', { params, body: { name: 'Quarter' } });
  assert.equal((await kept('hr', made.id)).json.name, 'Quarter');
  forgetRefusals(clock);
  assert.equal((await ask(url, tokens.hr, 'runs.delete', { params })).status, 404);
  await must(url, tokens.executive, 'runs.delete', { params });
  assert.equal((await kept('executive', made.id)).status, 404);
});

test('nothing kept opens after somebody was erased', async () => {
  const made = await run('hr', 'headcount');
  await admin.query('update saved_run set purge_version = purge_version - 1 where run_id = $1', [
    made.id.slice(4),
  ]);
  assert.equal((await kept('hr', made.id)).status, 404);
});

test('the people behind a figure are as many as it says, and stand in the entry', async () => {
  const made = await run('hr', 'headcount', { asOf: '2024-05-31', dimensions: ['department'] });
  for (const [department, people] of made.rows) {
    const body = { row: [department], column: 'people', limit: 5 };
    const items: { id: string }[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { answer, appended } = await observer.observe(() =>
        behind('hr', { id: made.id, report: 'headcount' }, { ...body, ...(cursor && { cursor }) }),
      );
      assert.equal(answer.status, 200, answer.text);
      const ids = answer.json.items.map(({ id }: { id: string }) => id).sort();
      assert.deepEqual(ofCalls(appended)[0]!.entry.subjects, ids);
      items.push(...answer.json.items);
      assert.equal(answer.json.total, people);
      cursor = answer.json.next;
    }
    assert.equal(new Set(items.map(({ id }) => id)).size, people, String(department));
  }
  const wrong = await behind(
    'hr',
    { id: made.id, report: 'headcount' },
    {
      row: ['nowhere'],
      column: 'people',
    },
  );
  assert.equal(wrong.status, 400);
});

test('a manager sees the own reports behind a figure, and only by what a manager may see', async () => {
  const made = await run('manager', 'headcount');
  assert.deepEqual(made.rows, [['OPS', null]]);
  const answer = await behind(
    'manager',
    { id: made.id, report: 'headcount' },
    {
      row: ['OPS'],
      column: 'people',
    },
  );
  const ids = answer.json.items.map(({ id }: { id: string }) => id).sort();
  assert.deepEqual(ids, [world.people[1]!.id, world.people[2]!.id].sort());
  for (const [report, row, column] of [
    ['pay-distribution', ['OPS', 'USD'], 'people'],
    ['absence-rate', ['2024-05', 'All', 'All'], 'people'],
    ['joiners-leavers', ['2024-05'], 'leavers'],
  ] as const) {
    const { id } = await run('manager', report);
    const refused = await behind('manager', { id, report }, { row, column });
    assert.deepEqual([refused.status, refused.json.promise], [403, 'need-to-know'], report);
  }
});

test('no list is made by special categories, whoever asks; and no run of others leads to people', async () => {
  const matrix = await run('hr', 'eeo-1');
  const refused = await behind(
    'hr',
    { id: matrix.id, report: 'eeo-1' },
    {
      row: ['2 Professionals'],
      column: 'A',
    },
  );
  assert.deepEqual([refused.status, refused.json.reasons], [403, ['role-not-permitted']]);
  const made = await run('hr', 'headcount');
  const of = { id: made.id, report: 'headcount' };
  const body = { row: ['OPS'], column: 'people' };
  assert.equal((await behind('manager', of, body)).status, 404);
  assert.equal((await behind('executive', of, body)).status, 403);
  assert.equal((await behind('hr', { ...of, report: 'tenure' }, body)).status, 404);
});

test('as a workbook: text is text, numbers are numbers, and a sheet says what it is', async () => {
  const made = await run('hr', 'headcount', { asOf: '2024-05-31' });
  const forms = await Promise.all([
    kept('hr', made.id, { accept: XLSX }),
    fetch(`${world.url}/api/v1/clients/${world.clients[0]}/reports/runs/${made.id}`, {
      headers: { authorization: `Bearer ${world.tokens.hr}`, accept: XLSX },
    }),
  ]);
  const response = forms[1];
  assert.equal(response.headers.get('content-type'), XLSX);
  assert.match(response.headers.get('content-disposition') ?? '', /filename="report\.xlsx"/);
  const members = await unzipped(Buffer.from(await response.arrayBuffer()));
  const sheets = [...members.keys()].filter((name) => /worksheets\/sheet\d\.xml$/.test(name));
  assert.equal(sheets.length, 2);
  const all = [...members.values()].join('\n');
  assert.doesNotMatch(all, /<f[ >]/, 'a formula');
  assert.match(all, />=C</, 'the text that looks like a formula');
  assert.match(members.get('xl/worksheets/sheet1.xml')!, /<v>12<\/v>|<v>13<\/v>/);
  for (const said of [made.digest, made.id, 'reporting', 'As of', 'Who may use it']) {
    assert.ok(all.includes(said), said);
  }
});

test('after 90 days a run is gone with its key; that it was made stays', async () => {
  const old = await run('hr', 'headcount');
  const stored = async (table: 'saved_run' | 'report_run') =>
    (await admin.query(`select 1 from ${table} where run_id = $1`, [old.id.slice(4)])).rows.length;
  clock.pass(90 * DAY - 1);
  await world.server.scheduler.look();
  assert.equal(await stored('saved_run'), 1);
  clock.pass(2);
  await world.server.scheduler.look();
  assert.deepEqual([await stored('saved_run'), await stored('report_run')], [0, 1]);
});

function unzipped(bytes: Buffer): Promise<Map<string, string>> {
  return new Promise((resolve, reject) => {
    const members = new Map<string, string>();
    yauzl.fromBuffer(bytes, { lazyEntries: true }, (error, zip) => {
      if (error) return reject(error);
      zip.on('entry', (entry: { fileName: string }) => {
        zip.openReadStream(entry as never, async (failure, stream) => {
          if (failure) return reject(failure);
          const chunks: Buffer[] = [];
          for await (const chunk of stream) chunks.push(chunk as Buffer);
          members.set(entry.fileName, Buffer.concat(chunks).toString());
          zip.readEntry();
        });
      });
      zip.once('end', () => resolve(members));
      zip.once('error', reject);
      zip.readEntry();
    });
  });
}
