// Reports over a small population with figures counted by hand (test/support/population.ts), whole
// and suppressed; every run is kept, and its entry names everybody whom it is about.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { jcs } from '#verifier/jcs.ts';
import { ask, must } from '../support/api.ts';
import { type Clock, movableClock } from '../support/clock.ts';
import { type Observer, ofCalls, openObserver } from '../support/observe.ts';
import { populate } from '../support/population.ts';
import { forgetRefusals } from '../support/scene.ts';
import { openWorld, type Persona, type World } from '../support/world.ts';

let clock: Clock;
let world: World;
let observer: Observer;
let everybody: number;
before(async () => {
  clock = movableClock();
  world = await openWorld({ now: clock.now });
  observer = await openObserver(world);
  everybody = world.people.length + (await populate(world));
});
after(async () => {
  await observer.close();
  await world.close();
});

interface Run {
  rows: (string | number | null)[][];
  columns: { id: string; label: string }[];
  suppressed: boolean;
  asOf: string;
  digest: string;
  exceptions: { count: number; items: { staffNumber: string; missing: string[] }[] } | null;
}

const run = (persona: Persona, id: string, parameters: object = {}): Promise<Run> =>
  must(world.url, world.tokens[persona], 'reports.run', {
    params: { c: world.clients[0], id },
    body: { parameters },
  });

test('headcount by department on a day, and on a day before people moved and left', async () => {
  const today = await run('hr', 'headcount');
  assert.equal(today.asOf, '2024-05-31');
  assert.equal(today.suppressed, false);
  assert.deepEqual(today.rows, [
    ['=C', 3],
    ['A', 12],
    ['B', 7],
    ['OPS', 4],
  ]);
  const rows = async (asOf: string) => (await run('hr', 'headcount', { asOf })).rows;
  assert.deepEqual(await rows('2024-03-14'), [
    ['=C', 3],
    ['A', 13],
    ['B', 8],
    ['OPS', 4],
  ]);
  assert.deepEqual(await rows('2024-01-31'), [
    ['=C', 3],
    ['A', 13],
    ['B', 6],
    ['OPS', 4],
  ]);
  assert.deepEqual((await run('hr', 'headcount', { asOf: '2024-06-15', dimensions: [] })).rows, [
    [27],
  ]);
  assert.deepEqual((await run('hr', 'headcount', { asOf: '2018-12-31', dimensions: [] })).rows, [
    [0],
  ]);
});

test('headcount by two dimensions, with what is not recorded as such', async () => {
  const dimensions = ['location', 'eeoCategory'];
  const { rows, columns } = await run('servicing', 'headcount', { dimensions });
  assert.deepEqual(
    columns.map(({ id }) => id),
    ['location', 'eeoCategory', 'people'],
  );
  const counts = new Map(
    rows.map(([location, category, people]) => [`${location} ${category}`, people]),
  );
  assert.equal(counts.get('North (not recorded)'), 1);
  assert.equal(
    [...counts.values()].reduce((sum: number, n) => sum + Number(n), 0),
    26,
  );
  assert.equal(rows.filter(([location]) => location === 'South').length, 1);
});

test('joiners and leavers by month', async () => {
  const { rows } = await run('hr', 'joiners-leavers', { months: 6 });
  assert.deepEqual(rows, [
    ['2023-12', 0, 0],
    ['2024-01', 0, 0],
    ['2024-02', 2, 0],
    ['2024-03', 0, 2],
    ['2024-04', 0, 0],
    ['2024-05', 0, 0],
  ]);
  const years = await run('hr', 'joiners-leavers', { months: 120, asOf: '2024-12-31' });
  const sum = (column: number) => years.rows.reduce((n, row) => n + Number(row[column]), 0);
  assert.deepEqual([sum(1), sum(2)], [everybody, 2]);
});

/** Per category: Hispanic male, female; then white, black, nhopi, asian, aian, two or more, of
 * males and of females; and the sum. */
const MATRIX: Readonly<Record<string, readonly number[]>> = {
  '2 Professionals': [1, 1, 3, 0, 0, 1, 0, 1, 2, 2, 0, 0, 0, 0, 11],
  '4 Sales Workers': [0, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 0, 0, 6],
  '5 Administrative Support Workers': [0, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 1, 0, 0, 4],
  '6 Craft Workers': [0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 2],
  '10 TOTAL': [1, 1, 3, 1, 2, 1, 1, 1, 8, 2, 0, 2, 0, 0, 23],
};

test('the EEO-1 matrix counts everybody once, Hispanic first, and guesses nobody', async () => {
  const { rows, columns, exceptions } = await run('hr', 'eeo-1', { asOf: '2024-05-31' });
  assert.equal(rows.length, 11);
  assert.equal(columns.length, 16);
  for (const [label, ...cells] of rows) {
    assert.deepEqual(cells, MATRIX[label as string] ?? Array(15).fill(0), label as string);
  }
  assert.equal(exceptions?.count, 3);
  assert.deepEqual(exceptions.items.map(({ missing }) => missing).sort(), [
    ['demographic.hispanicLatino'],
    ['demographic.sex'],
    ['job.eeoCategory'],
  ]);
});

test('an executive gets every report suppressed: no count from 1 to 4, and none that gives one away', async () => {
  const { rows, suppressed } = await run('executive', 'headcount');
  assert.equal(suppressed, true);
  assert.deepEqual(rows, [
    ['=C', null],
    ['A', 12],
    ['B', 7],
    ['OPS', null],
  ]);
  // Two in the South alone: with the total known, the North would tell.
  const places = await run('executive', 'headcount', { dimensions: ['location'] });
  assert.deepEqual(
    places.rows.filter(([place]) => place === 'South'),
    [['South', null]],
  );
  const published = places.rows.reduce((n, [, people]) => n + Number(people), 0);
  assert.ok(26 - published > 2, 'the South can be computed');
  const months = await run('executive', 'joiners-leavers', { months: 6 });
  assert.deepEqual(months.rows[2], ['2024-02', null, null]);
  assert.deepEqual(months.rows[3], ['2024-03', null, null]);
});

test('the suppressed EEO-1 matrix names nobody and shows no small count', async () => {
  const { rows, exceptions, suppressed } = await run('executive', 'eeo-1', { asOf: '2024-05-31' });
  assert.deepEqual([suppressed, exceptions], [true, null]);
  for (const [label, ...cells] of rows) {
    const whole = MATRIX[label as string] ?? Array(15).fill(0);
    for (const [i, cell] of cells.entries()) {
      assert.ok(cell === null || cell === whole[i], `${label}: ${cell}`);
      assert.ok(cell === null || cell === 0 || Number(cell) >= 5, `${label}: ${cell}`);
    }
  }
});

test('a manager counts the own reports only, suppressed', async () => {
  const { rows, suppressed } = await run('manager', 'headcount');
  assert.deepEqual([rows, suppressed], [[['OPS', null]], true]);
  const asked = { params: { c: world.clients[0], id: 'headcount' }, body: {} };
  const { appended } = await observer.observe(() =>
    ask(world.url, world.tokens.manager, 'reports.run', asked),
  );
  const { entry } = ofCalls(appended)[0]!;
  assert.deepEqual(entry.subjects, [world.people[1]!.id, world.people[2]!.id].sort());
});

test('CSV has the same figures, and a cell that a spreadsheet would run is neutralised', async () => {
  const { status, text, headers } = await ask(world.url, world.tokens.hr, 'reports.run', {
    params: { c: world.clients[0], id: 'headcount' },
    body: {},
    headers: { accept: 'text/csv' },
  });
  assert.equal(status, 200);
  assert.match(headers.get('content-type')!, /^text\/csv/);
  assert.equal(text, "Department,People\r\n'=C,3\r\nA,12\r\nB,7\r\nOPS,4\r\n");
});

test('each run is kept with a digest of its result, and its entry names everybody it is about', async () => {
  const admin = new pg.Client(world.database.connection('admin'));
  await admin.connect();
  const kept = async () => (await admin.query('select run_id from report_run')).rows.length;
  const before = await kept();
  const { answer, appended } = await observer.observe(() => run('hr', 'eeo-1'));
  assert.equal(await kept(), before + 1);
  await admin.end();
  const { columns, rows, digest } = answer;
  const expected = createHash('sha256').update(jcs({ columns, rows })).digest('hex');
  assert.equal(digest, `sha256:${expected}`);
  const { entry } = ofCalls(appended)[0]!;
  assert.deepEqual(
    [entry.purpose, entry.types],
    ['reporting', ['demographic', 'employment', 'job']],
  );
  assert.equal((entry.subjects as string[]).length, everybody);
});

test('an instruction without demographic data does not open the EEO-1 matrix to provider staff', async () => {
  forgetRefusals(clock);
  const { url, tokens } = world;
  const params = { c: world.clients[0] };
  await must(url, tokens.executive, 'instructions.end', {
    params: { ...params, id: world.facts.instruction },
  });
  await must(url, tokens.executive, 'instructions.give', {
    params,
    body: {
      purposes: ['reporting'],
      types: ['employment', 'job'],
      document: `sha256:${'e'.repeat(64)}`,
    },
  });
  const asked = { params: { ...params, id: 'eeo-1' }, body: {} };
  const { status, json } = await ask(url, tokens.servicing, 'reports.run', asked);
  assert.deepEqual([status, json.reasons], [403, ['type-not-instructed']]);
  assert.equal((await run('servicing', 'headcount')).suppressed, false);
});

test('the reports describe their parameters, and run with every default', async () => {
  const { items } = await must(world.url, world.tokens.hr, 'reports.list', {
    params: { c: world.clients[0] },
  });
  assert.deepEqual(
    items.map(({ id }: { id: string }) => id),
    [
      'headcount',
      'joiners-leavers',
      'eeo-1',
      'turnover',
      'tenure',
      'span-of-control',
      'pay-distribution',
      'pay-gap',
      'absence-rate',
      'training-completion',
      'policy-acknowledgement',
      'programme-evaluation',
    ],
  );
  for (const { id, parameters } of items) {
    const given = parameters.map((one: { id: string; default: unknown }) => [one.id, one.default]);
    const same = await run('hr', id, Object.fromEntries(given));
    assert.deepEqual(same.rows, (await run('hr', id)).rows, id);
  }
});
