import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { dayOf } from './day.ts';
import { fold } from './fold.ts';
import { ALL_RIGHTS, hold, holdSomebody, newPeople } from './held-people.test-support.ts';
import { listPeople, SEARCHED } from './list.ts';
import type { ListQuery, Position } from './messages.ts';
import { ModelError } from './model-error.ts';
import { View } from './view.ts';

const QUERY: ListQuery = {
  today: '2026-11-23',
  scope: { kind: 'all' },
  rights: ALL_RIGHTS,
  limit: 50,
};

function viewOf(data = somePeople()): View {
  return new View(data, dayOf(QUERY.today));
}

function somePeople() {
  const data = newPeople();
  holdSomebody(data, {
    first: 'Zoë',
    last: 'Adams',
    number: '30',
    title: 'Cook',
    department: 'Kitchen',
    base: '900.00',
    mail: 'zoe@example.org',
  });
  holdSomebody(data, {
    first: 'Ana',
    last: 'Çelik',
    number: '10',
    title: 'Cook',
    department: 'Kitchen',
    base: '5000.5',
    hired: '2021-02-03',
  });
  holdSomebody(data, {
    first: 'Bo',
    last: 'Adams',
    number: '20',
    title: 'Head Cook',
    department: 'Hall',
    base: '20000',
  });
  return data;
}

function ask(view: View, more: Partial<ListQuery> = {}) {
  return listPeople(view, { ...QUERY, ...more }, view.present.slice());
}

const numbers = (view: View, more: Partial<ListQuery> = {}) =>
  ask(view, more).items.map((item) => item.staffNumber);

describe('a list', () => {
  it('is by name when nothing else is asked', () => {
    assert.deepEqual(numbers(viewOf()), ['20', '30', '10']);
  });

  it('finds substrings without regard to case and accents', () => {
    const view = viewOf();
    assert.deepEqual(numbers(view, { q: 'CELI' }), ['10']);
    assert.deepEqual(numbers(view, { q: 'zoe' }), ['30']);
    assert.deepEqual(numbers(view, { q: 'zoë' }), ['30']);
    assert.deepEqual(numbers(view, { q: 'Adams, Bo' }), ['20']);
    assert.deepEqual(numbers(view, { q: 'head' }), ['20']);
    assert.deepEqual(numbers(view, { q: 'kitchen' }), ['30', '10']);
    assert.deepEqual(numbers(view, { q: '@example' }), ['30']);
    assert.deepEqual(numbers(view, { q: 'xyzzy' }), []);
    assert.equal(ask(view, { q: 'o' }).total, 3);
  });

  it('filters by value and counts all that match', () => {
    const view = viewOf();
    const answer = ask(view, { filters: { 'job.title': 'cook' }, limit: 1 });
    assert.equal(answer.total, 2);
    assert.equal(answer.items.length, 1);
    assert.deepEqual(numbers(view, { filters: { 'employment.hireDate': '2021-02-03' } }), ['10']);
    assert.deepEqual(numbers(view, { filters: { 'employment.staffNumber': '20' } }), ['20']);
    assert.deepEqual(numbers(view, { filters: { 'pay.base': '900' } }), ['30']);
    assert.deepEqual(
      numbers(view, { filters: { 'job.title': 'Cook', 'person.lastName': 'adams' } }),
      ['30'],
    );
  });

  it('sorts texts, dates and amounts both ways, people without a value last', () => {
    const view = viewOf();
    const by = (element: string, descending = false) =>
      numbers(view, { sort: { element, descending } });
    assert.deepEqual(by('pay.base'), ['30', '10', '20']);
    assert.deepEqual(by('pay.base', true), ['20', '10', '30']);
    assert.deepEqual(by('employment.hireDate'), ['20', '30', '10']);
    assert.deepEqual(by('contact.workEmail'), ['30', '20', '10']);
    assert.deepEqual(by('job.department'), ['20', '30', '10']);
  });

  it('gives canonical values, and shows only what is asked for', () => {
    const [item] = ask(viewOf(), {
      q: 'celik',
      elements: ['pay.base', 'job.title', 'job.manager'],
    }).items;
    assert.deepEqual(item?.values, {
      'pay.base': { amount: '5000.5', currency: 'USD' },
      'job.title': 'Cook',
      'job.manager': null,
    });
  });

  it('shows the job in force, and none before or after it', () => {
    const data = newPeople();
    const job = (title: string, from: string, until?: string) => ({
      t: 'job',
      from,
      ...(until ? { until } : {}),
      e: { title },
    });
    hold(data, [job('Trainee', '2020-01-01'), job('Cook', '2022-01-01', '2024-01-01')]);
    const titleOn = (day: string) =>
      listPeople(
        new View(data, dayOf(day)),
        { ...QUERY, elements: ['job.title'] },
        new View(data, dayOf(day)).present.slice(),
      ).items[0]?.values['job.title'];
    assert.equal(titleOn('2019-12-31'), null);
    assert.equal(titleOn('2020-01-01'), 'Trainee');
    assert.equal(titleOn('2021-12-31'), 'Trainee');
    assert.equal(titleOn('2022-01-01'), 'Cook');
    assert.equal(titleOn('2024-01-01'), null);
  });

  it('knows nothing outside the rights: not shown, filtered, sorted, searched or counted', () => {
    const view = viewOf();
    const rights = { types: ['person', 'employment'], sensitivities: ['R1', 'R2'] } as const;
    for (const id of [
      'job.title',
      'pay.base',
      'demographic.sex',
      'employment.terminationDate',
      'no.such',
      '__proto__.x',
    ]) {
      for (const more of [
        { elements: [id] },
        { filters: { [id]: 'x' } },
        { sort: { element: id, descending: false } },
      ]) {
        assert.throws(
          () => ask(view, { rights, ...more }),
          (error) => error instanceof ModelError && error.code === 'unknown-element',
        );
      }
    }
    assert.equal(ask(view, { rights, q: 'cook' }).total, 0);
    assert.equal(ask(view, { rights, q: 'adams' }).total, 2);
    assert.ok(!('job.title' in ask(view, { rights }).items[0]!.values));
  });

  it('never lists R4, whatever the rights', () => {
    const data = somePeople();
    for (const table of data.tables.values()) {
      for (const held of table.held.elements)
        assert.notEqual(held.element.sensitivity, 'R4', held.id);
    }
    for (const id of ['demographic.sex', 'identity.ssn', 'bank.account']) {
      assert.throws(() => ask(viewOf(), { elements: [id] }), ModelError);
    }
  });

  it('refuses a limit out of bounds and a value that an element cannot have', () => {
    for (const more of [
      { limit: 0 },
      { limit: 201 },
      { filters: { 'employment.hireDate': '2021-02-30' } },
    ]) {
      assert.throws(
        () => ask(viewOf(), more),
        (error) => error instanceof ModelError && error.code === 'bad-query',
      );
    }
  });

  it('pages through everybody once, in order', () => {
    const data = newPeople();
    for (let i = 0; i < 25; i++) {
      holdSomebody(data, {
        first: 'A',
        last: `L${(7 * i) % 25}`,
        number: String(i),
        title: i % 3 ? 'x' : 'y',
      });
    }
    const view = viewOf(data);
    for (const descending of [false, true]) {
      const sort = { element: 'job.title', descending };
      const whole = ask(view, { sort, limit: 200 }).items.map((item) => item.subject);
      const paged: string[] = [];
      let after: Position | null = null;
      do {
        const page = ask(view, { sort, limit: 4, ...(after ? { after } : {}) });
        paged.push(...page.items.map((item) => item.subject));
        after = page.next;
      } while (after !== null);
      assert.deepEqual(paged, whole);
      assert.equal(new Set(paged).size, 25);
    }
  });

  it('goes on at the same place when the last person of a page has gone', () => {
    const view = viewOf();
    const after = { subject: '01900000-0000-7000-8000-ffffffffffff', offset: 2 };
    assert.deepEqual(numbers(view, { after }), ['10']);
  });

  it('finds what a plain search would find, whatever the names and words', () => {
    const letters = fc.string({
      unit: fc.constantFrom('a', 'b', 'é', 'n', '1', '-', ' ', '渡'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(letters, letters), { maxLength: 8 }), letters, (people, q) => {
        const data = newPeople();
        for (const [i, [first, last]] of people.entries()) {
          hold(data, [{ t: 'person', e: { firstName: first, lastName: last } }], undefined);
          assert.equal(data.people.size, i + 1);
        }
        const words = fold(q)
          .split(/[\s,]+/u)
          .filter(Boolean);
        const expected = people.filter((names) =>
          words.every((word) => names.some((name) => fold(name).includes(word))),
        );
        assert.equal(ask(viewOf(data), { q }).total, expected.length);
      }),
      { numRuns: 200 },
    );
  });

  it('answers after changes as if made anew', () => {
    const data = somePeople();
    const view = viewOf(data);
    const sort = { element: 'job.title', descending: false };
    ask(view, { q: 'cook', sort, filters: { 'person.lastName': 'adams' } });
    const changed = new Set<number>();
    holdSomebody(data, { first: 'Cy', last: 'Baker', number: '40', title: 'Cook' });
    changed.add(data.people.size - 1);
    const first = data.people.uuidAt(0);
    hold(
      data,
      [{ t: 'job', from: '2026-01-01', e: { title: 'Baker', department: 'Bakery' } }],
      first,
    );
    changed.add(0);
    assert.ok(view.update(changed));
    const anew = viewOf(data);
    for (const more of [
      {},
      { sort },
      { q: 'cook', sort },
      { q: 'baker' },
      { filters: { 'job.title': 'baker' } },
    ]) {
      assert.deepEqual(ask(view, more), ask(anew, more));
    }
  });

  it('searches only elements that lists may show', () => {
    const held = new Set(
      [...newPeople().tables.values()].flatMap((table) => table.held.elements.map((one) => one.id)),
    );
    for (const id of SEARCHED) assert.ok(held.has(id), id);
  });
});
