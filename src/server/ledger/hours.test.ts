import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Hours } from '#verifier/fact.ts';
import { isWithin, nextChange, openAt } from './hours.ts';

const MINUTE = 60_000;
const WEEKDAYS = { days: [1, 2, 3, 4, 5], from: '09:00', until: '17:00' };
const ALWAYS = { days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', until: '24:00' };

function hoursOf(zone: string, hours: Hours['hours'], closed: string[] = []): Hours {
  return { zone, hours, closed };
}

/** The instants of an ISO time with offset, ms. */
const at = (text: string) => Date.parse(text);

test('the first second is open, the last one too, and the second after it is closed', () => {
  const berlin = hoursOf('Europe/Berlin', [WEEKDAYS]);
  const seen: [string, boolean][] = [
    ['2026-11-23T08:59:59.999+01:00', false],
    ['2026-11-23T09:00:00.000+01:00', true],
    ['2026-11-23T16:59:59.999+01:00', true],
    ['2026-11-23T17:00:00.000+01:00', false],
    ['2026-11-21T12:00:00.000+01:00', false],
    // The same instant, told by a server in another zone.
    ['2026-11-23T17:00:00.000+09:00', true],
  ];
  for (const [time, isOpen] of seen) assert.equal(isWithin(berlin, at(time)), isOpen, time);
});

test('a local holiday is closed for its whole local day', () => {
  const tokyo = hoursOf('Asia/Tokyo', [ALWAYS], ['2026-11-23']);
  assert.ok(isWithin(tokyo, at('2026-11-22T23:59:59.999+09:00')));
  assert.ok(!isWithin(tokyo, at('2026-11-23T00:00:00+09:00')));
  assert.ok(!isWithin(tokyo, at('2026-11-23T23:59:59.999+09:00')));
  assert.ok(isWithin(tokyo, at('2026-11-24T00:00:00+09:00')));
  const eve = at('2026-11-22T12:00:00+09:00');
  assert.equal(nextChange(tokyo, eve), at('2026-11-23T00:00:00+09:00'));
});

test('the twenty-ninth of February is a day like others', () => {
  const london = hoursOf('Europe/London', [ALWAYS], ['2028-02-29']);
  assert.ok(isWithin(london, at('2028-02-28T23:59:59Z')));
  assert.ok(!isWithin(london, at('2028-02-29T12:00:00Z')));
  assert.ok(isWithin(london, at('2028-03-01T00:00:00Z')));
});

test('an hour that the clocks leave out is not worked; what opens in it opens after it', () => {
  // 29 March 2026, Berlin: 02:00 becomes 03:00.
  const inGap = hoursOf('Europe/Berlin', [{ days: [7], from: '02:30', until: '04:00' }]);
  const gap = at('2026-03-29T03:00:00+02:00');
  assert.ok(!isWithin(inGap, gap - 1));
  assert.ok(isWithin(inGap, gap));
  assert.equal(nextChange(inGap, gap - MINUTE), gap);
  const allInGap = hoursOf('Europe/Berlin', [{ days: [7], from: '02:00', until: '03:00' }]);
  assert.equal(nextChange(allInGap, gap - MINUTE), at('2026-04-05T02:00:00+02:00'));
});

test('an hour that comes twice is worked twice', () => {
  // 25 October 2026, Berlin: 03:00 becomes 02:00.
  const twice = hoursOf('Europe/Berlin', [{ days: [7], from: '02:00', until: '02:30' }]);
  const opening = at('2026-10-25T02:00:00+02:00');
  const changes = [nextChange(twice, opening)];
  for (let i = 0; i < 2; i++) changes.push(nextChange(twice, changes.at(-1)!));
  assert.deepEqual(changes, [
    at('2026-10-25T02:30:00+02:00'),
    at('2026-10-25T02:00:00+01:00'),
    at('2026-10-25T02:30:00+01:00'),
  ]);
});

test('what is always open is asked again only after weeks', () => {
  const always = hoursOf('UTC', [ALWAYS]);
  const now = at('2026-11-23T12:00:00Z');
  const { isOpen, until } = openAt(always, now);
  assert.ok(isOpen && until > now + 30 * 24 * 60 * MINUTE);
  assert.equal(openAt(always, now + MINUTE), openAt(always, now));
});

/** Places and days at which clocks change: an hour, half an hour, twice, at midnight, a whole day. */
const CHANGES: readonly [zone: string, day: string][] = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2027-03-14'],
  ['America/Los_Angeles', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['America/St_Johns', '2010-11-07'],
  ['America/Sao_Paulo', '2018-11-04'],
  ['Africa/Casablanca', '2026-02-15'],
  ['Pacific/Apia', '2011-12-30'],
  ['Asia/Kolkata', '2028-02-29'],
];

const clock = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 1, 15, 30, 59))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const weekly = fc
  .record({
    days: fc.subarray([1, 2, 3, 4, 5, 6, 7], { minLength: 1 }),
    from: clock,
    until: fc.oneof(clock, fc.constant('24:00')),
  })
  .filter(({ from, until }) => from < until);

test('the next opening or closing is the one that a look at every minute finds', () => {
  const cases = fc.record({
    change: fc.constantFrom(...CHANGES),
    hours: fc.array(weekly, { minLength: 1, maxLength: 3 }),
    closed: fc.subarray([-1, 0, 1]),
    before: fc.integer({ min: 0, max: 36 * 60 }),
  });
  fc.assert(
    fc.property(cases, ({ change: [zone, day], hours, closed, before }) => {
      const date = (days: number) => Temporal.PlainDate.from(day).add({ days }).toString();
      const of = hoursOf(zone, hours, closed.map(date));
      const noon = Temporal.PlainDate.from(day).toZonedDateTime({
        timeZone: zone,
        plainTime: '12:00',
      });
      const start = noon.epochMilliseconds - before * MINUTE;
      const isOpen = isWithin(of, start);
      let slow = start + MINUTE;
      const end = start + 3 * 24 * 60 * MINUTE;
      while (slow < end && isWithin(of, slow) === isOpen) slow += MINUTE;
      const quick = nextChange(of, start);
      if (slow < end) assert.equal(quick, slow);
      else assert.ok(quick >= end);
    }),
    { numRuns: 60 },
  );
});
