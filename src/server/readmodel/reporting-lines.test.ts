import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayOf } from './day.ts';
import { hold, holdSomebody, newPeople } from './held-people.test-support.ts';
import { personOf } from './list.ts';
import { uuidsOf } from './people-answer.ts';
import { peopleUnder, reportingLines } from './reporting-lines.ts';
import { View } from './view.ts';

const TODAY = dayOf('2026-11-23');

function under(view: View, subject: string): string[] {
  const people = peopleUnder(reportingLines(view), personOf(view, subject), view.capacity);
  return uuidsOf(view, people);
}

test('a manager has direct and indirect reports, and nobody else', () => {
  const data = newPeople();
  const head = holdSomebody(data, { first: 'H', last: 'H', number: '1' });
  const lead = holdSomebody(data, { first: 'L', last: 'L', number: '2', manager: '1' });
  const one = holdSomebody(data, { first: 'A', last: 'A', number: '3', manager: '2' });
  const other = holdSomebody(data, { first: 'B', last: 'B', number: '4', manager: '1' });
  holdSomebody(data, { first: 'C', last: 'C', number: '5', manager: '99' });
  const view = new View(data, TODAY);
  assert.deepEqual(new Set(under(view, head)), new Set([lead, one, other]));
  assert.deepEqual(under(view, lead), [one]);
  assert.deepEqual(under(view, one), []);
});

test('reporting lines in a circle end, and nobody reports to themself', () => {
  const data = newPeople();
  const a = holdSomebody(data, { first: 'A', last: 'A', number: '1', manager: '2' });
  const b = holdSomebody(data, { first: 'B', last: 'B', number: '2', manager: '1' });
  holdSomebody(data, { first: 'C', last: 'C', number: '3', manager: '3' });
  const view = new View(data, TODAY);
  assert.deepEqual(under(view, a), [b]);
  assert.deepEqual(under(view, b), [a]);
});

test('who has left is nobody’s report and has none', () => {
  const data = newPeople();
  const head = holdSomebody(data, { first: 'H', last: 'H', number: '1' });
  holdSomebody(data, { first: 'G', last: 'G', number: '2', manager: '1', left: '2026-11-01' });
  const left = holdSomebody(data, { first: 'M', last: 'M', number: '3', left: '2026-11-01' });
  const stays = holdSomebody(data, {
    first: 'S',
    last: 'S',
    number: '4',
    manager: '1',
    left: '2027-01-01',
  });
  holdSomebody(data, { first: 'T', last: 'T', number: '5', manager: '3' });
  const view = new View(data, TODAY);
  assert.deepEqual(under(view, head), [stays]);
  assert.deepEqual(under(view, left), []);
});

test('the manager is the one of the job in force', () => {
  const data = newPeople();
  const before = holdSomebody(data, { first: 'B', last: 'B', number: '1' });
  const now = holdSomebody(data, { first: 'N', last: 'N', number: '2' });
  const moved = hold(data, [
    { t: 'employment', e: { staffNumber: '3', hireDate: '2020-01-01' } },
    { t: 'job', from: '2020-01-01', e: { title: 'x', manager: '1' } },
    { t: 'job', from: '2025-01-01', e: { title: 'x', manager: '2' } },
  ]);
  assert.deepEqual(under(new View(data, TODAY), before), []);
  assert.deepEqual(under(new View(data, TODAY), now), [moved]);
  assert.deepEqual(under(new View(data, dayOf('2024-12-31')), before), [moved]);
});
