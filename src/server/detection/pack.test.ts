// The rules of detection-rules/: each has a ledger that trips it and one that just does not, both are what
// their title says, and the files are Sigma rules by Sigma's own JSON schemas.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import type { Entry } from '#verifier/entry.ts';
import type { Fact } from '#verifier/fact.ts';
import { Engine } from './engine.ts';
import type { DetectedEvent } from './event.ts';
import { flattenEntry } from './flatten-entry.ts';
import { loadRules } from './load-rules.ts';
import { serverEvent } from './server-event.ts';

const DIRECTORY = join(import.meta.dirname, '..', '..', '..', 'detection-rules');
const SCHEMAS = '/work/shared/data/schemas';
const rules = loadRules(DIRECTORY);

const id = (prefix: string, n: number) =>
  `${prefix}_01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const ANN = id('usr', 1);
const BEN = id('usr', 2);
const ONE = id('cli', 1);
const CANARY = id('sub', 99);
const START = Date.UTC(2026, 10, 2, 9);
const MINUTE = 60_000;

interface Made extends Partial<Omit<Entry, 'context' | 'fact'>> {
  /** Minutes after the start. */
  readonly after?: number;
  readonly client?: string;
  readonly index?: number;
  readonly passkey?: string;
  readonly session?: string;
  readonly place?: Entry['context']['place'];
  readonly fact?: object;
}

/** An allowed call of Ann’s, but for what is said. */
function made(of: Made): DetectedEvent {
  const { after = 0, client = ONE, index = 100, passkey = null, session = null, ...rest } = of;
  const { place = { kind: 'unchecked', id: null }, fact = null, ...more } = rest;
  const entry = {
    ...{ v: 2, at: new Date(START + after * MINUTE).toISOString(), kind: 'access', actor: ANN },
    ...{ side: 'provider', role: 'servicing', via: null, op: 'people.read', outcome: 'allowed' },
    ...{ purpose: null, instruction: null, types: [], subjects: [], changes: null, reasons: [] },
    ...{ context: { authentication: 'passkey', session, passkey, place }, source: null },
    ...{ salt: '', rows: null, fact: fact as Fact | null, ...more },
  } as Entry;
  const persons = new Map([[ANN, id('per', 1)]]);
  return flattenEntry(entry, { client, index, persons, canaries: new Set([CANARY]) });
}

const times = (count: number, make: (i: number) => Made) =>
  Array.from({ length: count }, (_, i) => made(make(i)));
const refused = (reason: string, more: Made = {}): Made => ({
  ...{ outcome: 'refused', reasons: [reason] },
  ...more,
});
const fact = (type: string, more: object = {}): Made => ({
  ...{ kind: 'fact', op: 'x.y', fact: { type, id: null, ...more } },
});
const server = (op: string, fields: Record<string, string | number> = {}) => [
  serverEvent({ client: ONE, at: START, op, fields }),
];
const desk = (n: number): Made => ({ place: { kind: 'office', id: id('off', n) } });

/** By rule: what trips it, and what just does not. */
const CASES: Record<string, [trips: DetectedEvent[], not: DetectedEvent[]]> = {
  'canary-touched': [
    [made({ subjects: [CANARY] })],
    [
      made({ subjects: [id('sub', 98)] }),
      made({ subjects: [CANARY], op: 'people.list' }),
      made({ subjects: [CANARY], outcome: 'refused' }),
      made({ subjects: [CANARY], actor: 'sys:erasure' }),
      made({ subjects: [CANARY], op: 'keys.rotate' }),
    ],
  ],
  'canary-listed': [
    [made({ subjects: [id('sub', 98), CANARY], op: 'people.list' })],
    [made({ subjects: [id('sub', 98)], op: 'people.list' })],
  ],
  'bulk-reading': [
    times(101, (i) => ({ subjects: [id('sub', i)], after: i / 20, client: id('cli', i % 2) })),
    [
      ...times(100, (i) => ({ subjects: [id('sub', i)], after: i / 20 })),
      ...times(60, (i) => ({ subjects: [id('sub', i)], after: 5 + i / 20 })),
      made({ subjects: [id('sub', 500)], after: 5, actor: BEN }),
      made({ subjects: [id('sub', 501)], after: 20 }),
    ],
  ],
  'bulk-listing': [
    times(101, (i) => ({ op: 'people.list', rows: 200, after: i / 10 })),
    times(100, (i) => ({ op: 'people.list', rows: 200, after: i / 10 })),
  ],
  'unknown-ids': [
    times(20, (i) => refused('not-found', { after: i / 4 })),
    [
      ...times(19, (i) => refused('not-found', { after: i / 4 })),
      made(refused('no-nda', { after: 5 })),
      made(refused('not-found', { after: 11 })),
    ],
  ],
  'enumeration-across-clients': [
    times(3, (i) => refused('actor-unknown', { client: id('cli', i) })),
    [
      ...times(8, (i) => refused('no-assignment', { client: id('cli', i % 2) })),
      made(refused('not-found', { client: 'provider' })),
    ],
  ],
  'refusals-burst': [
    times(40, (i) => refused('no-nda', { after: i / 10 })),
    times(40, (i) => refused('no-nda', { after: i / 7 })),
  ],
  'first-export': [
    [made({ op: 'evidence.export' })],
    [made({ op: 'evidence.export', outcome: 'refused' }), made({ op: 'ledger.entries' })],
  ],
  'passkey-then-export': [
    [
      made(fact('passkey.added', { user: ANN })),
      made({ op: 'evidence.export', after: 59, index: 101 }),
    ],
    [
      made({ op: 'evidence.export' }),
      made({ ...fact('passkey.added', { user: ANN }), after: 1 }),
      made({ op: 'evidence.export', after: 2, actor: BEN }),
      made({ op: 'evidence.export', after: 61 }),
    ],
  ],
  'new-place': [
    [made(desk(1)), made(desk(2))],
    [made(desk(1)), made(desk(1)), made({ ...desk(2), actor: BEN }), made({})],
  ],
  'approval-from-the-same-passkey': [
    [
      made({ op: 'assignments.start', passkey: id('pky', 1) }),
      made({ op: 'proposals.approve', passkey: id('pky', 1), actor: BEN, after: 60 }),
    ],
    [
      made({ op: 'assignments.start', passkey: id('pky', 1) }),
      made({ op: 'proposals.approve', passkey: id('pky', 2), actor: BEN, after: 60 }),
      made({ op: 'people.read', passkey: id('pky', 1), actor: BEN, after: 60 }),
    ],
  ],
  'approval-from-the-same-session': [
    [
      made({ op: 'exceptions.propose', session: id('ses', 1) }),
      made({ op: 'exceptions.approve', session: id('ses', 1), actor: BEN, after: 60 }),
    ],
    [
      made({ op: 'exceptions.propose', session: id('ses', 1) }),
      made({ op: 'exceptions.approve', session: id('ses', 2), actor: BEN, after: 60 }),
    ],
  ],
  'signatures-refused': [
    times(3, () => refused('signature-invalid')),
    times(3, (i) => refused('signature-invalid', { after: 6 * i })),
  ],
  'over-budget': [[made(refused('over-budget'))], [made(refused('outside-hours'))]],
  'exception-burst': [
    times(3, () => fact('exception.granted')),
    [
      ...times(2, () => fact('exception.granted')),
      made({ ...fact('exception.granted'), client: id('cli', 2) }),
    ],
  ],
  'kill-switch-used': [[made(fact('access.suspended'))], [made(fact('access.resumed'))]],
  'clock-jump': [
    [made({ ...fact('clock.stopped'), client: 'provider' })],
    [made({ ...fact('clock.stopped'), source: { index: 1 } }), made(fact('clock.checked'))],
  ],
  'policies-changed': [
    [made(fact('policies.loaded'))],
    [made({ ...fact('policies.loaded'), index: 2 })],
  ],
  'catalogue-changed': [
    [made(fact('catalogue.adopted'))],
    [made({ ...fact('catalogue.adopted'), index: 3 })],
  ],
  'client-closed-off': [
    [made(fact('client.status', { status: 'frozen' }))],
    [made(fact('client.status', { status: 'active' }))],
  ],
  'key-compromised': [
    [made(fact('key.changed', { event: 'compromised' }))],
    [made(fact('key.changed', { event: 'rotated' }))],
  ],
  'rollback-accepted': [[made({ op: 'ledgers.accept' })], [made({ op: 'ledgers.open' })]],
  'ledger-shorter': [server('ledger.closed'), server('ledger.opened')],
  'nda-expiring': [server('nda.expiring', { days: 7 }), server('nda.expiring', { days: 8 })],
  'events-lost': [server('events.lost', { count: 1 }), server('events.lost', { count: 0 })],
};

const alerting = [
  ...rules.correlations.map((rule) => rule.name),
  ...rules.detections.filter(({ alerts }) => alerts).map((rule) => rule.name),
].sort();

test('every rule that alerts has a ledger that trips it and one that just does not', () => {
  assert.deepEqual(Object.keys(CASES).sort(), alerting);
});

for (const [name, [trips, not]] of Object.entries(CASES)) {
  test(`${name} is tripped once, and by nothing less`, () => {
    const told = (events: readonly DetectedEvent[]) => {
      const engine = new Engine(rules);
      return events.flatMap((event) => engine.feed(event)).filter(({ rule }) => rule.name === name);
    };
    assert.equal(told(trips).length, 1);
    assert.deepEqual(told(not), []);
  });
}

test('nothing of an ordinary day alerts', () => {
  const engine = new Engine(rules);
  const day = times(400, (i) => ({
    ...{ subjects: [id('sub', i % 40)], after: i, actor: i % 2 ? ANN : BEN, ...desk(1) },
    ...(i % 9 === 0 && { op: 'people.list', rows: 50, subjects: [] }),
    ...(i % 50 === 0 && refused('no-nda')),
  }));
  assert.deepEqual(
    day.flatMap((event) => engine.feed(event)),
    [],
  );
});

const hasSchemas = existsSync(SCHEMAS);
test('the files are Sigma rules by its own schemas', {
  skip: !hasSchemas && `no ${SCHEMAS}`,
}, () => {
  const ajv = new Ajv2020({ strict: false });
  (formats as unknown as (of: Ajv2020) => void)(ajv);
  const [detection, correlation] = ['detection-rule', 'correlation-rules'].map((kind) => {
    const path = join(SCHEMAS, `sigma-${kind}-schema.json`);
    const schema = JSON.parse(readFileSync(path, 'utf8')) as { $schema: string };
    return ajv.compile({ ...schema, $schema: 'https://json-schema.org/draft/2020-12/schema' });
  });
  for (const file of readdirSync(DIRECTORY)) {
    // Dates as texts, as Sigma means them.
    const rule = parse(readFileSync(join(DIRECTORY, file), 'utf8'), { schema: 'core' });
    const validate = 'correlation' in rule ? correlation! : detection!;
    assert.ok(validate(rule), `${file}: ${JSON.stringify(validate.errors)}`);
  }
});
