import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dayOf } from './day.ts';
import { hold, holdSomebody, newPeople } from './held-people.test-support.ts';
import { personOf } from './list.ts';
import { uuidsOf } from './people-answer.ts';
import { isUnder, peopleUnder, reportingLines, STANDINGS } from './reporting-lines.ts';
import { putRecord } from './table.ts';
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

test('a circle gives nobody authority over those above, and keeps everybody below', () => {
  const data = newPeople();
  const a = holdSomebody(data, { first: 'A', last: 'A', number: '1', manager: '2' });
  const b = holdSomebody(data, { first: 'B', last: 'B', number: '2', manager: '1' });
  const own = holdSomebody(data, { first: 'C', last: 'C', number: '3', manager: '3' });
  const below = holdSomebody(data, { first: 'D', last: 'D', number: '4', manager: '2' });
  const view = new View(data, TODAY);
  assert.deepEqual(under(view, a), []);
  assert.deepEqual(under(view, b), [below]);
  assert.deepEqual(under(view, own), []);
});

test('whoever has no place says why', () => {
  const data = newPeople();
  holdSomebody(data, { first: 'H', last: 'H', number: '1' });
  holdSomebody(data, { first: 'A', last: 'A', number: '2', manager: '1' });
  holdSomebody(data, { first: 'B', last: 'B', number: '3', manager: '3' });
  holdSomebody(data, { first: 'C', last: 'C', number: '4', manager: '99' });
  holdSomebody(data, { first: 'D', last: 'D', number: '5', left: '2026-01-01' });
  holdSomebody(data, { first: 'E', last: 'E', number: '6', manager: '5' });
  holdSomebody(data, { first: 'F', last: 'F', number: '7', manager: '8' });
  holdSomebody(data, { first: 'G', last: 'G', number: '8', manager: '7' });
  hold(data, [{ t: 'employment', e: { staffNumber: '9', hireDate: '2020-01-01' } }]);
  const { standings } = reportingLines(new View(data, TODAY));
  assert.deepEqual(
    [...standings].map((standing) => STANDINGS[standing]),
    [
      'top',
      'placed',
      'own-manager',
      'manager-unknown',
      'gone',
      'manager-left',
      'circle',
      'circle',
      'no-job',
    ],
  );
});

/** Who is whose manager, by place: a number of somebody, oneself or nobody. */
const MANAGERS = fc.array(fc.option(fc.nat(14)), { minLength: 1, maxLength: 15 });

test('however the lines run, circles included, everybody below is found by a naive walk too', () => {
  fc.assert(
    fc.property(MANAGERS, fc.nat(16), (managers, levels) => {
      const { data, subjects } = peopleWith(managers);
      const view = new View(data, TODAY);
      const lines = reportingLines(view);
      for (const [i, subject] of subjects.entries()) {
        const found = peopleUnder(lines, personOf(view, subject), view.capacity, levels);
        const expected = naive(managers, i, levels).map((person) => subjects[person]!);
        assert.deepEqual(uuidsOf(view, found).sort(), expected.sort());
        for (const [j, other] of subjects.entries()) {
          const isBelow = isUnder(lines, personOf(view, other), personOf(view, subject));
          assert.equal(isBelow, naive(managers, i, 99).includes(j));
        }
      }
    }),
    { numRuns: 200 },
  );
});

test('after any changes the lines are those that would be made anew', () => {
  fc.assert(
    fc.property(MANAGERS, fc.array(fc.tuple(fc.nat(14), fc.option(fc.nat(14)))), (first, then) => {
      const { data, jobs } = peopleWith(first);
      const view = new View(data, TODAY);
      view.lines();
      for (const [at, manager] of then) {
        const person = at % first.length;
        const table = data.tables.get('job')!;
        const id = Buffer.from(jobs[person]!.replaceAll('-', ''), 'hex');
        putRecord(table, id, 0, person, jobOf(manager));
        assert.equal(view.update(new Set([person])), true);
        const { links: _, ...kept } = view.lines();
        const { links: __, ...anew } = reportingLines(new View(data, TODAY));
        assert.deepEqual(kept, anew);
      }
    }),
    { numRuns: 100 },
  );
});

function peopleWith(managers: readonly (number | null)[]) {
  const data = newPeople();
  const jobs = managers.map((_, i) => `01900000-0000-7000-9000-00000000${1000 + i}`);
  const subjects = managers.map((manager, i) => {
    const number = String(i);
    const subject = hold(data, [
      { t: 'person', e: { firstName: 'P', lastName: number } },
      { t: 'employment', e: { staffNumber: number, hireDate: '2020-01-01' } },
    ]);
    const id = Buffer.from(jobs[i]!.replaceAll('-', ''), 'hex');
    putRecord(data.tables.get('job')!, id, 0, i, jobOf(manager));
    return subject;
  });
  return { data, subjects, jobs };
}

function jobOf(manager: number | null) {
  const e = { title: 'x', manager: manager === null ? null : String(manager) };
  return { t: 'job', from: '2020-01-01', until: null, e };
}

/** By the definition: up from everybody, unless the way is a circle that leads back to them. */
function naive(managers: readonly (number | null)[], head: number, levels: number): number[] {
  const above = (person: number): number | null => {
    const manager = managers[person];
    if (manager === null || manager === undefined || manager >= managers.length) return null;
    return manager;
  };
  const isOnCircle = (person: number) => {
    let at = above(person);
    for (let steps = 0; at !== null && steps < managers.length; steps++, at = above(at)) {
      if (at === person) return true;
    }
    return false;
  };
  const found: number[] = [];
  for (let person = 0; person < managers.length; person++) {
    let at: number | null = person;
    for (let up = 1; up <= levels; up++) {
      at = isOnCircle(at) ? null : above(at);
      if (at === null) break;
      if (at === head) {
        found.push(person);
        break;
      }
    }
  }
  return found;
}

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
