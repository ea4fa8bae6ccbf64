// A mapping holds for a file and a client, or every reason why it does not is named at once.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type {
  Catalogue,
  Element,
  ElementType,
  RecordType,
} from '../../../../catalogue/catalogue.ts';
import { type Mapping, mappingSchema } from '../../../../contract/mapping.ts';
import { type CompiledMapping, compileMapping } from './compile-mapping.ts';
import type { RowError } from './map-row.ts';

const whole = catalogueOf([
  typeOf('person', 'one', [
    ['lastName', 'text', true],
    ['firstName', 'text', true],
    ['middleName', 'text'],
    ['dateOfBirth', 'date'],
  ]),
  typeOf('employment', 'one', [
    ['staffNumber', 'identifier', true],
    ['hireDate', 'date', true],
  ]),
  typeOf('job', 'effective', [
    ['title', 'text', true],
    ['manager', 'identifier'],
    ['remote', 'boolean'],
    ['soc', 'code', false, 'US-CA'],
  ]),
  typeOf('contact', 'one', [
    ['postalCode', 'text'],
    ['email', 'email'],
  ]),
  typeOf('pay', 'effective', [
    ['base', 'money', true],
    ['basis', 'code', true],
    ['hours', 'number'],
  ]),
  { ...typeOf('programme', 'many', [['name', 'text']]), about: 'client' as const },
]);
const adopted: Catalogue = {
  ...whole,
  types: whole.types.map((type) => ({
    ...type,
    elements: type.elements.filter((element) => element.mandates[0]?.jurisdiction === 'US'),
  })),
};
const key: Mapping['key'] = { element: 'employment.staffNumber' };
const usd = { money: { currency: 'USD', decimal: '.' as const, group: ',' as const } };
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
  assert.deepEqual(salaries.types, [{ id: 'pay', cardinality: 'effective' }]);
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

test('the mapping’s schema refuses unknown keys, transforms and shapes', () => {
  const base = { version: 1, columns: { a: { element: 'job.title' } }, key };
  assert.ok(mappingSchema.safeParse(base).success);
  for (const change of [
    { version: 2 },
    { extra: 1 },
    { columns: { a: { element: 'job.title', discard: true } } },
    { columns: { a: { discard: false } } },
    { columns: { a: { element: 'title' } } },
    { columns: { a: { element: 'job.title', transform: { upper: true } } } },
    {
      columns: {
        a: { element: 'job.title', transform: { case: 'lower', pad: { length: 1, with: '0' } } },
      },
    },
    { columns: { a: { element: 'job.title', transform: { pad: { length: 1e9, with: '0' } } } } },
    { columns: { a: { elements: [] } } },
    {
      columns: Object.fromEntries(
        Array.from({ length: 501 }, (_, i) => [`c${i}`, { discard: true }]),
      ),
    },
    { key: { element: 'person.lastName' } },
    { key: { generate: 'row', prefix: "'; --" } },
    { effective: '2024-02-31' },
  ]) {
    assert.ok(!mappingSchema.safeParse({ ...base, ...change }).success, JSON.stringify(change));
  }
});

function compile(mapping: Mapping, headers: string[]): CompiledMapping {
  const compiled = compileMapping({ adopted, whole }, mappingSchema.parse(mapping), headers);
  assert.ok(!('faults' in compiled), JSON.stringify(compiled));
  return compiled;
}

function errorsOf(compiled: CompiledMapping, cells: string[], row: number): { errors: RowError[] } {
  const mapped = compiled.mapRow(cells, row);
  assert.ok('errors' in mapped);
  return mapped;
}

function catalogueOf(types: RecordType[]): Catalogue {
  return {
    version: 1,
    codeLists: { list: { label: 'List', codes: { annual: 'A', hourly: 'H' } } },
    types,
  };
}

function typeOf(
  type: string,
  cardinality: RecordType['cardinality'],
  elements: [string, ElementType, boolean?, string?][],
): RecordType {
  return {
    id: type,
    label: type,
    about: 'subject',
    compartment: 'personnel',
    cardinality,
    elements: elements.map(([element, kind, required, jurisdiction]) =>
      elementOf(element, kind, required, jurisdiction),
    ),
  };
}

function elementOf(
  element: string,
  type: ElementType,
  required = false,
  jurisdiction = 'US',
): Element {
  return {
    id: element,
    label: element,
    why: 'test',
    type,
    sensitivity: 'R2',
    purposes: ['import'],
    frequency: 'on change',
    retention: { minimum: null, trigger: 'end', maximum: 'P1Y' },
    mandates: [{ citation: 'test', jurisdiction, checkedOn: '2026-01-01' }],
    reviewedOn: '2026-01-01',
    reviewDue: '2027-01-01',
    taxonomy: { fideslang: 'user', dpv: 'dpv:PersonalData' },
    required,
    ...(type === 'code' ? { codes: 'list' } : {}),
  };
}
