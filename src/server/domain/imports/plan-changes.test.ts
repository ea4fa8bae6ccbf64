import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HeldRecord, planChanges } from './plan-changes.ts';

const held = (e: HeldRecord['e'], from: string | null = null, until: string | null = null) => ({
  record: 'r',
  revision: 3,
  e,
  from,
  until,
});
const day = '2026-06-01';

test('values that are held already change nothing, an empty cell included', () => {
  const money = { base: { amount: '10.00', currency: 'USD' }, basis: 'annual' };
  for (const cardinality of ['one', 'many', 'effective'] as const) {
    const { base } = structuredClone(money);
    assert.deepEqual(planChanges(cardinality, [held(money, '2020-01-01')], { base }, day), []);
  }
});

test('a single record gets its next revision, and keeps what the file does not name', () => {
  const one = held({ a: 'x', b: 'y' });
  assert.deepEqual(planChanges('one', [one], { b: 'z' }, day), [
    { replaces: one, e: { a: 'x', b: 'z' }, from: null, until: null },
  ]);
  assert.deepEqual(planChanges('one', [], { b: 'z' }, day), [
    { replaces: null, e: { b: 'z' }, from: null, until: null },
  ]);
});

test('of a type with many records another one is added', () => {
  assert.deepEqual(planChanges('many', [held({ a: 'x' })], { a: 'y' }, day), [
    { replaces: null, e: { a: 'y' }, from: null, until: null },
  ]);
});

test('a changed effective value begins on its day and ends the one before', () => {
  const now = held({ a: 'x', b: 'y' }, '2020-01-01');
  assert.deepEqual(planChanges('effective', [now], { a: 'z' }, day), [
    { replaces: now, e: now.e, from: '2020-01-01', until: day },
    { replaces: null, e: { a: 'z', b: 'y' }, from: day, until: null },
  ]);
});

test('an effective value of the same day is corrected', () => {
  const now = held({ a: 'x' }, day, '2027-01-01');
  assert.deepEqual(planChanges('effective', [now], { a: 'z' }, day), [
    { replaces: now, e: { a: 'z' }, from: day, until: '2027-01-01' },
  ]);
});

test('an effective value before all others lasts until the first of them', () => {
  const later = [held({ a: 'x' }, '2027-01-01'), held({ a: 'x' }, '2026-09-01', '2027-01-01')];
  assert.deepEqual(planChanges('effective', later, { a: 'x' }, day), [
    { replaces: null, e: { a: 'x' }, from: day, until: '2026-09-01' },
  ]);
});
