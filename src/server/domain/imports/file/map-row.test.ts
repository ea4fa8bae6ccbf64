// A row becomes canonical values by record type, or errors with row, column and reason.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Mapping } from '../../../../contract/mapping.ts';
import type { CompiledMapping } from './compile-mapping.ts';
import { compile, key, usd } from './example-catalogue.ts';
import type { RowError } from './map-row.ts';

const id: Mapping['columns'] = { id: { element: 'employment.staffNumber' } };

describe('rows', () => {
  const compiled = compile(
    {
      version: 1,
      columns: {
        id: { element: 'employment.staffNumber' },
        hired: { element: 'employment.hireDate', transform: { date: 'DD/MM/YYYY' } },
        name: {
          elements: [
            {
              element: 'person.lastName',
              transform: { split: { pattern: 'last, first', part: 'last' } },
            },
            {
              element: 'person.firstName',
              transform: { split: { pattern: 'last, first', part: 'first' } },
            },
            {
              element: 'person.middleName',
              transform: { split: { pattern: 'last, first', part: 'middle' } },
            },
          ],
        },
        title: { element: 'job.title' },
        remote: {
          element: 'job.remote',
          transform: { codes: { Y: 'true', N: 'false' }, else: 'empty' },
        },
        salary: { element: 'pay.base', transform: usd },
        zip: { element: 'contact.postalCode', transform: { pad: { length: 5, with: '0' } } },
        mail: { element: 'contact.email', transform: { case: 'lower' } },
        mood: { discard: true },
      },
      constants: { 'pay.basis': 'annual' },
      key,
      effective: '2016-12-31',
    },
    ['id', 'hired', 'name', 'title', 'remote', 'salary', 'zip', 'mail', 'mood'],
  );
  const good = [
    '7',
    '29/02/2016',
    'Aster, Ben C.',
    'Clerk',
    'Y',
    '$1,234.50',
    '1234',
    'A@EXAMPLE.ORG',
    'x',
  ];

  test('a row becomes canonical values by type, with the effective date where types have one', () => {
    assert.deepEqual(compiled.mapRow(good, 2), {
      row: 2,
      staffNumber: '7',
      types: [
        { type: 'employment', values: { staffNumber: '7', hireDate: '2016-02-29' }, from: null },
        {
          type: 'person',
          values: { lastName: 'Aster', firstName: 'Ben', middleName: 'C.' },
          from: null,
        },
        { type: 'job', values: { title: 'Clerk', remote: true }, from: '2016-12-31' },
        {
          type: 'pay',
          values: { base: { amount: '1234.50', currency: 'USD' }, basis: 'annual' },
          from: '2016-12-31',
        },
        {
          type: 'contact',
          values: { postalCode: '01234', email: 'A@example.org'.toLowerCase() },
          from: null,
        },
      ],
    });
    assert.deepEqual(compiled.discarded, ['mood']);
    assert.equal(compiled.keyHeader, 'id');
  });

  test('an empty cell says nothing, and a type that nothing is said of is left out with its constants', () => {
    const mapped = compiled.mapRow(
      ['7', '29/02/2016', 'Aster, Ben', 'Clerk', 'maybe', '', '', '', ''],
      2,
    );
    assert.ok('types' in mapped);
    assert.deepEqual(
      mapped.types.map(({ type, values }) => [type, Object.keys(values)]),
      [
        ['employment', ['staffNumber', 'hireDate']],
        ['person', ['lastName', 'firstName']],
        ['job', ['title']],
      ],
    );
  });

  const bad: [string, number, string, RegExp][] = [
    [
      'a day that does not exist',
      1,
      '31/02/2024',
      /not a day of the calendar written DD\/MM\/YYYY/,
    ],
    ['an amount with two points', 5, '12.3.4', /not an amount of USD/],
    ['a name with a line break', 2, 'Aster, B\nen', /line break/],
    ['a name that is not split as said', 2, 'Ben Aster', /"last, first"/],
    ['text that turns direction', 3, 'Clerk\u202e', /reading direction/],
    ['a control character', 3, 'Cl\u0007erk', /control/],
    ['a lone surrogate', 3, 'Clerk\ud800', /Unicode/],
    ['an empty key', 0, '', /the key and cannot be empty/],
    ['a required element of a touched type', 1, '', /required for employment/],
    ['an address without @', 7, 'nobody', /e-mail/],
  ];
  for (const [name, index, cell, reason] of bad) {
    test(`${name}: row, column and reason, never the value`, () => {
      const headers = ['id', 'hired', 'name', 'title', 'remote', 'salary', 'zip', 'mail', 'mood'];
      const { errors } = errorsOf(compiled, good.with(index, cell), 9);
      assert.equal(errors.length, 1, JSON.stringify(errors));
      assert.deepEqual([errors[0]?.row, errors[0]?.column], [9, headers[index]]);
      assert.match(errors[0]?.reason as string, reason);
      if (cell.length > 2) assert.ok(!errors[0]?.reason.includes(cell));
    });
  }

  test('every faulty column of a row is named', () => {
    const { errors } = errorsOf(compiled, good.with(1, 'x').with(5, 'x').with(7, 'x'), 2);
    assert.deepEqual(errors.map((error) => error.column).toSorted(), ['hired', 'mail', 'salary']);
  });

  test('harmless oddities are text: SQL, emoji, a formula', () => {
    for (const cell of ["'; DROP TABLE record; --", '🙂 Clerk', '=1+1']) {
      const mapped = compiled.mapRow(good.with(3, cell), 2);
      assert.ok('types' in mapped);
      assert.equal(mapped.types[2]?.values.title, cell);
    }
  });

  test('letters that look the same are stored the same (NFC), in values and in listed codes', () => {
    const named = compile(
      {
        version: 1,
        columns: {
          ...id,
          a: { element: 'job.title' },
          b: { element: 'job.remote', transform: { codes: { 'h\u00e9': 'true' } } },
        },
        key,
      },
      ['id', 'a', 'b'],
    );
    const mapped = named.mapRow(['1', 'he\u0301', 'he\u0301'], 2);
    assert.ok('types' in mapped);
    assert.deepEqual(mapped.types[0]?.values, { title: 'h\u00e9', remote: true });
  });
});

test('a type that only the key stands for is not touched, so a file of salaries needs no hire dates', () => {
  const salaries = compile(
    {
      version: 1,
      columns: { ...id, s: { element: 'pay.base', transform: usd } },
      constants: { 'pay.basis': 'annual' },
      key,
    },
    ['id', 's'],
  );
  assert.deepEqual(
    salaries.types.map(({ id }) => id),
    ['pay'],
  );
  assert.deepEqual(salaries.mapRow(['7', '5'], 2), {
    row: 2,
    staffNumber: '7',
    types: [
      {
        type: 'pay',
        values: { base: { amount: '5', currency: 'USD' }, basis: 'annual' },
        from: null,
      },
    ],
  });
});

test('generated keys follow the row number and nothing else', () => {
  const generated = compile(
    {
      version: 1,
      columns: { hired: { element: 'employment.hireDate' } },
      key: { generate: 'row', prefix: 'IMP-' },
    },
    ['hired'],
  );
  assert.equal(generated.generates, true);
  assert.deepEqual(generated.mapRow(['2020-01-02'], 12), {
    row: 12,
    staffNumber: 'IMP-000012',
    types: [
      {
        type: 'employment',
        values: { staffNumber: 'IMP-000012', hireDate: '2020-01-02' },
        from: null,
      },
    ],
  });
});

function errorsOf(compiled: CompiledMapping, cells: string[], row: number): { errors: RowError[] } {
  const mapped = compiled.mapRow(cells, row);
  assert.ok('errors' in mapped);
  return mapped;
}
