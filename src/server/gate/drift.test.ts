import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDrift } from './drift.ts';

const SECOND = 1000;

function clocks() {
  let [wall, running] = [1_000_000, 500];
  const drift = openDrift(
    () => wall,
    () => running,
  );
  return (run: number, walls: number) => {
    running += run * SECOND;
    wall += walls * SECOND;
    return drift.look();
  };
}

test('a clock that runs like the other one has not jumped, however long nobody looked', () => {
  const pass = clocks();
  assert.equal(pass(10, 10), null);
  assert.equal(pass(86_400, 86_400), null);
  assert.equal(pass(0, 60), null);
});

test('a jump of more than a minute is told once, forward and back', () => {
  const pass = clocks();
  assert.equal(pass(1, 62), 61);
  assert.equal(pass(1, 1), null);
  assert.equal(pass(1, -3599), 3600);
  assert.equal(pass(1, 1), null);
});

test('many small steps are a jump, too; what an honest clock is slewed by is none', () => {
  const steps = clocks();
  const told = Array.from({ length: 4 }, () => steps(10, 30));
  assert.deepEqual(told, [null, null, null, 80]);
  const slewed = clocks();
  for (let i = 0; i < 10_000; i++) assert.equal(slewed(10, 10.004), null);
});
