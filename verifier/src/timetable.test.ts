import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FOREVER, stampAt, stampOf } from './time-stamp.ts';
import { localDate, openUntil, timetableOf } from './timetable.ts';

const WEEKDAYS = [1, 2, 3, 4, 5];
const ALL = [1, 2, 3, 4, 5, 6, 7];
const at = (time: string): number => stampOf(`${time}Z`);

function hoursOf(zone: string, from: string, until: string, days = ALL, closed: string[] = []) {
  return timetableOf({ zone, hours: [{ days, from, until }], closed });
}

/** Whether it is open at these times, each asked of a fresh timetable and of one that remembers. */
function openAt(make: () => ReturnType<typeof timetableOf>, times: readonly string[]): boolean[] {
  const remembering = make();
  return times.map((time) => {
    const open = openUntil(make(), at(time)) !== null;
    assert.equal(openUntil(remembering, at(time)) !== null, open, time);
    return open;
  });
}

test('an office is open from the first millisecond of its hours to the last', () => {
  const berlin = () => hoursOf('Europe/Berlin', '09:00', '17:30', WEEKDAYS);
  assert.deepEqual(
    openAt(berlin, [
      '2026-11-23T07:59:59.999',
      '2026-11-23T08:00:00.000',
      '2026-11-23T16:29:59.999',
      '2026-11-23T16:30:00.000',
      '2026-11-22T10:00:00.000',
    ]),
    [false, true, true, false, false],
  );
  assert.equal(openUntil(berlin(), at('2026-11-23T08:00:00.000')), at('2026-11-23T16:30:00.000'));
});

test('what the clock skips never comes, what it shows twice counts twice', () => {
  // Berlin, 28 March 2027: 01:59:59 is followed by 03:00:00; 31 October: 02:59:59 by 02:00:00.
  const night = () => hoursOf('Europe/Berlin', '02:00', '03:00');
  assert.deepEqual(
    openAt(night, [
      '2027-03-28T00:59:59.999',
      '2027-03-28T01:00:00.000',
      '2027-03-28T02:00:00.000',
    ]),
    [false, false, false],
  );
  assert.deepEqual(
    openAt(night, [
      '2027-10-30T23:59:59.999',
      '2027-10-31T00:00:00.000',
      '2027-10-31T00:59:59.999',
      '2027-10-31T01:00:00.000',
      '2027-10-31T01:59:59.999',
      '2027-10-31T02:00:00.000',
    ]),
    [false, true, true, true, true, false],
  );
});

test('before clocks change, nothing is said of the time after it', () => {
  const day = hoursOf('Europe/Berlin', '00:00', '24:00');
  const known = openUntil(day, at('2027-03-27T23:30:00.000'))!;
  assert.ok(known <= at('2027-03-28T01:00:00.000'), `${known}`);
  assert.equal(openUntil(day, at('2027-03-26T23:00:00.000')), at('2027-03-27T23:00:00.000'));
});

test('holidays, leap days and half-hour zones are those of the place', () => {
  const kolkata = () => hoursOf('Asia/Kolkata', '00:00', '24:00', ALL, ['2028-02-29']);
  assert.deepEqual(
    openAt(kolkata, [
      '2028-02-28T18:29:59.999',
      '2028-02-28T18:30:00.000',
      '2028-02-29T18:29:59.999',
      '2028-02-29T18:30:00.000',
    ]),
    [true, false, false, true],
  );
  assert.equal(localDate(kolkata(), at('2028-02-29T18:30:00.000')), '2028-03-01');
});

test('a zone that does not exist is never open', () => {
  assert.equal(
    openUntil(hoursOf('Mars/Olympus', '00:00', '24:00'), at('2026-11-23T12:00:00.000')),
    null,
  );
});

test('overlapping hours end with the last of them', () => {
  const hours = [
    { days: ALL, from: '08:00', until: '12:00' },
    { days: ALL, from: '10:00', until: '16:00' },
  ];
  const timetable = timetableOf({ zone: 'UTC', hours, closed: [] });
  assert.equal(openUntil(timetable, at('2026-11-23T11:00:00.000')), at('2026-11-23T16:00:00.000'));
  assert.equal(stampAt(FOREVER), FOREVER);
});
