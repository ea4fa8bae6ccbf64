/** Random facts and questions about one client: mostly in order, often late, ended, repeated or
 * contradictory, so that two folds of them have everything to disagree about. */
import type { Fact, Period } from '#verifier/fact.ts';
import type { Question } from '../../src/server/gate/decide.ts';
import { policyNames } from './changed-policies.ts';
import {
  firstOffices,
  firstText,
  randomAccessFact,
  randomDocument,
  randomFlag,
  randomOffices,
  randomSuspension,
  randomText,
} from './random-access.ts';
import type { SeededRandom } from './seeded-random.ts';

const HOUR_MS = 3_600_000;
const TYPES = ['person', 'employment', 'pay', 'injury'] as const;
const PURPOSES = ['hr-administration', 'import', 'reporting', 'support', 'study'] as const;
const ROLES = [
  'servicing',
  'product',
  'servicing',
  'administrator',
  'security',
  'hr',
  'executive',
  'manager',
  'staff',
  'auditor',
] as const;
const DATA = ['people.list', 'people.read', 'records.correct', 'imports.start', 'reports.run'];
const WITHOUT_DATA = [
  'catalogue.read',
  'assignments.start',
  'clients.status',
  'ledger.checkpoint',
  'authority.read',
  'instructions.give',
];
const DOCUMENT = `sha256:${'d'.repeat(64)}`;
const ENFORCED = policyNames();
/** What else there is in a world: what the policies in force know of. */
const HAS = {
  flags: ENFORCED.includes('instruction-suspended'),
  suspensions: ENFORCED.includes('access-suspended'),
};
const CLIENT = idOf('cli', 0);
const USERS = [0, 1, 2].map((n) => idOf('usr', n));

/** A well-formed id, the same for the same number. */
function idOf(prefix: string, n: number): string {
  return `${prefix}_01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

/** What lets the first user in, so that many worlds have something to allow; each fact may be missing. */
export function firstFacts(random: SeededRandom, at: number): Fact[] {
  const open = { from: new Date(at).toISOString(), until: null };
  const [user, hr] = USERS as [string, string];
  const all: Fact[] = [
    {
      ...{ type: 'client.status', id: null, signature: null },
      status: random.chance(1, 15) ? 'frozen' : 'active',
    },
    registered(user, 'provider', [random.pick(['servicing', 'product'] as const)]),
    registered(hr, 'client', ['hr']),
    ...(random.chance(1, 2) ? [firstText(random, at)] : []),
    { ...nda(random, user, 0), ...open },
    { ...accepted(random, 'agreement.accepted', 'agr', 0), ...open },
    { ...accepted(random, 'notice.accepted', 'ntc', 0), ...open },
    { ...instruction(random, 0), ...open },
    { ...assignment(user, 0), ...open },
    ...(random.chance(1, 4) ? underReview(random, at) : []),
    ...(random.chance(1, 15) ? [suspended()] : []),
    ...(random.chance(1, 2) ? firstOffices(random, user, at) : []),
  ];
  return all.filter(() => !random.chance(1, 20));
}

/** Any fact at `at` (ms), about a few users and a few ids. */
export function randomFact(random: SeededRandom, at: number): Fact {
  const n = random.below(3);
  const user = random.pick(USERS);
  const ended = <T extends string>(type: T, prefix: string) => ({
    type,
    id: null,
    ref: idOf(prefix, n),
    signature: null,
  });
  const by = idOf('usr', 9);
  const period = randomPeriod(random, at);
  const status = random.pick(['active', 'active', 'frozen', 'sealed', 'ended'] as const);
  const side = random.pick(['provider', 'provider', 'client'] as const);
  const roles = [...new Set([random.pick(ROLES), ...random.some([random.pick(ROLES)])])];
  if (random.chance(1, 3)) return randomAccessFact(random, user, n, at);
  if (random.chance(1, 8)) return randomText(random, at);
  if (HAS.flags && random.chance(1, 12)) return randomFlag(random, n);
  if (HAS.suspensions && random.chance(1, 12)) return randomSuspension(random, n);
  return random.pick<() => Fact>([
    () => ({ type: 'client.status', id: null, status, signature: null }),
    () => registered(user, side, roles),
    () => ({ ...registered(user, side, roles), type: 'user.changed' }),
    () => ({ type: 'user.disabled', id: null, user, signature: null }),
    () => ({ ...nda(random, user, n), ...period }),
    () => ended('nda.ended', 'nda'),
    () => ({ ...accepted(random, 'agreement.accepted', 'agr', n), ...period }),
    () => ended('agreement.ended', 'agr'),
    () => ({ ...accepted(random, 'notice.accepted', 'ntc', n), ...period }),
    () => ended('notice.ended', 'ntc'),
    () => ({ ...instruction(random, n), ...period }),
    () => ({ ...ended('instruction.ended', 'ins'), by }),
    () => ({ ...assignment(user, n), ...period }),
    () => ({ ...ended('assignment.ended', 'asg'), by }),
    () => ({ ...suspended(), ref: idOf('asg', n) }),
    () => ({ ...ended('assignment.restored', 'asg'), by }),
    () => rules(random),
    () => reviewOpened(random, n, at),
    () => ({
      ...ended('review.decided', 'rev'),
      assignment: anAssignment(random),
      ...keeps(random),
    }),
  ])();
}

/** A call of any user, mostly of the one whom the first facts let in. */
export function randomQuestion(random: SeededRandom): Question {
  const user = random.chance(2, 3) ? USERS[0]! : random.pick([...USERS, idOf('usr', 3)]);
  const isData = random.chance(3, 4);
  const wanted = random.chance(1, 3) ? ('all' as const) : [random.pick(TYPES), 'person'];
  return {
    user,
    client: CLIENT,
    operation: random.pick(isData ? DATA : WITHOUT_DATA),
    purpose: random.pick(PURPOSES),
    types: isData ? wanted : [],
    offices: randomOffices(random),
    catalogueTypes: () => TYPES,
  };
}

function randomPeriod(random: SeededRandom, at: number): Period {
  const from = at + (random.below(9) - 6) * HOUR_MS;
  const until = random.chance(1, 3) ? null : from + (1 + random.below(10)) * HOUR_MS;
  return {
    from: new Date(from).toISOString(),
    until: until === null ? null : new Date(until).toISOString(),
  };
}

function registered(user: string, side: 'provider' | 'client', roles: (typeof ROLES)[number][]) {
  const person = user.replace('usr_', 'per_');
  return { type: 'user.registered' as const, id: null, user, person, side, roles, signature: null };
}

function nda(random: SeededRandom, user: string, n: number) {
  const common = { document: randomDocument(random), version: '1', signature: null };
  return { type: 'nda.signed' as const, id: idOf('nda', n), user, ...common };
}

function accepted<T extends 'agreement.accepted' | 'notice.accepted'>(
  random: SeededRandom,
  type: T,
  prefix: string,
  n: number,
) {
  const common = {
    document: randomDocument(random),
    version: '1',
    by: idOf('usr', 9),
    signature: null,
  };
  return { type, id: idOf(prefix, n), ...common };
}

function instruction(random: SeededRandom, n: number) {
  return {
    type: 'instruction.given' as const,
    id: idOf('ins', n),
    purposes: [...random.some(PURPOSES), ...random.some(PURPOSES), 'hr-administration']
      .sort()
      .filter(isFirst),
    types: [...random.some(TYPES), ...random.some(TYPES), 'person'].sort().filter(isFirst),
    recipients: [],
    document: DOCUMENT,
    by: idOf('usr', 9),
    transfers: [],
    amends: null,
    signature: null,
  };
}

function assignment(user: string, n: number) {
  return {
    type: 'assignment.started' as const,
    id: idOf('asg', n),
    user,
    team: 'servicing' as const,
    proposedBy: idOf('usr', 8),
    approvedBy: [idOf('usr', 9)],
    reason: null,
    budget: { peoplePerHour: null, peoplePerDay: null, rowsPerDay: null },
    extends: null,
    signature: null,
  };
}

/** The first assignment, by an alert. */
function suspended() {
  const common = { id: null, alert: idOf('alr', 0), signature: null };
  return { type: 'assignment.suspended' as const, ref: idOf('asg', 0), ...common };
}

/** A review of the first assignment, under way. */
function underReview(random: SeededRandom, at: number): Fact[] {
  const demanded = { ...rules(random), signed: false, reviews: true };
  return [
    demanded,
    { ...reviewOpened(random, 0, at + 2 * HOUR_MS), assignments: [idOf('asg', 0)] },
  ];
}

/** What the ledger demands of assignments. */
function rules(random: SeededRandom) {
  const chosen = {
    signed: random.chance(1, 3),
    places: random.chance(1, 4),
    reviews: random.chance(2, 3),
  };
  const counts = { approvals: 1, clientApprovesExceptions: false };
  return { type: 'rules.set' as const, id: null, ...chosen, ...counts, ...decidedBy() };
}

function reviewOpened(random: SeededRandom, n: number, at: number) {
  const due = new Date(at + (random.below(4) - 1) * HOUR_MS).toISOString();
  const assignments = [anAssignment(random), anAssignment(random)].sort().filter(isFirst);
  const id = idOf('rev', n);
  return { type: 'review.opened' as const, id, assignments, due, signature: null };
}

function anAssignment(random: SeededRandom): string {
  return idOf('asg', random.below(3));
}

function keeps(random: SeededRandom) {
  return { keep: random.chance(2, 3), ...decidedBy() };
}

function decidedBy() {
  return { by: idOf('usr', 9), signature: null };
}

function isFirst<T>(item: T, index: number, all: readonly T[]): boolean {
  return all.indexOf(item) === index;
}
