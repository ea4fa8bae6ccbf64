import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Catalogue, Element, ElementType } from './catalogue.ts';
import { checkValue, compileCheck } from './check-value.ts';
import { findElement } from './find.ts';
import { loadCatalogue } from './load.ts';

const catalogue = loadCatalogue(new URL('../../catalogue', import.meta.url).pathname);

const SAMPLES: Record<ElementType, string> = {
  text: 'job.title',
  date: 'employment.hireDate',
  money: 'pay.base',
  code: 'demographic.sex',
  number: 'evaluation.score',
  boolean: 'demographic.hispanicLatino',
  country: 'contact.country',
  email: 'contact.workEmail',
  phone: 'contact.workPhone',
  identifier: 'employment.staffNumber',
  document: 'employmentContract.file',
};

function elementOf(id: string): Element {
  const found = findElement(catalogue, id);
  assert.ok(found, id);
  return found.element;
}

const check = (id: string, raw: unknown) => checkValue(catalogue, elementOf(id), raw);
const usd = (amount: unknown, currency: unknown = 'USD') => ({ amount, currency });

/** [element, raw, canonical value]. */
const ACCEPTED: [string, unknown, unknown][] = [
  ['job.title', 'Office Services Coordinator', 'Office Services Coordinator'],
  ['job.title', '  padded \u00A0', 'padded'],
  ['job.title', 'Ange\u0301le', 'Ang\u00E9le'],
  ['job.title', "'; DROP TABLE staff; --", "'; DROP TABLE staff; --"],
  ['job.title', 'Head of Fun 🎉👩‍👩‍👧', 'Head of Fun 🎉👩‍👩‍👧'],
  ['job.title', 'שלום', 'שלום'],
  ['job.title', 'x'.repeat(200), 'x'.repeat(200)],
  ['job.title', '=SUM(A1)', '=SUM(A1)'],
  ['employment.hireDate', '2024-02-29', '2024-02-29'],
  ['employment.hireDate', '2000-02-29', '2000-02-29'],
  ['employment.hireDate', '1900-01-01', '1900-01-01'],
  ['pay.base', usd('69222.18'), usd('69222.18')],
  ['pay.base', usd('62506'), usd('62506')],
  ['pay.base', usd('62506.00'), usd('62506')],
  ['pay.base', usd('416.10'), usd('416.10')],
  ['pay.base', usd('416.1'), usd('416.10')],
  ['pay.base', usd('007.2500'), usd('7.25')],
  ['pay.base', usd('0.0001', 'EUR'), usd('0.0001', 'EUR')],
  ['pay.base', usd('-0.00'), usd('0')],
  ['payPeriod.additions', usd('-5'), usd('-5')],
  ['demographic.sex', 'female', 'female'],
  ['evaluation.score', 4.6, 4.6],
  ['evaluation.score', '4.96', 4.96],
  ['evaluation.score', -0, 0],
  ['evaluation.score', '-0', 0],
  ['demographic.hispanicLatino', true, true],
  ['demographic.hispanicLatino', 'false', false],
  ['contact.country', 'US', 'US'],
  ['contact.country', ' ke ', 'KE'],
  ['contact.workEmail', 'Ann.Other+hr@Example.COM', 'Ann.Other+hr@example.com'],
  ['contact.workPhone', '+1 (301) 555-0100 ext. 7', '+13015550100x7'],
  ['contact.workPhone', '301.555.0100', '3015550100'],
  ['contact.workPhone', '+13015550100x7', '+13015550100x7'],
  ['employment.staffNumber', 'IMP-00017', 'IMP-00017'],
  ['employment.staffNumber', ' 10026 ', '10026'],
  ['identity.ssn', '123-45-6789', '123-45-6789'],
  ['contact.postalCode', '01960', '01960'],
  ['employmentContract.file', 'sha256:00ff', 'sha256:00ff'],
];

for (const [id, raw, value] of ACCEPTED) {
  test(`${id} takes ${JSON.stringify(raw)?.slice(0, 60)}`, () => {
    assert.deepEqual(check(id, raw), { value });
  });
}

/** [element, raw, reason]. */
const REFUSED: [string, unknown, string][] = [
  ['job.title', 'two\nlines', 'has a line break'],
  ['job.title', 'two\r\nlines', 'has a line break'],
  ['job.title', 'two\u2028lines', 'has a line break'],
  ['job.title', 'a\u0000b', 'has a control character'],
  ['job.title', 'a\tb', 'has a control character'],
  ['job.title', 'a\u009Bb', 'has a control character'],
  ['job.title', 'abc\u202Efdp.exe', 'has a character that changes the reading direction'],
  ['job.title', 'a\u2067b', 'has a character that changes the reading direction'],
  ['job.title', 'a\u200Fb', 'has a character that changes the reading direction'],
  ['job.title', 'a\uD800b', 'is not well-formed Unicode'],
  ['job.title', '', 'is empty'],
  ['job.title', ' \n ', 'is empty'],
  ['job.title', 'x'.repeat(201), 'is too long'],
  ['job.title', 'é'.repeat(10_000_000), 'is too long'],
  ['job.title', 7, 'is not text'],
  ['job.title', null, 'is not text'],
  ['job.title', undefined, 'is not text'],
  ['job.title', ['a'], 'is not text'],
  ['employment.hireDate', '31/02/2024', 'is not a date (YYYY-MM-DD)'],
  ['employment.hireDate', '2024-02-31', 'is a day that does not exist'],
  ['employment.hireDate', '2023-02-29', 'is a day that does not exist'],
  ['employment.hireDate', '1900-02-29', 'is a day that does not exist'],
  ['employment.hireDate', '2024-00-10', 'is a day that does not exist'],
  ['employment.hireDate', '2024-13-10', 'is a day that does not exist'],
  ['employment.hireDate', '2024-04-31', 'is a day that does not exist'],
  ['employment.hireDate', '2024-1-1', 'is not a date (YYYY-MM-DD)'],
  ['employment.hireDate', '2024/01/01', 'is not a date (YYYY-MM-DD)'],
  ['employment.hireDate', '2024-01-0x', 'is not a date (YYYY-MM-DD)'],
  ['employment.hireDate', '1899-12-31', 'is before the earliest date allowed'],
  ['employment.hireDate', '2200-01-01', 'is after the latest date allowed'],
  ['person.dateOfBirth', '2100-01-01', 'is after the latest date allowed'],
  ['pay.base', '12.3.4', 'is not an amount with a currency'],
  ['pay.base', usd('12.3.4'), 'is not an amount with at most 4 decimals'],
  ['pay.base', usd('1.23456'), 'is not an amount with at most 4 decimals'],
  ['pay.base', usd('1,000'), 'is not an amount with at most 4 decimals'],
  ['pay.base', usd('1e3'), 'is not an amount with at most 4 decimals'],
  ['pay.base', usd(''), 'is not an amount with at most 4 decimals'],
  ['pay.base', usd('1.'), 'is not an amount with at most 4 decimals'],
  ['pay.base', usd('9'.repeat(16)), 'is not an amount with at most 4 decimals'],
  ['pay.base', usd(12.5), 'is not an amount with a currency'],
  ['pay.base', { ...usd('1'), note: 'x' }, 'is not an amount with a currency'],
  ['pay.base', usd('1', 'usd'), 'is not a currency (ISO 4217)'],
  ['pay.base', usd('-1'), 'is below the smallest value allowed'],
  ['demographic.sex', 'F', 'is not in the code list'],
  ['demographic.sex', 'Female', 'is not in the code list'],
  ['demographic.sex', 'toString', 'is not in the code list'],
  ['demographic.sex', '__proto__', 'is not in the code list'],
  ['demographic.sex', '', 'is empty'],
  ['evaluation.score', 'high', 'is not a number'],
  ['evaluation.score', Number.NaN, 'is not a number'],
  ['evaluation.score', Number.POSITIVE_INFINITY, 'is not a number'],
  ['evaluation.score', '0x10', 'is not a number'],
  ['evaluation.score', null, 'is not a number'],
  ['absence.days', 367, 'is above the largest value allowed'],
  ['demographic.hispanicLatino', 'Yes', 'is neither true nor false'],
  ['demographic.hispanicLatino', 1, 'is neither true nor false'],
  ['contact.country', 'XX', 'is not a country (ISO 3166 two-letter code)'],
  ['contact.country', 'USA', 'is not a country (ISO 3166 two-letter code)'],
  ['contact.workEmail', 'a@b', 'is not an e-mail address'],
  ['contact.workEmail', 'a b@example.com', 'is not an e-mail address'],
  ['contact.workEmail', 'a@example.com\nBcc: x@example.com', 'is not an e-mail address'],
  ['contact.workEmail', `${'a'.repeat(65)}@example.com`, 'is not an e-mail address'],
  ['contact.workPhone', 'call me', 'is not a telephone number'],
  ['contact.workPhone', '1'.repeat(16), 'is not a telephone number'],
  ['contact.workPhone', '123', 'is not a telephone number'],
  ['employment.staffNumber', '10 026', 'has a space'],
  ['employment.staffNumber', '10\u00A0026', 'has a space'],
  ['employment.staffNumber', 'x'.repeat(65), 'is too long'],
  ['identity.ssn', '000-45-6789', 'does not have the form that the procedure asks for'],
  ['identity.ssn', '123456789', 'does not have the form that the procedure asks for'],
];

for (const [id, raw, reason] of REFUSED) {
  const shown = typeof raw === 'string' ? JSON.stringify(raw.slice(0, 40)) : JSON.stringify(raw);
  test(`${id} refuses ${shown}: ${reason}`, () => {
    assert.deepEqual(check(id, raw), { reason });
  });
}

test('a canonical value is its own canonical value, and everything else has a plain reason', () => {
  const anything = fc.oneof(
    fc.anything(),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.emailAddress(),
    fc.date({ noInvalidDate: true }).map((d) => d.toISOString().slice(0, 10)),
    fc.stringMatching(/^[+]?[0-9 ().-]{3,20}( ?x[0-9]{1,3})?$/),
    fc.record({
      amount: fc.stringMatching(/^-?[0-9]{1,6}([.][0-9]{1,4})?$/),
      currency: fc.constantFrom('USD', 'JPY'),
    }),
  );
  const type = fc.constantFrom(...(Object.keys(SAMPLES) as ElementType[]));
  fc.assert(
    fc.property(type, anything, (kind, raw) => {
      const first = check(SAMPLES[kind], raw);
      if ('reason' in first) assert.match(first.reason, /^[a-zA-Z0-9 ().'-]{5,80}$/);
      else assert.deepEqual(check(SAMPLES[kind], first.value), first);
    }),
    { numRuns: 2000, seed: 20_261_123 },
  );
});

test('a compiled check answers as checkValue does, and is made once', () => {
  const element = elementOf('job.title');
  assert.equal(compileCheck(catalogue, element), compileCheck(catalogue, element));
  assert.deepEqual(compileCheck(catalogue, element)(' a '), { value: 'a' });
});

test('a code list is looked up in the catalogue that the check was made for', () => {
  const element = elementOf('demographic.sex');
  const other: Catalogue = {
    ...catalogue,
    codeLists: { sex: { label: 'Sex', codes: { x: 'X' } } },
  };
  assert.deepEqual(checkValue(other, element, 'x'), { value: 'x' });
  assert.deepEqual(checkValue(catalogue, element, 'x'), { reason: 'is not in the code list' });
});
