// A mapping holds for a file and a client, or every reason why it does not is named at once.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Mapping } from '../../../../contract/mapping.ts';
import { compileMapping } from './compile-mapping.ts';
import { adopted, key, whole } from './example-catalogue.ts';

const id: Mapping['columns'] = { id: { element: 'employment.staffNumber' } };

describe('a mapping is refused with every fault, by column', () => {
  const cases: [string, Partial<Mapping>, string[], string | null, RegExp][] = [
    ['a column without an element', {}, ['x'], 'x', /not mapped/],
    [
      'a column that is not in the file',
      { columns: { x: { discard: true } } },
      [],
      'x',
      /not in the file/,
    ],
    [
      'a type without a procedure',
      { columns: { x: { element: 'star.sign' } } },
      ['x'],
      'x',
      /no procedure \(SOP\) covers a record type star/,
    ],
    [
      'an element without a procedure',
      { columns: { x: { element: 'job.mood' } } },
      ['x'],
      'x',
      /no procedure \(SOP\) covers that element of job/,
    ],
    [
      'an element not adopted',
      { columns: { x: { element: 'job.soc' } } },
      ['x'],
      'x',
      /not adopted.* rests on US-CA only/,
    ],
    [
      'records about the client',
      { columns: { x: { element: 'programme.name' } } },
      ['x'],
      'x',
      /about the client/,
    ],
    [
      'two columns to one element',
      { columns: { x: { element: 'job.title' }, y: { element: 'job.title' } } },
      ['x', 'y'],
      'y',
      /column "x" gives already/,
    ],
    [
      'a column and a constant to one element',
      { columns: { x: { element: 'job.title' } }, constants: { 'job.title': 'T' } },
      ['x'],
      null,
      /column "x" gives already/,
    ],
    [
      'a required element is missing',
      { columns: { x: { element: 'job.manager' } } },
      ['x'],
      null,
      /job requires job.title/,
    ],
    [
      'money without a currency',
      { columns: { x: { element: 'pay.base' } }, constants: { 'pay.basis': 'annual' } },
      ['x'],
      'x',
      /names its currency/,
    ],
    [
      'a date pattern on text',
      { columns: { x: { element: 'job.title', transform: { date: 'YYYY-MM-DD' } } } },
      ['x'],
      'x',
      /does not suit/,
    ],
    [
      'a date pattern without a day',
      { columns: { x: { element: 'person.dateOfBirth', transform: { date: 'MM/YYYY' } } } },
      ['x'],
      'x',
      /one year, one month and one day/,
    ],
    [
      'one sign for decimals and thousands',
      {
        columns: {
          x: {
            element: 'pay.base',
            transform: { money: { currency: 'USD', decimal: '.', group: '.' } },
          },
        },
        constants: { 'pay.basis': 'annual' },
      },
      ['x'],
      'x',
      /different signs/,
    ],
    [
      'a code outside its list',
      { columns: { x: { element: 'pay.basis', transform: { codes: { Y: 'yearly' } } } } },
      ['x'],
      'x',
      /"yearly" is not in the code list/,
    ],
    [
      'one value with two codes',
      {
        columns: {
          x: { element: 'pay.basis', transform: { codes: { Y: 'annual', 'Y ': 'hourly' } } },
        },
      },
      ['x'],
      'x',
      /two codes/,
    ],
    [
      'a constant that does not hold',
      { constants: { 'pay.basis': 'weekly' } },
      [],
      null,
      /constant pay.basis is not in the code list/,
    ],
    ['nothing of the file is kept', {}, [], null, /keeps nothing/],
    [
      'a constant key',
      { columns: {}, constants: { 'employment.staffNumber': '1' } },
      [],
      null,
      /every row the same key/,
    ],
    [
      'a key that is both given and generated',
      { key: { generate: 'row', prefix: 'IMP-' } },
      [],
      'id',
      /key generates already/,
    ],
  ];
  for (const [name, mapping, headers, column, reason] of cases) {
    test(name, () => {
      const columns =
        mapping.columns && Object.keys(mapping.columns).length === 0
          ? {}
          : { ...id, ...mapping.columns };
      const all = 'id' in columns ? ['id', ...headers] : headers;
      const compiled = compileMapping(
        { adopted, whole },
        { version: 1, key, ...mapping, columns },
        all,
      );
      assert.ok('faults' in compiled);
      assert.ok(
        compiled.faults.some((fault) => fault.column === column && reason.test(fault.reason)),
        JSON.stringify(compiled.faults),
      );
    });
  }

  test('no column for the key', () => {
    const compiled = compileMapping({ adopted, whole }, { version: 1, key, columns: {} }, []);
    assert.deepEqual(compiled, {
      faults: [{ column: null, reason: 'the key employment.staffNumber is given by no column' }],
    });
  });

  test('headers and elements named like an object’s own are columns like any other', () => {
    const columns = JSON.parse(
      '{"id":{"element":"employment.staffNumber"},"__proto__":{"discard":true}}',
    );
    const mapping = { version: 1, key, columns };
    const compiled = compileMapping({ adopted, whole }, mapping as Mapping, ['id', 'constructor']);
    assert.ok('faults' in compiled);
    assert.deepEqual(compiled.faults.map((fault) => fault.column).toSorted(), [
      '__proto__',
      'constructor',
    ]);
  });
});
