import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adoptCatalogue } from '../../../../catalogue/adopt.ts';
import { loadCatalogue } from '../../../../catalogue/load.ts';
import { compileMapping } from './compile-mapping.ts';
import { suggestMapping } from './suggest-mapping.ts';

const whole = loadCatalogue(new URL('../../../../../catalogue', import.meta.url).pathname);
const adopted = adoptCatalogue(whole, ['US', 'US-CA']);

/** The elements by header, after the mapping was found to compile and to map every row. */
function suggested(table: string): Record<string, unknown> {
  const [headers, ...rows] = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(','));
  const { mapping, unsuggested } = suggestMapping(adopted, headers!, rows);
  const discards = unsuggested.map((header) => [header, { discard: true }] as const);
  const columns = { ...mapping.columns, ...Object.fromEntries(discards) };
  const compiled = compileMapping({ adopted, whole }, { ...mapping, columns }, headers!);
  assert.ok(!('faults' in compiled), JSON.stringify(compiled));
  assert.ok(compiled.hasRepeats);
  for (const [i, row] of rows.entries()) {
    const mapped = compiled.mapRow(row, i + 2);
    assert.ok(!('errors' in mapped), JSON.stringify(mapped));
  }
  return Object.fromEntries(
    Object.entries(mapping.columns).map(([header, column]) => [
      header,
      'element' in column ? column.element : column,
    ]),
  );
}

test('a training history is taken for one, with the name left to a person', () => {
  assert.deepEqual(
    suggested(`Employee ID,Employee Name,Course Title,Completion Date,Hours
      7,Ann Orr,Ladders,03/14/2025,2
      7,Ann Orr,Ladders,03/14/2026,2
      8,Bob Day,Forklift,01/31/2026,8`),
    {
      'Employee ID': 'employment.staffNumber',
      'Course Title': 'training.course',
      'Completion Date': 'training.completedOn',
      Hours: 'training.hours',
    },
  );
});

test('enrolments, absences and outcomes are told apart by their columns', () => {
  assert.deepEqual(
    Object.values(
      suggested(`Staff No,Program,Enrollment Date,Status
        7,First aid,2025-03-14,Completed
        7,Leadership,2025-03-14,In progress`),
    ).slice(1),
    ['enrolment.programme', 'enrolment.enrolledOn', 'enrolment.status'],
  );
  assert.deepEqual(
    Object.values(
      suggested(`Staff No,Start Date,End Date,Leave Type,Days
        7,2025-03-14,2025-03-17,PTO,2
        7,2025-05-14,2025-05-17,Sick,2`),
    ).slice(1),
    ['absence.from', 'absence.to', 'absence.kind', 'absence.days'],
  );
  assert.deepEqual(
    Object.values(
      suggested(`Staff No,Program,Assessment Date,Score
        7,First aid,2025-03-14,9
        7,Leadership,2025-03-14,7`),
    ).slice(1),
    ['outcome.programme', 'outcome.establishedOn', 'outcome.score'],
  );
});

test('a list of signatures has a row per person and is one of acknowledgements all the same', () => {
  assert.deepEqual(
    Object.values(
      suggested(`Employee Number,Policy,Version,Date Signed,Method
        7,Conduct,2,2025-03-14,Online
        8,Conduct,2,2025-03-15,Paper`),
    ).slice(1),
    [
      'acknowledgement.policy',
      'acknowledgement.version',
      'acknowledgement.acknowledgedOn',
      'acknowledgement.method',
    ],
  );
});
