/** A random client ledger that demands everything (signatures, places, reviews, budgets), in which every
 * access is covered, the last one often at the very edge of an hour. Steps can be changed before they
 * become entries: what people sign is signed afterwards. */
import type { Entry } from '#verifier/entry.ts';
import type { Fact, Hours } from '#verifier/fact.ts';
import { hourOf } from '#verifier/usage.ts';
import { accessEntry, digestOfText, factEntry, idOf } from '../../verifier/test/sample.ts';
import { signed, softPasskey } from '../../verifier/test/soft-passkey.ts';
import type { SeededRandom } from './seeded-random.ts';

export const LEDGER = `worksmartly/${idOf('cli', 1)}`;
export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** The member of a team whose accesses these are; the twin is the same person on the client's side. */
export const TEAM = idOf('usr', 1);
export const PROPOSER = idOf('usr', 2);
export const OVERSEER = idOf('usr', 3);
export const EXECUTIVE = idOf('usr', 4);
export const HR = idOf('usr', 5);
export const TWIN = idOf('usr', 6);
const USERS = [
  { user: TEAM, person: idOf('per', 1), side: 'provider', roles: ['servicing'] },
  { user: PROPOSER, person: idOf('per', 2), side: 'provider', roles: ['administrator'] },
  { user: OVERSEER, person: idOf('per', 3), side: 'provider', roles: ['security'] },
  { user: EXECUTIVE, person: idOf('per', 4), side: 'client', roles: ['executive'] },
  { user: HR, person: idOf('per', 5), side: 'client', roles: ['hr'] },
  { user: TWIN, person: idOf('per', 1), side: 'client', roles: ['hr'] },
] as const;
const PASSKEYS = new Map(
  USERS.map(({ user }, n) => [user, softPasskey(idOf('pky', n), user, n % 2 ? 'EdDSA' : 'ES256')]),
);

export type FactStep = {
  readonly at: number;
  readonly fact: Fact;
  readonly source?: boolean;
  /** What happens to the signed fact. */
  readonly spoil?: (fact: Fact) => Fact;
};
export type AccessStep = { readonly at: number; readonly access: Partial<Entry> };
export type Step = FactStep | AccessStep;

export interface CoveredLedger {
  readonly steps: readonly Step[];
  /** Index of the last access, the last step. */
  readonly target: number;
  readonly office: Hours;
}

/** How a ledger is to be made otherwise than well. */
export interface Otherwise {
  readonly assignmentDays?: number;
  readonly isReviewed?: boolean;
  /** So many days between the facts and the accesses. */
  readonly idleDays?: number;
  /** How long before the access the exception begins. */
  readonly exceptionHours?: number;
}

const TYPES = ['employment', 'job', 'person'];
const PLACES = ['Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'];
const MORE_PLACES = ['Africa/Nairobi', 'America/St_Johns', 'Pacific/Chatham', 'Europe/London'];
/** Days on which clocks change somewhere, and a leap day. */
const ODD_DAYS = [
  '2027-03-27',
  '2027-10-30',
  '2028-03-11',
  '2028-11-04',
  '2027-04-03',
  '2028-02-28',
];
const UNLIMITED = { peoplePerHour: null, peoplePerDay: null, rowsPerDay: null };

export function coveredLedger(random: SeededRandom, otherwise: Otherwise = {}): CoveredLedger {
  const { assignmentDays = 20 + random.below(347), isReviewed = true } = otherwise;
  const day = random.chance(1, 2)
    ? Date.parse(random.pick(ODD_DAYS))
    : Date.UTC(2026, 0, 1) + random.below(1000) * DAY_MS;
  const start = day + random.below(DAY_MS);
  const idleMs = (otherwise.idleDays ?? 0) * DAY_MS;
  const office = randomHours(random);
  const agreed = random.chance(1, 2) ? { ...office, closed: [] } : null;
  const accesses = randomAccesses(random, start + HOUR_MS + idleMs, office);
  const exception = accesses.find(({ access }) => access.context?.place.kind === 'exception');
  const until = new Date(start + assignmentDays * DAY_MS).toISOString();
  const period = { from: new Date(start).toISOString(), until };
  const open = { ...period, until: null };
  const approvals = 1 + random.below(2);
  const assignment = {
    type: 'assignment.started' as const,
    id: idOf('asg', 1),
    user: TEAM,
    team: 'servicing' as const,
    proposedBy: PROPOSER,
    approvedBy: [],
    reason: digestOfText('why'),
    budget: random.chance(2, 3) ? budgetOf(accesses) : UNLIMITED,
    extends: null,
    ...period,
    signature: null,
  };
  const approvers = approvals === 1 ? [random.pick([EXECUTIVE, HR])] : [EXECUTIVE, HR];
  const document = digestOfText('document');
  const accepted = { document, version: 1, by: EXECUTIVE, ...open, signature: null };
  const text = { version: 1, document, mandatory: true, by: PROPOSER, signature: null };
  const facts: (Fact | { fact: Fact; source: true })[] = [
    { type: 'client.status', id: null, status: 'active', signature: null },
    rules(approvals, random.chance(1, 2)),
    ...USERS.map((user) => ({
      type: 'user.registered' as const,
      id: null,
      ...user,
      roles: [...user.roles],
      signature: null,
    })),
    ...[...PASSKEYS.values()].map(({ fact }) => fact),
    ...(['nda', 'agreement', 'notice'] as const).map((kind, n) => ({
      type: 'text.published' as const,
      id: idOf('txt', n),
      kind,
      ...text,
      from: period.from,
    })),
    {
      source: true,
      fact: {
        type: 'nda.signed',
        id: idOf('nda', 1),
        user: TEAM,
        document,
        version: 1,
        ...open,
        signature: null,
      },
    },
    { type: 'agreement.accepted', id: idOf('agr', 1), ...accepted },
    { type: 'notice.accepted', id: idOf('ntc', 1), ...accepted },
    {
      type: 'instruction.given',
      id: idOf('ins', 1),
      purposes: ['hr-administration', 'reporting'],
      types: TYPES,
      recipients: ['provider'],
      document,
      by: EXECUTIVE,
      transfers: [],
      amends: null,
      ...open,
      signature: null,
    },
    opened(office, open.from),
    ...(agreed
      ? [
          {
            type: 'hours.agreed' as const,
            id: idOf('hrs', 1),
            by: HR,
            ...agreed,
            ...open,
            signature: null,
          },
        ]
      : []),
    ...approvers.map((by) => approval(assignment, by)),
    { ...assignment, approvedBy: approvers },
    ...(exception ? granted(exception, approvers, otherwise.exceptionHours ?? 1) : []),
    {
      type: 'review.opened',
      id: idOf('rev', 1),
      assignments: [idOf('asg', 1)],
      due: due(start, idleMs),
      signature: null,
    },
    ...(isReviewed ? [kept()] : []),
    ...random.some(PAIRS).flat(),
  ];
  const steps: Step[] = facts.map((each, n) => ({
    at: start + n,
    ...('fact' in each && !('type' in each) ? each : { fact: each as Fact }),
  }));
  steps.push(...accesses);
  return { steps, target: steps.length - 1, office };
}

/** The entries of these steps, in their order. */
export function entriesOf(steps: readonly Step[]): Entry[] {
  return steps.map((step, n) => {
    const at = new Date(step.at).toISOString();
    if ('access' in step) return accessEntry(n, { at, ...step.access });
    const fact = signedFact(step, n, at);
    const spoilt = step.spoil ? step.spoil(fact) : fact;
    return factEntry(n, spoilt, { at, source: step.source ? { index: n } : null });
  });
}

const SIGNED_HERE = new Set([
  'nda.signed',
  'agreement.accepted',
  'notice.accepted',
  'instruction.given',
  'approval.given',
  'access.suspended',
  'access.resumed',
]);

function signedFact({ fact, source, at }: FactStep, n: number, recorded: string): Fact {
  if (!SIGNED_HERE.has(fact.type)) return fact;
  const signer = fact.type === 'nda.signed' ? fact.user : (fact as { by: string }).by;
  const offer = {
    nonce: Buffer.alloc(16, `${n}`.padStart(4, '0')).toString('base64url'),
    size: n,
    root: Buffer.alloc(32).toString('base64'),
    at: recorded,
    until: new Date(at + 600_000).toISOString(),
  };
  return signed(PASSKEYS.get(signer)!, source ? 'worksmartly/provider' : LEDGER, fact, offer);
}

/** What a claim of TEAM from this office, or under this exception, looks like. */
function randomAccesses(random: SeededRandom, from: number, office: Hours): AccessStep[] {
  const accesses: AccessStep[] = [];
  let at = from + random.below(8 * DAY_MS);
  const last = 1 + random.below(4);
  for (let n = 0; n <= last; n++) {
    const isException = n === last && random.chance(1, 3);
    at += random.pick([0, 1, 5 * MINUTE_MS, 3 * HOUR_MS]);
    if (!isException) {
      at = nextOpen(office, at);
      if (n === last && random.chance(1, 2)) at = closing(office, at) - 1;
    }
    const people = 1 + random.below(3);
    const isList = random.chance(1, 3);
    accesses.push({
      at,
      access: {
        actor: TEAM,
        purpose: random.pick(['hr-administration', 'reporting']),
        types: random.chance(1, 2) ? TYPES : ['person'],
        subjects: Array.from({ length: isList ? 0 : people }, (_, i) => idOf('sub', i)).sort(),
        rows: isList ? 1 + random.below(500) : null,
        context: {
          authentication: 'passkey',
          session: idOf('ses', 1),
          place: isException
            ? { kind: 'exception', id: idOf('exc', 1) }
            : { kind: 'office', id: idOf('off', 1) },
          passkey: idOf('pky', 0),
        },
      },
    });
  }
  return accesses;
}

/** Exactly as much as these accesses use. */
function budgetOf(accesses: readonly AccessStep[]) {
  const budget = { peoplePerHour: 0, peoplePerDay: 0, rowsPerDay: 0 };
  const sums = new Map<string, number>();
  const most = (key: string, more: number, before: number): number => {
    sums.set(key, (sums.get(key) ?? 0) + more);
    return Math.max(before, sums.get(key)!);
  };
  for (const { at, access } of accesses) {
    const people = access.rows === null ? (access.subjects as readonly string[]).length : 0;
    const day = Math.floor(at / DAY_MS);
    budget.peoplePerHour = most(`hour ${hourOf(at)}`, people, budget.peoplePerHour);
    budget.peoplePerDay = most(`day ${day}`, people, budget.peoplePerDay);
    budget.rowsPerDay = most(`rows ${day}`, access.rows ?? 0, budget.rowsPerDay);
  }
  return budget;
}

function randomHours(random: SeededRandom): Hours {
  const zone = random.pick([...PLACES, ...MORE_PLACES]);
  const free = 1 + random.below(7);
  const days = [1, 2, 3, 4, 5, 6, 7].filter((day) => day !== free);
  const [from, until] = random.pick([
    ['09:00', '17:30'],
    ['00:00', '24:00'],
    ['01:30', '03:15'],
    ['22:00', '24:00'],
  ] as const);
  const closed = random.chance(1, 2) ? ['2027-03-28', '2028-02-29'] : [];
  return { zone, hours: [{ days, from, until }], closed };
}

function opened(hours: Hours, from: string): Fact {
  const networks = digestOfText('networks');
  const period = { from, until: null };
  return {
    ...{ type: 'office.opened', id: idOf('off', 1), kind: 'office', networks, by: PROPOSER },
    ...{ ...hours, ...period, signature: null },
  };
}

function rules(approvals: number, clientApprovesExceptions: boolean): Fact {
  const all = { signed: true, places: true, reviews: true, approvals, clientApprovesExceptions };
  return { type: 'rules.set', id: null, ...all, by: EXECUTIVE, signature: null };
}

type Terms = Extract<Fact, { type: 'approval.given' }>['terms'];

export function approval(terms: Terms, by: string): Fact {
  return {
    type: 'approval.given',
    id: null,
    terms: { ...terms, approvedBy: [] },
    by,
    signature: null,
  };
}

function granted({ at, access }: AccessStep, approvers: readonly string[], hours: number): Fact[] {
  const terms: Terms = {
    type: 'exception.granted',
    id: idOf('exc', 1),
    user: TEAM,
    types: [...access.types!],
    code: 'client-asked',
    reason: digestOfText('why'),
    proposedBy: TEAM,
    approvedBy: [],
    from: new Date(at - hours * HOUR_MS).toISOString(),
    until: new Date(at + 1).toISOString(),
    signature: null,
  };
  const all = [OVERSEER, ...approvers];
  return [...all.map((by) => approval(terms, by)), { ...terms, approvedBy: all }];
}

const due = (start: number, idleMs: number): string =>
  new Date(start + idleMs + 14 * DAY_MS).toISOString();

function kept(): Fact {
  const decision = { ref: idOf('rev', 1), assignment: idOf('asg', 1), keep: true, by: HR };
  return { type: 'review.decided', id: null, ...decision, signature: null };
}

/** What stops access and lets it go on again. */
const PAIRS: readonly (readonly Fact[])[] = [
  [
    { type: 'access.suspended', id: idOf('sus', 9), level: 'provider', by: HR, signature: null },
    { type: 'access.resumed', id: null, ref: idOf('sus', 9), by: EXECUTIVE, signature: null },
  ],
  [
    { type: 'clock.stopped', id: idOf('clk', 9), seconds: 60, signature: null },
    { type: 'clock.checked', id: null, ref: idOf('clk', 9), by: OVERSEER, signature: null },
  ],
  [
    {
      type: 'instruction.flagged',
      id: null,
      ref: idOf('ins', 1),
      document: digestOfText('x'),
      by: PROPOSER,
      signature: null,
    },
    { type: 'instruction.cleared', id: null, ref: idOf('ins', 1), by: EXECUTIVE, signature: null },
  ],
  [
    {
      type: 'assignment.suspended',
      id: null,
      ref: idOf('asg', 1),
      alert: idOf('alr', 1),
      signature: null,
    },
    { type: 'assignment.restored', id: null, ref: idOf('asg', 1), by: HR, signature: null },
  ],
];

/** Whether these hours are open at an instant, by Temporal. */
function isOpen({ zone, hours, closed }: Hours, at: number): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone);
  if (closed.includes(local.toPlainDate().toString())) return false;
  const clock = local.toPlainTime().toString({ smallestUnit: 'minute' });
  return hours.some(
    ({ days, from, until }) => days.includes(local.dayOfWeek) && from <= clock && clock < until,
  );
}

function nextOpen(hours: Hours, at: number): number {
  if (isOpen(hours, at)) return at;
  let minute = at - (at % MINUTE_MS);
  do minute += 15 * MINUTE_MS - (minute % (15 * MINUTE_MS));
  while (!isOpen(hours, minute));
  return minute;
}

/** The first instant after `at` at which they are closed. */
export function closing(hours: Hours, at: number): number {
  let minute = at;
  do minute += 15 * MINUTE_MS - (minute % (15 * MINUTE_MS));
  while (isOpen(hours, minute));
  return minute;
}
