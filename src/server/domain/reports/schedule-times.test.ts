import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Cadence, isTimeZone, nextOccurrence } from './schedule-times.ts';

const times = (of: Partial<Cadence>, after: string, count: number): string[] => {
  const cadence = { cadence: 'daily', on: 1, at: '06:00', timeZone: 'UTC', ...of } as const;
  const found: string[] = [];
  for (let at = Date.parse(after); found.length < count; ) {
    at = nextOccurrence(cadence, at);
    found.push(new Date(at).toISOString().slice(0, 16));
  }
  return found;
};

describe('when a schedule is due', () => {
  it('is strictly after the time given', () => {
    assert.deepEqual(times({}, '2026-03-01T05:59:59Z', 1), ['2026-03-01T06:00']);
    assert.deepEqual(times({}, '2026-03-01T06:00:00Z', 1), ['2026-03-02T06:00']);
  });

  it('follows the clocks of its time zone through their changes', () => {
    const at = { at: '06:00', timeZone: 'Europe/Berlin' };
    assert.deepEqual(times(at, '2026-03-28T00:00:00Z', 2), [
      '2026-03-28T05:00',
      '2026-03-29T04:00',
    ]);
  });

  it('takes a time that the clocks leave out an hour later, and one that comes twice only once', () => {
    // On 29 March 2026 there is no 2:30 in Berlin; on 25 October there are two.
    const night = { at: '02:30', timeZone: 'Europe/Berlin' };
    assert.deepEqual(times(night, '2026-03-28T12:00:00Z', 2), [
      '2026-03-29T01:30',
      '2026-03-30T00:30',
    ]);
    assert.deepEqual(times(night, '2026-10-24T12:00:00Z', 2), [
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ]);
  });

  it('is on one day of the week, or of the month, its last where the month is shorter', () => {
    assert.deepEqual(times({ cadence: 'weekly', on: 5 }, '2026-11-23T00:00:00Z', 2), [
      '2026-11-27T06:00',
      '2026-12-04T06:00',
    ]);
    assert.deepEqual(times({ cadence: 'monthly', on: 31 }, '2028-01-31T06:00:00Z', 3), [
      '2028-02-29T06:00',
      '2028-03-31T06:00',
      '2028-04-30T06:00',
    ]);
  });

  it('shows the time of day wherever it is, and leaves no day out', () => {
    const zone = fc.constantFrom('America/Los_Angeles', 'Asia/Kathmandu', 'Australia/Lord_Howe');
    const after = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2035, 0, 1) });
    fc.assert(
      fc.property(zone, after, (timeZone, from) => {
        const due = nextOccurrence({ cadence: 'daily', on: 1, at: '12:15', timeZone }, from);
        assert.ok(due > from && due - from <= 25 * 3_600_000);
        const shown = new Date(due).toLocaleTimeString('en-GB', { timeZone, timeStyle: 'short' });
        assert.equal(shown, '12:15');
      }),
    );
  });

  it('knows time zones by name only', () => {
    for (const known of ['UTC', 'Europe/Berlin', 'America/New_York']) assert.ok(isTimeZone(known));
    for (const other of ['+02:00', '-0500', 'Mars/Olympus', '']) assert.ok(!isTimeZone(other));
  });
});
