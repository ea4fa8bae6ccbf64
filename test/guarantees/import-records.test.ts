// Files of records: several rows per person, each a record of its own. A repeated file changes nothing, a
// changed status changes that record; what is on record for good, and what refers to nothing, is an
// error of its row. Files of the client's own records come in the same way.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ask, must } from '../support/api.ts';
import { readLedger, verifyLedger } from '../support/evidence.ts';
import {
  type HeldRow,
  importFile,
  openAll,
  type Sender,
  STAFF_MAPPING,
  staffFile,
} from '../support/imports.ts';
import { openWorld, type World } from '../support/world.ts';

let world: World;
let sender: Sender;
before(async () => {
  world = await openWorld();
  sender = { url: world.url, token: world.tokens.servicing, client: world.clients[0] };
  const done = await importFile(sender, 'commit', staffFile(1, 150), STAFF_MAPPING);
  assert.equal(done.state, 'done');
  for (const [name, kind, until] of [
    ['First aid', 'training', null],
    ['Leadership', 'training', null],
    ['Typewriting', 'training', '1999-12-31'],
    ['Dental', 'benefit', null],
  ] as const) {
    await own('programme', { name, kind, ...(until && { until }) });
  }
  await own('policy', { name: 'Conduct' });
  await own('policyVersion', { policy: 'Conduct', version: '1' });
});
after(() => world.close());

const own = (type: string, values: object) =>
  must(world.url, world.tokens.hr, 'client-records.create', {
    params: { c: world.clients[0], type },
    body: { values },
  });

const key = { element: 'employment.staffNumber' };
/** A mapping of columns to elements of one type; `No` is the staff number. */
function mappingOf(type: string, columns: Record<string, string>): object {
  const mapped = Object.entries(columns).map(([header, element]) => [
    header,
    {
      element: `${type}.${element}`,
      ...(/On$|^from$|^to$|^date$/.test(element) && { transform: { date: 'YYYY-MM-DD' } }),
    },
  ]);
  return {
    version: 1,
    columns: { No: { element: key.element }, ...Object.fromEntries(mapped) },
    key,
  };
}
const ENROLMENTS = mappingOf('enrolment', {
  Programme: 'programme',
  On: 'enrolledOn',
  Status: 'status',
});
const commit = (file: string, mapping: object) => importFile(sender, 'commit', file, mapping);
const rows = (header: string, lines: readonly string[]) => `${[header, ...lines].join('\n')}\n`;
const enrolments = (status: (i: number) => string) =>
  rows(
    'No,Programme,On,Status',
    Array.from({ length: 300 }, (_, i) => {
      const programme = i % 2 === 0 ? 'First aid' : 'Leadership';
      return `N-${1 + (i >> 1)},${programme},2025-03-0${1 + (i % 2)},${status(i)}`;
    }),
  );
const held = async (type: string): Promise<HeldRow[]> =>
  (await openAll(world.server.house, world.clients[0])).filter(({ body }) => body.t === type);

test('several rows per person become a record each, all of one import', async () => {
  const done = await commit(
    enrolments(() => 'enrolled'),
    ENROLMENTS,
  );
  assert.deepEqual(
    [done.state, done.rows],
    ['done', { read: 300, added: 300, changed: 0, unchanged: 0, discarded: 0, skipped: 0 }],
  );
  const all = await held('enrolment');
  assert.deepEqual([all.length, new Set(all.map(({ subject }) => subject)).size], [300, 150]);
});

test('its entry names every person once', async () => {
  const entries = await readLedger(world.url, world.tokens.hr, world.clients[0]);
  const { subjects, changes } = entries.findLast(({ via }) => via !== null)!;
  assert.deepEqual(
    [subjects, changes].map((list) => (list && 'count' in list ? list.count : null)),
    [150, 300],
  );
});

test('the same again is unchanged; a changed status changes that record and no other', async () => {
  // Other bytes, for the same ones would be answered by the first import.
  const again = await commit(`${enrolments(() => 'enrolled')}\n`, ENROLMENTS);
  assert.deepEqual(again.rows, {
    read: 300,
    added: 0,
    changed: 0,
    unchanged: 300,
    discarded: 0,
    skipped: 0,
  });
  const moved = await commit(
    enrolments((i) => (i < 7 ? 'completed' : 'enrolled')),
    ENROLMENTS,
  );
  assert.deepEqual(moved.rows, {
    read: 300,
    added: 0,
    changed: 7,
    unchanged: 293,
    discarded: 0,
    skipped: 0,
  });
  const all = await held('enrolment');
  assert.equal(all.length, 307);
  const current = all.filter((row) => row.current);
  assert.equal(current.length, 300);
  assert.equal(current.filter(({ body }) => body.e.status === 'completed').length, 7);
});

test('without the date a row finds the only record of its programme, and refuses to guess among two', async () => {
  const undated = mappingOf('enrolment', { Programme: 'programme', Status: 'status' });
  const one = await commit(rows('No,Programme,Status', ['N-20,First aid,withdrawn']), undated);
  assert.deepEqual([one.state, one.rows.changed], ['done', 1]);
  const second = await commit(
    rows('No,Programme,On,Status', ['N-20,First aid,2026-01-10,enrolled']),
    ENROLMENTS,
  );
  assert.equal(second.rows.added, 1);
  const guess = await commit(rows('No,Programme,Status', ['N-20,First aid,invited']), undated);
  assert.equal(guess.state, 'refused');
  assert.deepEqual(guess.errors, [
    {
      row: 2,
      column: 'Programme',
      reason: 'could be any of 2 records: give enrolledOn as well',
    },
  ]);
});

test('two rows with the same record, a stranger and an unknown or ended programme are errors of their rows', async () => {
  const done = await commit(
    rows('No,Programme,On,Status', [
      'N-30,Leadership,2026-02-01,enrolled',
      'N-31,Leadership,2026-02-01,enrolled',
      'n-30,Leadership,2026-02-01,completed',
      'N-999,Leadership,2026-02-01,enrolled',
      'N-32,Leadersip,2026-02-01,enrolled',
      'N-32,Dental,2026-02-01,enrolled',
      'N-32,Typewriting,2026-02-01,enrolled',
      'N-32,Typewriting,1999-12-31,completed',
    ]),
    ENROLMENTS,
  );
  assert.equal(done.state, 'refused');
  const names = 'there are «First aid», «Leadership»';
  const unknown = `names no programme of kind training of this client; ${names}`;
  assert.deepEqual(
    done.errors.map(({ row, column, reason }) => [row, column, reason]),
    [
      [4, 'No', 'gives the same record of enrolment as row 2'],
      [5, 'No', 'is nobody’s staff number, and the file gives no employment to add somebody with'],
      [6, 'Programme', unknown],
      [7, 'Programme', unknown],
      [8, 'Programme', 'names a programme that has ended before that day'],
    ],
  );
  assert.equal((await held('enrolment')).length, 309);
});

test('an acknowledgement that is there is not changed, nor one of an unknown version added', async () => {
  const mapping = mappingOf('acknowledgement', {
    Policy: 'policy',
    Version: 'version',
    On: 'acknowledgedOn',
    How: 'method',
  });
  const file = (lines: string[]) => rows('No,Policy,Version,On,How', lines);
  const first = await commit(
    file(['N-1,Conduct,1,2025-01-05,paper', 'N-2,Conduct,1,2025-01-05,paper']),
    mapping,
  );
  assert.deepEqual([first.state, first.rows.added], ['done', 2]);
  const refused = await commit(
    file([
      'N-1,Conduct,1,2025-01-05,paper',
      'N-2,Conduct,1,2025-01-06,paper',
      'N-3,Conduct,2,2025-01-06,paper',
      'N-4,Conduct,1,2025-01-06,paper',
    ]),
    mapping,
  );
  assert.equal(refused.state, 'refused');
  assert.deepEqual(
    refused.errors.map(({ row, column }) => [row, column]),
    [
      [3, 'Policy'],
      [4, 'Version'],
    ],
  );
  assert.match(refused.errors[0]!.reason, /never changed/);
  const all = await held('acknowledgement');
  assert.deepEqual(
    all.map(({ revision }) => revision),
    [1, 1],
  );
});

test('training, absences, outcomes and evaluations come in, and again as unchanged', async () => {
  const files: [string, Record<string, string>, string[]][] = [
    [
      'training',
      { Course: 'course', Done: 'completedOn', Hours: 'hours' },
      ['N-1,Fire,2025-01-01,2', 'N-1,Fire,2026-01-01,2', 'N-2,Fire,2025-01-01,2'],
    ],
    [
      'absence',
      { From: 'from', To: 'to', Kind: 'kind' },
      ['N-1,2025-01-01,2025-01-03,sick', 'N-1,2025-02-01,2025-02-01,vacation'],
    ],
    [
      'outcome',
      { Programme: 'programme', On: 'establishedOn', Score: 'score' },
      ['N-1,First aid,2025-04-01,7', 'N-1,Leadership,2025-04-01,8'],
    ],
    [
      'evaluation',
      { Date: 'date', Rating: 'rating', By: 'evaluator' },
      ['N-1,2024-12-01,exceeds,N-9', 'N-1,2025-12-01,fully-meets,N-9'],
    ],
    [
      'benefitEnrolment',
      { Plan: 'programme', On: 'electedOn', Cover: 'coverage' },
      ['N-1,Dental,2025-01-01,employee', 'N-2,Dental,2025-01-01,family'],
    ],
  ];
  for (const [type, columns, lines] of files) {
    const header = ['No', ...Object.keys(columns)].join(',');
    const mapping = mappingOf(type, columns);
    const first = await commit(rows(header, lines), mapping);
    assert.deepEqual([first.errors, first.rows.added], [[], lines.length], type);
    const again = await commit(`${rows(header, lines)}\n`, mapping);
    assert.deepEqual([again.rows.unchanged, again.rows.added], [lines.length, 0], type);
  }
});

test('a file that also gives what a person has once keeps one row per person', async () => {
  const mapping = mappingOf('training', { Course: 'course' }) as { columns: object };
  const both = {
    ...mapping,
    columns: { ...mapping.columns, Mail: { element: 'contact.workEmail' } },
  };
  const done = await commit(
    rows('No,Course,Mail', ['N-1,Knots,a@example.test', 'N-1,Ropes,a@example.test']),
    both,
  );
  assert.deepEqual(
    done.errors.map(({ row, reason }) => [row, reason]),
    [[3, 'has the staff number of row 2']],
  );
});

test('the client’s own records come in without staff numbers, and again as unchanged', async () => {
  const mapping = {
    version: 1,
    columns: {
      Policy: { element: 'policyVersion.policy' },
      Version: { element: 'policyVersion.version' },
      From: { element: 'policyVersion.from', transform: { date: 'YYYY-MM-DD' } },
    },
    key: { about: 'client' },
  };
  const file = rows('Policy,Version,From', ['Conduct,2,2025-01-01', 'Conduct,3,2026-01-01']);
  const first = await commit(file, mapping);
  assert.deepEqual([first.errors, first.rows.added], [[], 2]);
  const changed = await commit(file.replace('2026-01-01', '2026-02-01'), mapping);
  assert.deepEqual([changed.state, changed.errors.map(({ row }) => row)], ['refused', [3]]);
  const unknown = await commit(rows('Policy,Version,From', ['Nothing,2,2025-01-01']), mapping);
  assert.equal(unknown.errors[0]!.column, 'Policy');
  const { items } = await must(world.url, world.tokens.hr, 'policies.list', {
    params: { c: world.clients[0] },
  });
  assert.equal(items[0].versions.length, 3);
  const mixed = {
    ...mapping,
    columns: { ...mapping.columns, From: { element: 'contact.workEmail' } },
  };
  const wrong = await commit(file, mixed);
  assert.match(wrong.errors[0]!.reason, /about people/);
});

test('the first records of a client can come from a file', async () => {
  const other = { url: world.url, token: world.otherHr, client: world.clients[1] };
  const mapping = {
    version: 1,
    columns: { Name: { element: 'programme.name' }, Kind: { element: 'programme.kind' } },
    key: { about: 'client' },
  };
  const done = await importFile(
    other,
    'commit',
    rows('Name,Kind', ['A,training', 'B,wellness', 'A,benefit']),
    mapping,
  );
  assert.deepEqual(
    done.errors.map(({ reason }) => reason),
    ['gives the same record of programme as row 2'],
  );
  const again = await importFile(
    other,
    'commit',
    rows('Name,Kind', ['A,training', 'B,wellness']),
    mapping,
  );
  assert.deepEqual([again.state, again.rows.added], ['done', 2]);
  const { items } = await must(world.url, world.otherHr, 'programmes.list', {
    params: { c: world.clients[1] },
  });
  assert.deepEqual(
    items.map(({ name }: { name: string }) => name),
    ['A', 'B'],
  );
});

test('a team that may not read programmes cannot import enrolments', async () => {
  const { tokens, url, clients } = world;
  const params = { c: clients[0] };
  const { instructions } = await must(url, tokens.hr, 'authority.read', { params });
  const { type: _, id, from: __, signature: ___, by: ____, ...given } = instructions[0];
  await must(url, tokens.executive, 'instructions.end', { params: { ...params, id } });
  const types = given.types.filter((type: string) => type !== 'programme');
  await must(url, tokens.executive, 'instructions.give', { params, body: { ...given, types } });
  const body = new FormData();
  body.set('mapping', new Blob([JSON.stringify(ENROLMENTS)]), 'mapping.json');
  body.set('file', new Blob([enrolments(() => 'enrolled')]), 'x.csv');
  const answer = await ask(url, tokens.servicing, 'imports.start', {
    params,
    query: { mode: 'commit' },
    body,
  });
  assert.deepEqual([answer.status, answer.json.reasons], [403, ['type-not-instructed']]);
});

test('an outsider finds every one of these accesses covered', async () => {
  const report = await verifyLedger(world.url, world.tokens.auditor, world.clients[0]);
  assert.deepEqual([report.failures, report.verified], [[], true]);
});
