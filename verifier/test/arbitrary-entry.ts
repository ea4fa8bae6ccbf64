// Random entries of every shape that FORMATS §1 knows, and random damage to their bytes.
import fc from 'fast-check';
import type { Entry } from '../src/entry.ts';
import { ROLES, SIDES } from '../src/fact.ts';
import { accessEntry, digestOfText, factEntry, idOf, saltOf, timeOf } from './sample.ts';
import { FACTS } from './sample-facts.ts';

const small = fc.integer({ min: 0, max: 3 });
const ids = (prefix: string, maxLength: number) =>
  fc
    .uniqueArray(fc.nat(300), { maxLength })
    .map((numbers) => numbers.map((n) => idOf(prefix, n)).sort());
const words = (from: readonly string[]) => fc.subarray([...from]).map((some) => some.sort());
const longList = fc.record({
  count: fc.integer({ min: 101, max: 9999 }),
  digest: fc.constant(digestOfText('x')),
});
const change = fc.record({
  record: small.map((n) => idOf('rec', n)),
  revision: fc.oneof(small, fc.nat(), fc.maxSafeNat()),
  digest: small.map((n) => digestOfText(`${n}`)),
});
const orNull = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: null });

const access: fc.Arbitrary<Entry> = fc
  .record({
    at: fc.oneof(fc.nat(5000), fc.nat(3 * 3_600_000)).map(timeOf),
    actor: fc.oneof(
      { weight: 9, arbitrary: small.map((n) => idOf('usr', n)) },
      { weight: 1, arbitrary: fc.constant('sys:clock') },
    ),
    side: fc.constantFrom(...SIDES),
    role: orNull(fc.constantFrom(...ROLES)),
    via: fc.constantFrom(null, idOf('job', 1), idOf('imp', 1)),
    op: fc.constantFrom('people.read', 'people.list', 'records.create', 'clients.status', 'health'),
    outcome: fc.constantFrom('allowed', 'allowed', 'refused', 'failed'),
    kind: fc.constantFrom('access', 'access', 'access', 'access', 'access', 'access', 'system'),
    purpose: orNull(fc.constantFrom('hr-administration', 'study', 'statutory-report')),
    instruction: orNull(small.map((n) => idOf('ins', n))),
    types: words(['employment', 'job', 'jobHistory', 'person', 'pay']),
    subjects: fc.oneof(
      { weight: 5, arbitrary: ids('sub', 4) },
      { weight: 2, arbitrary: ids('sub', 100) },
      { weight: 1, arbitrary: longList },
    ),
    changes: fc.oneof(
      { weight: 4, arbitrary: fc.constant(null) },
      { weight: 2, arbitrary: fc.array(change, { maxLength: 4 }) },
      { weight: 1, arbitrary: longList },
    ),
    reasons: words(['replay', 'bad-input', 'P1.assignment', 'a:b/c_d', 'notice']),
    context: fc.record({
      authentication: fc.constantFrom('token', 'passkey', 'oidc', 'job'),
      session: orNull(small.map((n) => idOf('ses', n))),
      place: fc.record({
        kind: fc.constantFrom('office', 'vpn', 'exception', 'unchecked'),
        id: orNull(fc.constantFrom('hq', 'room.1')),
      }),
      passkey: orNull(small.map((n) => idOf('pky', n))),
    }),
    rows: orNull(fc.oneof(small, fc.maxSafeNat())),
    salt: fc.nat(1000).map(saltOf),
  } as const)
  .map((fields) => accessEntry(0, fields as Partial<Entry>));

/** The same entry as version 1 had it. */
const first = access.map((entry): Entry => {
  const { rows: _, context, ...rest } = entry;
  const { passkey: __, ...before } = context;
  return { ...rest, v: 1, context: before };
});

const fact: fc.Arbitrary<Entry> = fc
  .tuple(fc.nat(5000), fc.constantFrom(...Object.values(FACTS)))
  .map(([n, some]) => factEntry(n, some));

export const anyEntry = fc.oneof(
  { weight: 9, arbitrary: access },
  { weight: 3, arbitrary: first },
  { weight: 1, arbitrary: fact },
);

/** One small change to a line's bytes, of the kinds that a careless scanner would miss. */
export const damage: fc.Arbitrary<(line: Buffer) => Buffer> = fc
  .record({ at: fc.nat(), kind: fc.nat(5), byte: fc.nat(255), bit: fc.nat(7), length: fc.nat(40) })
  .map(({ at, kind, byte, bit, length }) => (line) => {
    const p = at % line.length;
    const q = Math.min(line.length, p + length);
    const near = Buffer.from(line);
    near[p]! ^= 1 << bit;
    const set = Buffer.from(line);
    set[p] = byte;
    const twice = Buffer.concat([line.subarray(0, q), line.subarray(p)]);
    const without = Buffer.concat([line.subarray(0, p), line.subarray(q)]);
    const plausible = Buffer.from(line);
    plausible[p] = '0129afAZgw":,[]{}-._ \\TZ'.charCodeAt(byte % 24);
    const trailing = Buffer.concat([line, line.subarray(p)]);
    const damaged = [near, set, twice, without, plausible, trailing][kind]!;
    // A newline would make two lines of it; that is another test's matter.
    return Buffer.from(damaged.map((each) => (each === 0x0a ? 0x0b : each)));
  });
