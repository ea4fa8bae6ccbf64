import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadCatalogue } from '../../../../catalogue/load.ts';
import { withSmallCatalogue } from '../../../../catalogue/small-catalogue.fixture.ts';
import type { RecordBody } from '../../../vault/store.ts';
import { openTally } from './tally.ts';

const catalogue = withSmallCatalogue({}, loadCatalogue);
const TYPES = new Set(['workerPay', 'handbook']);

const pay = (at: string, e: RecordBody['e'], until: string | null = null): RecordBody => ({
  t: 'workerPay',
  e,
  from: null,
  until,
  at: `${at}T09:00:00.000Z`,
  by: 'usr_x',
  via: null,
});

test('each element is up to date, due within 30 days, overdue or missing, by its own cadence', () => {
  const { tally, add } = openTally(catalogue, TYPES, '2024-06-01');
  add([pay('2024-05-01', { basis: 'annual', base: 1 })]);
  add([pay('2023-06-15', { basis: 'annual', base: 1 })]);
  add([pay('2023-06-01', { basis: 'annual' })]);
  add([pay('2022-01-01', { base: 1 }), pay('2024-05-31', { note: 'x' })]);
  add([pay('2024-05-01', { base: 1 }, '2024-06-01')]);
  add([]);
  assert.equal(tally.people, 6);
  assert.deepEqual(tally.counts, [
    { element: 'workerPay.base', current: 1, dueSoon: 1, overdue: 1, never: 3 },
    { element: 'workerPay.basis', current: 1, dueSoon: 1, overdue: 1, never: null },
    { element: 'workerPay.note', current: 1, dueSoon: 0, overdue: 0, never: null },
  ]);
});

test('who is not employed any more is not counted', () => {
  const left = { ...pay('2020-01-01', { terminationDate: '2024-05-31' }), t: 'employment' };
  const leaving = { ...pay('2020-01-01', { terminationDate: '2024-06-02' }), t: 'employment' };
  const { tally, add } = openTally(catalogue, TYPES, '2024-06-01');
  add([left]);
  add([leaving]);
  assert.equal(tally.people, 1);
});
