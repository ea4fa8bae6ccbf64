import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCatalogue, dueForReview } from './check.ts';
import { loadCatalogue } from './load.ts';
import { withSmallCatalogue } from './small-catalogue.fixture.ts';

test('a sound catalogue is summed up, with what a lawyer still has to confirm', () => {
  const checked = withSmallCatalogue({}, (dir) => checkCatalogue(dir, '2026-06-30'));
  assert.ok(checked.ok);
  assert.deepEqual(checked.unconfirmed, ['Cal. Code 2']);
  assert.equal(
    checked.text,
    [
      'catalogue version 7: no faults',
      '2 record types, 4 elements, 4 mandates',
      'mandates to be confirmed: 1',
      '  Cal. Code 2',
      'elements due for review: 0',
    ].join('\n'),
  );
});

test('a faulty catalogue is answered with its faults, not with an exception', () => {
  const checked = withSmallCatalogue({ 'purposes.yaml': null }, (dir) =>
    checkCatalogue(dir, '2026-06-30'),
  );
  assert.equal(checked.ok, false);
  assert.equal(checked.text, 'purposes.yaml:1: the file is missing or cannot be read\nfaults: 1');
});

test('an element is due from the day of its review on, the longest overdue first', () => {
  const catalogue = withSmallCatalogue({}, loadCatalogue);
  assert.deepEqual(dueForReview(catalogue, '2026-12-30'), []);
  assert.deepEqual(dueForReview(catalogue, '2026-12-31'), [
    { element: 'handbook.title', reviewDue: '2026-12-31' },
  ]);
  assert.deepEqual(
    dueForReview(catalogue, '2027-01-31').map((due) => due.element),
    ['handbook.title', 'workerPay.base', 'workerPay.basis', 'workerPay.note'],
  );
});
