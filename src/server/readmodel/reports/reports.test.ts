import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { newBitmap, setBit } from '../bitmap.ts';
import {
  ALL_RIGHTS,
  catalogue,
  hold,
  holdSomebody,
  newPeople,
  recordsOf,
  type Somebody,
} from '../held-people.test-support.ts';
import { runType } from '../held-types.ts';
import type { ModelData } from '../model-data.ts';
import { newTable, putRecord } from '../table.ts';
import { checkParameters } from './parameters.ts';
import { describeReports, findReport, mustSuppress, REPORTS, typesOfRun } from './reports.ts';
import { run, TODAY } from './run-report.test-support.ts';

function many(data: ModelData, count: number, one: Partial<Somebody>): void {
  for (let i = 0; i < count; i++) {
    holdSomebody(data, { first: 'A', last: 'A', number: `${data.people.size}`, ...one });
  }
}

describe('headcount', () => {
  it('counts who is employed on the day, by the job in force on it', async () => {
    const data = newPeople();
    many(data, 2, { department: 'Hall', hired: '2020-05-01' });
    many(data, 1, { department: 'Hall', hired: '2020-05-02' });
    many(data, 1, { department: 'Hall', hired: '2019-01-01', left: '2020-05-01' });
    many(data, 1, { department: 'Hall', hired: '2019-01-01', left: '2020-05-02' });
    hold(data, [
      { t: 'employment', e: { staffNumber: 'x', hireDate: '2019-01-01' } },
      { t: 'job', from: '2019-01-01', e: { title: 'a', department: 'Kitchen' } },
      { t: 'job', from: '2020-06-01', e: { title: 'b', department: 'Hall' } },
    ]);
    const on = async (asOf: string) =>
      (await run(data, 'headcount', { parameters: { asOf } })).rows;
    assert.deepEqual(await on('2020-05-01'), [
      ['Hall', 3],
      ['Kitchen', 1],
    ]);
    assert.deepEqual(await on('2020-06-01'), [['Hall', 4]]);
  });

  it('counts people without a job or a department as such', async () => {
    const data = newPeople();
    hold(data, [{ t: 'employment', e: { staffNumber: '1', hireDate: '2020-01-01' } }]);
    hold(data, [
      { t: 'employment', e: { staffNumber: '2', hireDate: '2020-01-01' } },
      { t: 'job', from: '2020-01-01', e: { title: 'a' } },
    ]);
    assert.deepEqual((await run(data, 'headcount')).rows, [['(not recorded)', 2]]);
  });

  it('counts by two dimensions and by none', async () => {
    const data = newPeople();
    many(data, 2, { department: 'Hall', title: 'Cook' });
    many(data, 1, { department: 'Hall', title: 'Host' });
    const by = async (dimensions: string[]) =>
      (await run(data, 'headcount', { parameters: { dimensions } })).rows;
    assert.deepEqual(await by(['department', 'jobTitle']), [
      ['Hall', 'Cook', 2],
      ['Hall', 'Host', 1],
    ]);
    assert.deepEqual(await by([]), [[3]]);
    const codes = await run(data, 'headcount', { parameters: { dimensions: ['eeoCategory'] } });
    assert.deepEqual(codes.rows, [['(not recorded)', 3]]);
  });

  it('sees only the people in scope', async () => {
    const data = newPeople();
    many(data, 3, { department: 'Hall' });
    const people = () => {
      const bitmap = newBitmap(64);
      setBit(bitmap, 1);
      return bitmap;
    };
    assert.deepEqual((await run(data, 'headcount', { people })).rows, [['Hall', 1]]);
    const months = await run(data, 'joiners-leavers', {
      people,
      parameters: { asOf: '2020-01-31', months: 1 },
    });
    assert.deepEqual(months.rows, [['2020-01', 1, 0]]);
  });

  it('withholds small counts and what would give them away', async () => {
    const data = newPeople();
    many(data, 3, { department: 'Board' });
    many(data, 8, { department: 'Hall' });
    many(data, 20, { department: 'Kitchen' });
    const answer = await run(data, 'headcount', { suppress: true });
    assert.deepEqual(answer.rows, [
      ['Board', null],
      ['Hall', null],
      ['Kitchen', 20],
    ]);
    assert.equal(answer.suppressed, true);
    assert.equal(answer.withheld, 2);
  });
});

describe('joiners and leavers', () => {
  it('counts by month, the last month up to the day', async () => {
    const data = newPeople();
    many(data, 2, { hired: '2026-01-01', left: '2026-03-31' });
    many(data, 1, { hired: '2026-01-31' });
    many(data, 1, { hired: '2026-02-01', left: '2026-03-15' });
    many(data, 1, { hired: '2025-12-31' });
    const parameters = { asOf: '2026-03-15', months: 3 };
    const { rows } = await run(data, 'joiners-leavers', { parameters });
    assert.deepEqual(rows, [
      ['2026-01', 3, 0],
      ['2026-02', 1, 0],
      ['2026-03', 0, 1],
    ]);
  });

  it('withholds small counts', async () => {
    const data = newPeople();
    many(data, 2, { hired: '2026-01-10' });
    many(data, 6, { hired: '2026-02-10' });
    many(data, 9, { hired: '2026-03-10' });
    const parameters = { asOf: '2026-03-31', months: 3 };
    const { rows } = await run(data, 'joiners-leavers', { parameters, suppress: true });
    assert.deepEqual(rows, [
      ['2026-01', null, null],
      ['2026-02', 6, 0],
      ['2026-03', 9, 0],
    ]);
  });
});

describe('EEO-1', () => {
  const person = (number: string, category: string) =>
    recordsOf({ first: 'A', last: number, number, category });

  function people(list: readonly [string, Record<string, string | boolean | null> | null][]) {
    const data = newPeople();
    const table = newTable(runType(catalogue, 'demographic')!, 16);
    for (const [i, [category, e]] of list.entries()) {
      hold(data, person(String(i), category));
      const id = Buffer.alloc(16);
      id.writeUInt32BE(i, 12);
      if (e !== null) putRecord(table, id, 0, i, { t: 'demographic', e });
    }
    return { data, demographic: table };
  }

  it('is ten categories by fourteen cells with their totals, Hispanic or Latino before race', async () => {
    const { data, demographic } = people([
      ['executive', { hispanicLatino: false, sex: 'male', race: 'white' }],
      ['executive', { hispanicLatino: true, sex: 'female', race: 'white' }],
      ['service', { hispanicLatino: false, sex: 'female', race: 'two-or-more' }],
      ['service', { hispanicLatino: true, sex: 'male', race: null }],
    ]);
    const { rows, columns, exceptions } = await run(data, 'eeo-1', { opened: { demographic } });
    assert.equal(columns.length, 16);
    assert.equal(columns.map((column) => column.id).join(''), 'categoryABCDEFGHIJKLMNO');
    assert.equal(columns[3]?.label, 'White, male');
    assert.equal(columns[14]?.label, 'Two or More Races, female');
    assert.equal(rows.length, 11);
    const cells = (row: number) => rows[row]!.slice(1);
    assert.deepEqual(cells(0), [0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    assert.deepEqual(cells(9), [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2]);
    assert.deepEqual(cells(10), [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 4]);
    assert.deepEqual(exceptions, { count: 0, items: [] });
  });

  it('never guesses: who cannot be placed is an exception and in no cell', async () => {
    const { data, demographic } = people([
      ['sales', { hispanicLatino: false, sex: 'male', race: null }],
      ['sales', { hispanicLatino: null, sex: 'male', race: 'asian' }],
      ['sales', { hispanicLatino: true, sex: null, race: null }],
      ['sales', null],
      ['', { hispanicLatino: true, sex: 'male', race: null }],
      ['sales', { hispanicLatino: false, sex: 'male', race: 'asian' }],
    ]);
    const { rows, exceptions } = await run(data, 'eeo-1', { opened: { demographic } });
    assert.equal(rows[10]?.at(-1), 1);
    assert.equal(exceptions?.count, 5);
    assert.deepEqual(
      exceptions?.items.map((item) => [item.staffNumber, item.missing]),
      [
        ['0', ['demographic.race']],
        ['1', ['demographic.hispanicLatino']],
        ['2', ['demographic.sex']],
        ['3', ['demographic.hispanicLatino', 'demographic.sex', 'demographic.race']],
        ['4', ['job.eeoCategory']],
      ],
    );
  });

  it('under suppression withholds, totals included, and names nobody', async () => {
    const { data, demographic } = people([
      ...Array.from({ length: 9 }, () => ['sales', { hispanicLatino: true, sex: 'male' }] as const),
      ...Array.from(
        { length: 3 },
        () => ['sales', { hispanicLatino: true, sex: 'female' }] as const,
      ),
      ['sales', null],
    ] as [string, Record<string, string | boolean | null> | null][]);
    const { rows, exceptions, withheld } = await run(data, 'eeo-1', {
      opened: { demographic },
      suppress: true,
      parameters: { asOf: '2026-10-31' },
    });
    assert.equal(rows[4]![2], null);
    assert.equal(rows[4]![1], null);
    assert.ok(withheld >= 4);
    assert.equal(exceptions, null);
  });
});

describe('what a run may ask and needs', () => {
  const check = (id: string, given: Record<string, unknown>, suppress = false) =>
    checkParameters(findReport(id)!.parameters, given, { today: TODAY, suppress });

  it('every parameter has a default that everybody may use', () => {
    for (const report of REPORTS) {
      for (const suppress of [false, true]) {
        assert.ok('parameters' in check(report.id, {}, suppress), report.id);
      }
    }
    const [headcount, , eeo1] = describeReports(TODAY);
    assert.equal(headcount?.parameters[0]?.default, '2026-10-31');
    assert.equal(eeo1?.parameters[0]?.default, '2026-10-31');
    assert.equal(describeReports('2026-08-15')[2]?.parameters[0]?.default, '2025-12-31');
    assert.equal(describeReports('2026-10-31')[2]?.parameters[0]?.default, '2026-10-31');
  });

  it('faults are named, values not repeated', () => {
    const faultsOf = (id: string, given: Record<string, unknown>, suppress = false) => {
      const checked = check(id, given, suppress);
      return 'faults' in checked ? checked.faults.map((fault) => fault.at) : [];
    };
    assert.deepEqual(faultsOf('headcount', { asOf: '2026-02-30' }), ['asOf']);
    assert.deepEqual(faultsOf('headcount', { asOf: 20260131 }), ['asOf']);
    assert.deepEqual(
      faultsOf('headcount', { dimensions: ['department', 'location', 'jobTitle'] }),
      ['dimensions'],
    );
    assert.deepEqual(faultsOf('headcount', { dimensions: ['department', 'department'] }), [
      'dimensions',
    ]);
    assert.deepEqual(faultsOf('headcount', { dimensions: ['x; drop table staffing'] }), [
      'dimensions',
    ]);
    assert.deepEqual(faultsOf('headcount', { department: 'Hall' }), ['department']);
    assert.deepEqual(faultsOf('joiners-leavers', { months: 0 }), ['months']);
    assert.deepEqual(faultsOf('joiners-leavers', { months: 1.5 }), ['months']);
    assert.deepEqual(faultsOf('headcount', { dimensions: 'department,location' }), []);
    assert.deepEqual(faultsOf('headcount', { asOf: '2026-10-30' }, true), ['asOf']);
    assert.deepEqual(faultsOf('headcount', { asOf: '2026-11-30' }, true), ['asOf']);
    assert.deepEqual(faultsOf('headcount', { asOf: '2026-11-30' }), []);
  });

  it('names the record types of a run', () => {
    const types = (id: string, dimensions?: string[]) =>
      typesOfRun(findReport(id)!, { asOf: TODAY, ...(dimensions ? { dimensions } : {}) });
    assert.deepEqual(types('headcount', []), ['employment']);
    assert.deepEqual(types('headcount', ['department']), ['employment', 'job']);
    assert.deepEqual(types('eeo-1'), ['demographic', 'employment', 'job']);
  });

  it('suppresses unless the reader may see every element used, person by person', () => {
    const elements = (id: string) =>
      findReport(id)!.elements({ asOf: TODAY, dimensions: ['department'] });
    const suppressed = (id: string, rights: Parameters<typeof mustSuppress>[2]) =>
      mustSuppress(catalogue, elements(id), rights);
    for (const report of REPORTS) {
      assert.equal(suppressed(report.id, ALL_RIGHTS), false);
      assert.equal(suppressed(report.id, { ...ALL_RIGHTS, types: [] }), true);
      assert.equal(suppressed(report.id, { ...ALL_RIGHTS, sensitivities: [] }), true);
    }
    const withoutDemographic = ALL_RIGHTS.types.filter((type) => type !== 'demographic');
    assert.equal(suppressed('eeo-1', { ...ALL_RIGHTS, types: withoutDemographic }), true);
    assert.equal(suppressed('headcount', { ...ALL_RIGHTS, types: withoutDemographic }), false);
  });
});
