// A suggestion names what is plain from headers and values, holds for the rows it saw, and discards nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MappingColumn } from '../../../../contract/mapping.ts';
import { mappingSchema } from '../../../../contract/mapping.ts';
import { compileMapping } from './compile-mapping.ts';
import { adopted, whole } from './example-catalogue.ts';
import { suggestMapping } from './suggest-mapping.ts';

const split = (element: string, part: string, pattern = 'last, first') => ({
  element,
  transform: { split: { pattern, part } },
});

function suggest(headers: string[], ...rows: string[][]) {
  const suggested = suggestMapping(adopted, headers, rows);
  assert.ok(mappingSchema.safeParse(suggested.mapping).success);
  const left = suggested.unsuggested.map((header) => [header, { discard: true as const }]);
  const columns = { ...suggested.mapping.columns, ...Object.fromEntries(left) };
  const compiled = compileMapping({ adopted, whole }, { ...suggested.mapping, columns }, headers);
  if (!('faults' in compiled)) {
    for (const row of rows) assert.ok('types' in compiled.mapRow(row, 2));
  }
  return suggested;
}

/** The suggestion for one column beside a staff number, a hire date and a title. */
function column(header: string, ...values: string[]): MappingColumn | undefined {
  const rows = values.map((value, index) => [String(index), '2020-01-02', 'Clerk', value]);
  return suggest(['Staff No.', 'Hire_Date', 'Job Title', header], ...rows).mapping.columns[header];
}

test('names, keys, money and dates of an ordinary file', () => {
  const { mapping, unsuggested } = suggest(
    ['EmpID', 'Employee_Name', 'DateofHire', 'Annual Salary', 'Position', 'Favourite colour'],
    ['1', 'Aster, Ben C.', '02/29/16', '$69,222.18', 'Clerk', 'red'],
    ['2', 'Birch, Dora', '12/01/99', '$1.00', 'Clerk', 'red'],
  );
  assert.deepEqual(mapping, {
    version: 1,
    columns: {
      EmpID: { element: 'employment.staffNumber' },
      Employee_Name: {
        elements: [
          split('person.lastName', 'last'),
          split('person.firstName', 'first'),
          split('person.middleName', 'middle'),
        ],
      },
      DateofHire: {
        element: 'employment.hireDate',
        transform: { date: 'MM/DD/YY', pivot: 1930 },
      },
      'Annual Salary': {
        element: 'pay.base',
        transform: { money: { currency: 'USD', decimal: '.', group: ',' } },
      },
      Position: { element: 'job.title' },
    },
    constants: { 'pay.basis': 'annual' },
    key: { element: 'employment.staffNumber' },
  });
  assert.deepEqual(unsuggested, ['Favourite colour']);
});

test('names written first to last', () => {
  assert.deepEqual(column('Name', 'Ben Aster', 'Dora van Birch'), {
    elements: [
      split('person.lastName', 'last', 'first last'),
      split('person.firstName', 'first', 'first last'),
      split('person.middleName', 'middle', 'first last'),
    ],
  });
});

test('the order of day and month comes from the values, of the whole file if need be', () => {
  const { mapping } = suggest(
    ['Staff ID', 'DOB', 'Hire Date', 'Last Name', 'First Name'],
    ['1', '01/02/1980', '03/04/2020', 'A', 'B'],
    ['2', '25/12/1980', '05/06/2020', 'C', 'D'],
  );
  const transform = { date: 'DD/MM/YYYY' };
  assert.deepEqual(mapping.columns.DOB, { element: 'person.dateOfBirth', transform });
  assert.deepEqual(mapping.columns['Hire Date'], { element: 'employment.hireDate', transform });
});

test('a ZIP code that lost its zero is padded', () => {
  assert.deepEqual(column('Zip', '2138', '94105'), {
    element: 'contact.postalCode',
    transform: { pad: { length: 5, with: '0' } },
  });
  assert.deepEqual(column('Zip', '02138', '94105'), { element: 'contact.postalCode' });
});

test('codes are matched only when every value is plain, and silence is empty', () => {
  assert.deepEqual(column('Remote', 'Yes', 'No', 'N/A'), {
    element: 'job.remote',
    transform: { codes: { Yes: 'true', No: 'false' }, else: 'empty' },
  });
  assert.equal(column('Remote', 'Yes', 'No', 'on Fridays'), undefined);
});

test('European amounts', () => {
  const rows = [['1', 'A', '69.222,18 €']];
  const { mapping } = suggest(['Staff ID', 'Last name', 'Salary'], ...rows);
  assert.deepEqual(mapping.columns.Salary, {
    element: 'pay.base',
    transform: { money: { currency: 'EUR', decimal: ',', group: '.' } },
  });
});

test('staff numbers that repeat or are missing are no key: rows are numbered', () => {
  for (const ids of [
    ['1', '1'],
    ['1', ''],
  ]) {
    const { mapping, unsuggested } = suggest(
      ['Staff ID', 'Hire Date'],
      ...ids.map((id) => [id, '2020-01-02']),
    );
    assert.deepEqual(mapping.key, { generate: 'row', prefix: 'IMP-' });
    assert.deepEqual(unsuggested, ['Staff ID']);
  }
});

test('columns of a type that would lack a required element, and elements not adopted, are left out', () => {
  const { mapping, unsuggested } = suggest(
    ['Staff ID', 'Manager ID', 'SOC code', 'Zip'],
    ['1', '9', '11-0000', '94105'],
  );
  assert.deepEqual(Object.keys(mapping.columns), ['Staff ID', 'Zip']);
  assert.deepEqual(unsuggested, ['Manager ID', 'SOC code']);
});

test('two columns that mean one element: the better name gets it', () => {
  const { mapping, unsuggested } = suggest(['Staff ID', 'Position', 'Job Title'], ['1', 'a', 'b']);
  assert.deepEqual(mapping.columns['Job Title'], { element: 'job.title' });
  assert.deepEqual(unsuggested, ['Position']);
});

test('values without a good reading, and no rows at all, suggest nothing false', () => {
  assert.equal(column('DOB', 'spring 1980', 'unknown'), undefined);
  assert.deepEqual(suggest(['Staff ID', 'DOB']).unsuggested, ['DOB']);
});
