import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interleave, rowOf } from './measure.ts';

const spec = { name: 'x', size: 1, unit: 'ms', better: 'lower', must: 1.5, aim: 1 } as const;

test('the sides take turns and each round starts with the other side', async () => {
  const order: string[] = [];
  await interleave(
    3,
    async () => order.push('w'),
    async () => order.push('b'),
  );
  assert.deepEqual(order, ['b', 'w', 'w', 'b', 'b', 'w']);
});

test('a must is met or missed only when every round agrees', () => {
  const bare = [1, 1, 1];
  assert.equal(rowOf(spec, { worksmartly: [1.2, 1.3, 1.4], bare }).met, true);
  assert.equal(rowOf(spec, { worksmartly: [1.4, 1.45, 1.6], bare }).met, null);
  assert.equal(rowOf(spec, { worksmartly: [1.6, 1.7, 1.8], bare }).met, false);
});

test('where more is better the must is a floor', () => {
  const floor = { ...spec, better: 'higher', must: 0.8 } as const;
  const bare = [100, 100, 100];
  assert.equal(rowOf(floor, { worksmartly: [90, 100, 95], bare }).met, true);
  assert.equal(rowOf(floor, { worksmartly: [70, 100, 95], bare }).met, null);
  assert.equal(rowOf(floor, { worksmartly: [70, 60, 79], bare }).met, false);
});

test('the ratio is that of the medians, noise half the spread of the rounds', () => {
  const row = rowOf(spec, { worksmartly: [2, 3, 4], bare: [2, 2, 2] });
  assert.equal(row.ratio, 1.5);
  assert.equal(row.noise, (2 - 1) / 2 / 1.5);
});

test('a side that was not measured leaves ratio and verdict open', () => {
  const row = rowOf(spec, { worksmartly: [], bare: [2] });
  assert.deepEqual([row.worksmartly, row.bare, row.ratio, row.met], [null, 2, null, null]);
});

test('one round gives a verdict and no noise', () => {
  const row = rowOf(spec, { worksmartly: [1], bare: [1] });
  assert.deepEqual([row.met, row.noise], [true, null]);
});
