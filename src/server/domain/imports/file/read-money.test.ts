// Amounts keep every digit, and anything that is not plainly an amount is refused.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileMoney, type MoneyForm } from './read-money.ts';

const american: MoneyForm = { currency: 'USD', decimal: '.', group: ',' };

const read = (cell: string, form: MoneyForm = american): string | null => {
  const money = compileMoney(form);
  assert.ok('read' in money);
  const value = money.read(cell);
  if (value !== null) assert.equal(value.currency, form.currency);
  return value?.amount ?? null;
};

test('signs, codes, groups and negatives', () => {
  for (const [cell, amount] of [
    ['$69222.18', '69222.18'],
    ['$69,222.18', '69222.18'],
    ['69222', '69222'],
    ['USD 1,234,567.8901', '1234567.8901'],
    ['12.50 USD', '12.50'],
    ['$ 5', '5'],
    ['-$5.00', '-5.00'],
    ['$-5.00', '-5.00'],
    ['($1,500.00)', '-1500.00'],
    ['(7)', '-7'],
    ['-0.00', '0.00'],
    ['007', '7'],
    ['0.10', '0.10'],
    ['999999999999999.9999', '999999999999999.9999'],
  ] as const) {
    assert.equal(read(cell), amount, cell);
  }
});

test('other forms', () => {
  assert.equal(read('69.222,18 €', { currency: 'EUR', decimal: ',', group: '.' }), '69222.18');
  for (const space of [' ', '\u00a0', '\u202f']) {
    assert.equal(
      read(`69${space}222,18`, { currency: 'EUR', decimal: ',', group: ' ' }),
      '69222.18',
    );
  }
  assert.equal(read("CHF 69'222.18", { currency: 'CHF', decimal: '.', group: "'" }), '69222.18');
  assert.equal(read('69222.18', { currency: 'USD', decimal: '.', group: '' }), '69222.18');
});

test('what is not an amount in this form is refused', () => {
  for (const cell of [
    '12.3.4',
    '1,23',
    '1,2345',
    '12,34,567',
    '1e5',
    '.5',
    '5.',
    '€5',
    '$',
    '--5',
    '(-5)',
    '(5',
    '5)',
    '$5$ 5',
    '5.12345',
    '1234567890123456',
    '9,999,999,999,999,999',
    '١٢',
    'n/a',
    '5-',
    '= 5',
    '$\n5',
  ]) {
    assert.equal(read(cell), null, cell);
  }
  assert.equal(read('1,000', { currency: 'USD', decimal: '.', group: '' }), null);
});

test('one sign for decimals and for thousands is a fault', () => {
  assert.ok('fault' in compileMoney({ currency: 'USD', decimal: '.', group: '.' }));
});
