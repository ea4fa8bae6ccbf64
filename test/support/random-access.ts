/** Random facts on where, when and how provider staff may act: offices with hours in odd zones, the
 * client's own hours, exceptions, texts, suspensions, stops of the clock. */
import type { Fact, Hours } from '#verifier/fact.ts';
import type { SeededRandom } from './seeded-random.ts';

const HOUR_MS = 3_600_000;
const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
];
/** Around these, clocks change somewhere, or it is an ordinary Monday. */
const STARTS = [
  '2026-11-23T09:00:00.000Z',
  '2027-03-28T00:00:00.000Z',
  '2027-10-31T00:00:00.000Z',
  '2028-03-12T05:30:00.000Z',
  '2028-11-05T04:30:00.000Z',
  '2027-04-03T14:00:00.000Z',
  '2028-02-29T22:00:00.000Z',
];
const DOCUMENTS = ['d', 'e'].map((digit) => `sha256:${digit.repeat(64)}`);
const TYPES = ['employment', 'injury', 'pay', 'person'] as const;
const by = idOf('usr', 9);

/** A well-formed id, the same for the same number. */
function idOf(prefix: string, n: number): string {
  return `${prefix}_01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

export function randomStart(random: SeededRandom): number {
  return Date.parse(random.pick(STARTS)) + random.below(2) * random.below(4 * HOUR_MS);
}

/** Which offices' networks hold the address of a call. */
export function randomOffices(random: SeededRandom): string[] {
  return random.chance(1, 3) ? [] : random.some([0, 1, 2].map((n) => idOf('off', n)));
}

/** The digest of a text that somebody agrees to; mostly the first. */
export function randomDocument(random: SeededRandom): string {
  return random.chance(5, 6) ? DOCUMENTS[0]! : DOCUMENTS[1]!;
}

/** Offices that are mostly open and an exception, so that many worlds have something to allow in spite of them. */
export function firstOffices(random: SeededRandom, user: string, at: number): Fact[] {
  const open = { from: new Date(at).toISOString(), until: null };
  const offices = [0, 1].map((n) => ({
    ...office(random, n),
    ...(random.chance(1, 3) ? randomHours(random, at) : wide(random)),
    ...open,
  }));
  return [...offices, exception(random, user, 0, at)];
}

/** Any of these facts at `at` (ms), about `user` or about what the number names. */
export function randomAccessFact(random: SeededRandom, user: string, n: number, at: number): Fact {
  const ended = { id: null, ref: '', by, signature: null };
  const period = randomPeriod(random, at, 10);
  return random.pick<() => Fact>([
    () => ({ ...office(random, n), ...randomHours(random, at), ...period }),
    () => ({ ...office(random, n), ...wide(random), ...period }),
    () => ({ type: 'office.closed', ...ended, ref: idOf('off', n) }),
    () => ({
      ...{ type: 'hours.agreed', id: idOf('hrs', n), by, signature: null },
      ...randomHours(random, at),
      ...period,
    }),
    () => ({ type: 'hours.ended', ...ended, ref: idOf('hrs', n) }),
    () => exception(random, user, n, at),
    () => ({ type: 'exception.ended', ...ended, ref: idOf('exc', n) }),
    () => ({ type: 'clock.stopped', id: idOf('clk', n), seconds: 60, signature: null }),
    () => ({ type: 'clock.checked', ...ended, ref: idOf('clk', n) }),
    () => ({ type: 'clock.checked', ...ended, ref: idOf('clk', n) }),
  ])();
}

/** A version of a text, often one that must be agreed to anew. */
export function randomText(random: SeededRandom, at: number): Fact {
  return {
    type: 'text.published',
    id: idOf('txt', random.below(4)),
    kind: random.pick(['nda', 'agreement', 'notice'] as const),
    version: 1,
    document: randomDocument(random),
    mandatory: random.chance(1, 2),
    from: randomPeriod(random, at, 1).from,
    by,
    signature: null,
  };
}

/** One that most have agreed to. */
export function firstText(random: SeededRandom, at: number): Fact {
  return { ...randomText(random, at), document: DOCUMENTS[0]! } as Fact;
}

/** An instruction is held to infringe the law, or no longer. */
export function randomFlag(random: SeededRandom, n: number): Fact {
  const about = { id: null, ref: idOf('ins', n), by, signature: null };
  return random.chance(1, 2)
    ? { type: 'instruction.flagged', ...about, document: DOCUMENTS[0]! }
    : { type: 'instruction.cleared', ...about };
}

/** The kill switch. */
export function randomSuspension(random: SeededRandom, n: number): Fact {
  const level = random.pick(['provider', 'all'] as const);
  return random.chance(1, 2)
    ? { type: 'access.suspended', id: idOf('sus', n), level, by, signature: null }
    : { type: 'access.resumed', id: null, ref: idOf('sus', n), by, signature: null };
}

function office(random: SeededRandom, n: number) {
  const kind = random.pick(['office', 'office', 'vpn'] as const);
  const id = idOf('off', n);
  const networks = DOCUMENTS[0]!;
  return { type: 'office.opened' as const, id, kind, networks, by, signature: null };
}

function exception(random: SeededRandom, user: string, n: number, at: number): Fact {
  const types = [...new Set([...random.some(TYPES), ...random.some(TYPES), 'person'])].sort();
  const terms = { code: 'client-asked', reason: DOCUMENTS[0]!, proposedBy: user, approvedBy: [by] };
  const until = new Date(at + (random.below(8) - 1) * HOUR_MS).toISOString();
  const period = { from: new Date(at - HOUR_MS).toISOString(), until };
  const id = idOf('exc', n);
  return { type: 'exception.granted', id, user, types, ...terms, ...period, signature: null };
}

function wide(random: SeededRandom): Hours {
  const hours = [{ days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', until: '24:00' }];
  return { zone: random.pick(ZONES), hours, closed: [] };
}

/** Hours that open or close about now, by the clock of some place. */
function randomHours(random: SeededRandom, at: number): Hours {
  const zone = random.pick(ZONES);
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  const hour = (ahead: number) =>
    `${String(Math.min(Math.max(local.hour + ahead, 0), 23)).padStart(2, '0')}:${random.pick(['00', '30'])}`;
  const [from, until] = [hour(-random.below(3)), random.chance(1, 4) ? '24:00' : hour(1)];
  const days = [1, 2, 3, 4, 5, 6, 7].filter(() => random.chance(9, 10));
  const hours = [{ days: days.length > 0 ? days : [local.dayOfWeek], from, until }];
  const closed = random.chance(1, 8) ? [local.toPlainDate().toString()] : [];
  return { zone, hours, closed };
}

function randomPeriod(random: SeededRandom, at: number, hours: number) {
  const from = at + (random.below(6) - 4) * HOUR_MS;
  const until = random.chance(1, 3)
    ? null
    : new Date(from + (1 + random.below(hours)) * HOUR_MS).toISOString();
  return { from: new Date(from).toISOString(), until };
}
