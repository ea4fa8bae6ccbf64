import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MigrationStep } from './catalogue.ts';
import { CatalogueError } from './fault.ts';
import { loadCatalogue } from './load.ts';
import { carryRecord, destinyOf } from './migration.ts';
import { SMALL_CATALOGUE, withSmallCatalogue } from './small-catalogue.fixture.ts';

const small = withSmallCatalogue({}, loadCatalogue);

const withSteps = (...versions: [number, MigrationStep[]][]) => ({
  ...small,
  migrations: versions.map(([version, steps]) => ({ version, steps })),
});

test('an element is followed through all versions after the one that it was written in', () => {
  const catalogue = withSteps(
    [5, [{ element: 'workerPay.rate', becomes: 'workerPay.amount' }]],
    [6, [{ element: 'workerPay.amount', becomes: 'workerPay.base' }]],
    [7, [{ element: 'workerPay.gone', removed: 'why' }]],
  );
  assert.equal(destinyOf(catalogue, 4, 'workerPay.rate').to, 'workerPay.base');
  assert.equal(destinyOf(catalogue, 5, 'workerPay.amount').to, 'workerPay.base');
  assert.equal(destinyOf(catalogue, 6, 'workerPay.amount').to, null);
  assert.equal(destinyOf(catalogue, 4, 'workerPay.gone').to, null);
  assert.equal(destinyOf(catalogue, 4, 'workerPay.note').to, 'workerPay.note');
});

test('codes are mapped through all versions, and other values stay', () => {
  const catalogue = withSteps(
    [6, [{ element: 'workerPay.basis', codes: { yearly: 'per-year' } }]],
    [7, [{ element: 'workerPay.basis', codes: { 'per-year': 'annual' } }]],
  );
  const carry = (basis: string) => carryRecord(catalogue, 5, 'pay', 'workerPay', { basis }).values;
  assert.deepEqual(carry('yearly'), { basis: 'annual' });
  assert.deepEqual(carry('hourly'), { basis: 'hourly' });
});

test('a record type whose elements all went to one type of the compartment was renamed', () => {
  const catalogue = withSteps([
    7,
    [
      { element: 'salary.base', becomes: 'workerPay.base' },
      { element: 'salary.note', becomes: 'workerPay.note' },
    ],
  ]);
  const carried = carryRecord(catalogue, 6, 'pay', 'salary', { base: 1, note: 'x' });
  assert.deepEqual(
    [carried.type, carried.values, carried.moved, carried.isDestroyed],
    ['workerPay', { base: 1, note: 'x' }, {}, false],
  );
  const elsewhere = carryRecord(catalogue, 6, 'bank', 'salary', { base: 1 });
  assert.deepEqual(
    [elsewhere.type, elsewhere.moved, elsewhere.isDestroyed],
    [null, { workerPay: { base: 1 } }, true],
  );
});

const faultsOf = (migrations: string): string[] => {
  const text = `${SMALL_CATALOGUE['catalogue.yaml']}migrations:\n${migrations}`;
  try {
    withSmallCatalogue({ 'catalogue.yaml': text }, loadCatalogue);
  } catch (error) {
    assert.ok(error instanceof CatalogueError);
    return error.faults.map(({ line, reason }) => `${line}: ${reason}`);
  }
  return [];
};

test('steps that cannot be right are refused with their line', () => {
  const step = (text: string, version = 7) =>
    `  - version: ${version}\n    steps:\n      - ${text}\n`;
  assert.deepEqual(faultsOf(step('{ element: workerPay.rate, becomes: workerPay.base }')), []);
  const cases: [string, RegExp][] = [
    [step('{ element: workerPay.rate, becomes: workerPay.no }'), /^6: .*there is no workerPay\.no/],
    [step('{ element: workerPay.base, becomes: workerPay.note }'), /^6: .*still in the catalogue/],
    [step('{ element: workerPay.base, removed: why }'), /^6: .*still in the catalogue/],
    [
      step('{ element: workerPay.basis, codes: { hourly: annual } }'),
      /hourly is still in the list/,
    ],
    [step('{ element: workerPay.basis, codes: { daily: weekly } }'), /weekly is not in the list/],
    [step('{ element: workerPay.base, codes: { daily: annual } }'), /no element with a code list/],
    [step('{ element: workerPay.rate, becomes: handbook.title }'), /cannot move|about/],
    [step('{ element: workerPay.rate, removed: why }', 9), /9 is yet to come/],
    [step('{ element: rate, removed: why }'), /is no <type>/],
    [
      step('{ element: workerPay.a, removed: why }') +
        step('{ element: workerPay.b, removed: why }'),
      /does not follow/,
    ],
  ];
  for (const [text, reason] of cases) {
    const faults = faultsOf(text);
    assert.ok(
      faults.some((fault) => reason.test(fault)),
      `${text}${faults.join('\n')}`,
    );
  }
});
