import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecordType } from '../../../catalogue/catalogue.ts';
import type { RecordRule } from './file/record-rule.ts';
import { type HeldRecord, planChanges } from './plan-changes.ts';

const held = (e: HeldRecord['e'], from: string | null = null, until: string | null = null) => ({
  record: 'r',
  revision: 3,
  e,
  from,
  until,
});
const day = '2026-06-01';
const rule = (
  cardinality: RecordType['cardinality'],
  more: Partial<RecordRule> = {},
): RecordRule => ({
  cardinality,
  identity: null,
  missing: [],
  stays: false,
  corrects: false,
  ...more,
});

test('values that are held already change nothing, an empty cell included', () => {
  const money = { base: { amount: '10.00', currency: 'USD' }, basis: 'annual' };
  for (const cardinality of ['one', 'many', 'effective'] as const) {
    const { base } = structuredClone(money);
    assert.deepEqual(
      planChanges(rule(cardinality), [held(money, '2020-01-01')], { base }, day),
      [],
    );
  }
});

test('a single record gets its next revision, and keeps what the file does not name', () => {
  const one = held({ a: 'x', b: 'y' });
  assert.deepEqual(planChanges(rule('one'), [one], { b: 'z' }, day), [
    { replaces: one, e: { a: 'x', b: 'z' }, from: null, until: null },
  ]);
  assert.deepEqual(planChanges(rule('one'), [], { b: 'z' }, day), [
    { replaces: null, e: { b: 'z' }, from: null, until: null },
  ]);
});

test('of a type with many records another one is added', () => {
  assert.deepEqual(planChanges(rule('many'), [held({ a: 'x' })], { a: 'y' }, day), [
    { replaces: null, e: { a: 'y' }, from: null, until: null },
  ]);
});

test('a changed effective value begins on its day and ends the one before', () => {
  const now = held({ a: 'x', b: 'y' }, '2020-01-01');
  assert.deepEqual(planChanges(rule('effective'), [now], { a: 'z' }, day), [
    { replaces: now, e: now.e, from: '2020-01-01', until: day },
    { replaces: null, e: { a: 'z', b: 'y' }, from: day, until: null },
  ]);
});

test('an effective value of the same day is corrected', () => {
  const now = held({ a: 'x' }, day, '2027-01-01');
  assert.deepEqual(planChanges(rule('effective'), [now], { a: 'z' }, day), [
    { replaces: now, e: { a: 'z' }, from: day, until: '2027-01-01' },
  ]);
});

test('an effective value before all others lasts until the first of them', () => {
  const later = [held({ a: 'x' }, '2027-01-01'), held({ a: 'x' }, '2026-09-01', '2027-01-01')];
  assert.deepEqual(planChanges(rule('effective'), later, { a: 'x' }, day), [
    { replaces: null, e: { a: 'x' }, from: day, until: '2026-09-01' },
  ]);
});

test('of a type with many records the one with the same identity is changed', () => {
  const known = held({ programme: 'A', on: '2026-01-01', status: 'enrolled' });
  const other = held({ programme: 'B', on: '2026-01-01', status: 'enrolled' });
  const byBoth = rule('many', { identity: ['programme', 'on'] });
  const done = { programme: 'A', on: '2026-01-01', status: 'completed' };
  const plan = (values: HeldRecord['e'], of = byBoth) =>
    planChanges(of, [known, other], values, day);
  assert.deepEqual(plan(known.e), []);
  assert.deepEqual(plan(done), [{ replaces: known, e: done, from: null, until: null }]);
  const again = { ...done, on: '2026-02-01' };
  assert.deepEqual(plan(again), [{ replaces: null, e: again, from: null, until: null }]);
  const { on: _, ...undated } = done;
  assert.deepEqual(plan(undated), [{ replaces: null, e: undated, from: null, until: null }]);
  assert.deepEqual(plan(undated, rule('many', { identity: ['programme'], missing: ['on'] })), [
    { replaces: known, e: done, from: null, until: null },
  ]);
});

test('a row that could be any of several records is refused', () => {
  const both = ['2026-01-01', '2026-02-01'].map((on) => held({ programme: 'A', on, status: 'x' }));
  const partial = rule('many', { identity: ['programme'], missing: ['on'] });
  const planned = planChanges(partial, both, { programme: 'A', status: 'y' }, day);
  assert.match('refused' in planned ? planned.refused : '', /any of 2 records: give on as well/);
  assert.deepEqual(planChanges(partial, both, { programme: 'A', status: 'x' }, day), []);
});

test('what stays is refused to be changed, and told to be there', () => {
  const known = held({ policy: 'A', version: '1', method: 'paper' });
  const stays = rule('many', { identity: ['policy', 'version'], stays: true });
  const plan = (values: HeldRecord['e']) => planChanges(stays, [known], values, day);
  assert.deepEqual(plan({ policy: 'A', version: '1' }), []);
  assert.ok('refused' in plan({ policy: 'A', version: '1', method: 'electronic' }));
  assert.equal((plan({ policy: 'A', version: '2' }) as unknown[]).length, 1);
});
