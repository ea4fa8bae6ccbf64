import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationDays, durationWords, isDuration, longestDuration } from './duration.ts';

test('only whole years, months, weeks and days are periods', () => {
  for (const text of ['P3Y', 'P0D', 'P1Y6M', 'P2W', 'P90D']) assert.ok(isDuration(text), text);
  for (const text of ['', 'P', '3Y', 'P3', 'PT1H', 'P1.5Y', '-P1Y', 'P1M1Y', ' P1Y', 'P1Y\n']) {
    assert.ok(!isDuration(text), JSON.stringify(text));
  }
});

test('periods compare across units', () => {
  assert.equal(durationDays('P1Y'), durationDays('P12M'));
  assert.ok(durationDays('P1Y') > durationDays('P11M'));
  assert.equal(longestDuration(['P3Y', 'P48M', 'P1000D']), 'P48M');
  assert.equal(longestDuration([]), null);
});

test('periods read as words', () => {
  assert.equal(durationWords('P1Y6M'), '1 year 6 months');
  assert.equal(durationWords('P0D'), 'at once');
});
