/** Ways to move one access of a covered ledger out of its cover, or to take the cover away, each with the
 * one reason that the verifier must give, and where. */
import type { Entry } from '#verifier/entry.ts';
import type { Fact } from '#verifier/fact.ts';
import type { Reason } from '#verifier/verification-error.ts';
import { digestOfText, idOf } from '../../verifier/test/sample.ts';
import {
  type AccessStep,
  approval,
  type CoveredLedger,
  closing,
  coveredLedger,
  DAY_MS,
  EXECUTIVE,
  type FactStep,
  HR,
  type Otherwise,
  OVERSEER,
  PROPOSER,
  type Step,
  TEAM,
  TWIN,
} from './covered-ledger.ts';
import type { SeededRandom } from './seeded-random.ts';

export interface Mutated {
  readonly steps: readonly Step[];
  /** Index and reason of the first entry that is refused. */
  readonly index: number;
  readonly reason: Reason;
}

/** Null where a ledger has nothing to mutate in this way. */
export type Mutation = (random: SeededRandom) => Mutated | null;

const none = { id: null, signature: null };
const by = HR;
const status = 'frozen';
const other = digestOfText('other');

export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'user disabled': before('actor-unknown', { type: 'user.disabled', ...none, user: TEAM }),
  'actor nobody knows': access('actor-unknown', { actor: idOf('usr', 99) }),
  'another role': access('side-mismatch', { role: 'product' }),
  'as the system': access('system-actor-read-data', { side: 'system', role: 'security' }),
  'client frozen': before('client-not-active', { type: 'client.status', ...none, status }),
  'access suspended': before('access-suspended', {
    ...{ type: 'access.suspended', id: idOf('sus', 1), level: 'provider', by, signature: null },
  }),
  "the client's own people while it is sealed off": (random) => {
    const { steps, target } = coveredLedger(random);
    const last = steps[target] as AccessStep;
    const { at } = last;
    const own: Partial<Entry> = { actor: HR, side: 'client', role: 'hr' };
    const fact: Fact = {
      ...{ type: 'access.suspended', id: idOf('sus', 1), level: 'all', by, signature: null },
    };
    const access = { at, access: { ...last.access, ...own } };
    // Before it is sealed off they go on.
    const after = [...steps, access, { at, fact }, access];
    return { steps: after, index: target + 3, reason: 'access-suspended' };
  },
  'clock stopped': before('clock-unchecked', {
    ...{ type: 'clock.stopped', id: idOf('clk', 1), seconds: 60, signature: null },
  }),
  'assignment ended': before('no-assignment', {
    ...{ type: 'assignment.ended', ...none, ref: idOf('asg', 1), by },
  }),
  'assignment over': moved('no-assignment', ({ steps }) => {
    const until = find(steps, 'assignment.started').until!;
    return Date.parse(until);
  }),
  'assignment not kept': before(
    'no-assignment',
    {
      ...{ type: 'review.opened', id: idOf('rev', 2), assignments: [idOf('asg', 1)] },
      ...{ due: '2099-01-01T00:00:00.000Z', signature: null },
    },
    {
      ...{ type: 'review.decided', ...none, ref: idOf('rev', 2), assignment: idOf('asg', 1) },
      ...{ keep: false, by },
    },
  ),
  'assignment suspended': before('assignment-suspended', {
    ...{ type: 'assignment.suspended', ...none, ref: idOf('asg', 1), alert: idOf('alr', 1) },
  }),
  'assignment of 367 days': made('assignment-too-long', { assignmentDays: 367 }),
  'review not answered': moved(
    'not-reviewed',
    ({ steps }) => {
      return Date.parse(find(steps, 'review.opened').due);
    },
    { isReviewed: false, assignmentDays: 60 },
  ),
  'no review for a quarter': made('not-reviewed', { assignmentDays: 300, idleDays: 107 }),
  'NDA ended': before('no-nda', { type: 'nda.ended', ...none, ref: idOf('nda', 1) }),
  'agreement ended': before('no-agreement', {
    ...{ type: 'agreement.ended', ...none, ref: idOf('agr', 1) },
  }),
  'notice ended': before('no-notice', { type: 'notice.ended', ...none, ref: idOf('ntc', 1) }),
  'another NDA demanded': demanded('no-nda', 'nda'),
  'another agreement demanded': demanded('no-agreement', 'agreement'),
  'another notice demanded': demanded('no-notice', 'notice'),
  'instruction ended': before('no-instruction', {
    ...{ type: 'instruction.ended', ...none, ref: idOf('ins', 1), by },
  }),
  'instruction nobody gave': access('no-instruction', { instruction: idOf('ins', 2) }),
  'instruction flagged': before('instruction-suspended', {
    ...{ type: 'instruction.flagged', ...none, ref: idOf('ins', 1), document: other, by: PROPOSER },
  }),
  'another purpose': access('purpose-not-instructed', { purpose: 'study' }),
  'another type': access('type-not-instructed', { types: ['injury', 'person'] }),
  'no place': placed('outside-premises', { kind: 'unchecked', id: null }),
  'an office that is none': placed('outside-premises', { kind: 'office', id: idOf('off', 2) }),
  'an office as a VPN': placed('outside-premises', { kind: 'vpn', id: idOf('off', 1) }),
  'office closed down': fromOffice(
    before('outside-premises', {
      ...{ type: 'office.closed', ...none, ref: idOf('off', 1), by: PROPOSER },
    }),
  ),
  'after hours': fromOffice(
    moved('outside-hours', ({ office, target, steps }) => closing(office, steps[target]!.at)),
  ),
  "outside the client's hours": fromOffice((random) => {
    const ledger = coveredLedger(random);
    const agreed = ledger.steps.findIndex((s) => 'fact' in s && s.fact.type === 'hours.agreed');
    if (agreed < 0) return null;
    const { at, fact } = ledger.steps[agreed] as FactStep;
    const narrowed = { ...fact, hours: [] } as unknown as Fact;
    const steps = ledger.steps.with(agreed, { at, fact: narrowed });
    return { steps, index: firstFromOffice(steps), reason: 'outside-hours' };
  }),
  'an exception that is none': placed('no-exception', { kind: 'exception', id: idOf('exc', 2) }),
  'exception ended': underException(
    before('no-exception', {
      ...{ type: 'exception.ended', ...none, ref: idOf('exc', 1), by },
    }),
  ),
  'exception over': underException(
    moved('no-exception', ({ target, steps }) => steps[target]!.at + 1),
  ),
  'exception of more than eight hours': underException((random) => {
    const { steps, target } = coveredLedger(random, { exceptionHours: 8 });
    return { steps, index: target, reason: 'no-exception' };
  }),
  'exception for other types': underException((random) => {
    const ledger = coveredLedger(random);
    return withAccess(ledger, 'no-exception', ({ types: held }) =>
      held!.length === 1 ? { types: ['employment', 'person'] } : null,
    );
  }),
  'one more than the budget': (random) => {
    const ledger = coveredLedger(random);
    if (find(ledger.steps, 'assignment.started').budget!.peoplePerHour === null) return null;
    const last = ledger.steps[ledger.target] as AccessStep;
    const { rowsPerDay, peoplePerDay } = find(ledger.steps, 'assignment.started').budget!;
    const { rows } = last.access;
    const more =
      rows === null
        ? { subjects: Array.from({ length: peoplePerDay! + 1 }, (_, i) => idOf('sub', i)).sort() }
        : { rows: rowsPerDay! + 1 };
    return withAccess(ledger, 'over-budget', () => more);
  },
  'agreement not signed': spoilt('agreement.accepted', 'signature-missing', (fact) => ({
    ...fact,
    signature: null,
  })),
  'approval not signed': spoilt('approval.given', 'signature-missing', (fact) => ({
    ...fact,
    signature: null,
  })),
  'instruction changed after it was signed': spoilt(
    'instruction.given',
    'signature-invalid',
    (fact) =>
      ({
        ...fact,
        document: other,
      }) as Fact,
  ),
  'NDA changed after it was signed': spoilt(
    'nda.signed',
    'signature-invalid',
    (fact) =>
      ({
        ...fact,
        document: other,
      }) as Fact,
  ),
  'notice signed by a removed passkey': (random) => {
    const ledger = coveredLedger(random);
    const at = indexOf(ledger.steps, 'notice.accepted');
    const fact: Fact = { type: 'passkey.removed', ...none, ref: idOf('pky', 3), by };
    const steps = ledger.steps.toSpliced(at, 0, { at: ledger.steps[at]!.at, fact });
    return { steps, index: at + 1, reason: 'signature-invalid' };
  },
  'a signature used twice': (random) => {
    const ledger = coveredLedger(random);
    const at = indexOf(ledger.steps, 'agreement.accepted');
    const first = ledger.steps[at] as FactStep;
    let kept: Fact;
    const keep: FactStep = { ...first, spoil: (fact) => (kept = fact) };
    const again: FactStep = { ...first, spoil: () => kept };
    const steps = ledger.steps.with(at, keep).toSpliced(at + 1, 0, again);
    return { steps, index: at + 1, reason: 'signature-reused' };
  },
  'an approval missing': (random) => {
    const ledger = coveredLedger(random);
    const at = indexOf(ledger.steps, 'approval.given');
    const steps = ledger.steps.toSpliced(at, 1);
    return { steps, index: indexOf(steps, 'assignment.started'), reason: 'approvals-missing' };
  },
  'approved by fewer than agreed': (random) => {
    const ledger = coveredLedger(random);
    return changed(ledger, 'rules.set', 'approvals-missing', (fact) => ({ ...fact, approvals: 3 }));
  },
  'approved otherwise than it was started': (random) => {
    const ledger = coveredLedger(random);
    return changed(ledger, 'assignment.started', 'approvals-missing', (fact) => ({
      ...fact,
      reason: other,
    }));
  },
  'approved by a second account of the same person': (random) => {
    const ledger = coveredLedger(random);
    const at = indexOf(ledger.steps, 'assignment.started');
    const { fact, at: time } = ledger.steps[at] as FactStep;
    const started = fact as Extract<Fact, { type: 'assignment.started' }>;
    const step: FactStep = { at: time, fact: approval(started, TWIN) };
    const own: FactStep = {
      at: time,
      fact: { ...started, approvedBy: [...started.approvedBy, TWIN] },
    };
    const steps = ledger.steps.with(at, own).toSpliced(at, 0, step);
    return { steps, index: at + 1, reason: 'same-person' };
  },
  'exception approved by the client alone': underException((random) => {
    const ledger = coveredLedger(random);
    if (indexOf(ledger.steps, 'exception.granted') < 0) return null;
    return changed(ledger, 'exception.granted', 'approvals-missing', (fact) => ({
      ...fact,
      approvedBy: (fact as { approvedBy: string[] }).approvedBy.filter((id) => id !== OVERSEER),
    }));
  }),
  'agreement signed by the provider': (random) => {
    const ledger = coveredLedger(random);
    return changed(ledger, 'agreement.accepted', 'side-mismatch', (fact) => ({
      ...fact,
      by: OVERSEER,
    }));
  },
  'agreement signed by somebody disabled': (random) => {
    const ledger = coveredLedger(random);
    const at = indexOf(ledger.steps, 'agreement.accepted');
    const fact: Fact = { type: 'user.disabled', ...none, user: EXECUTIVE };
    const steps = ledger.steps.toSpliced(at, 0, { at: ledger.steps[at]!.at, fact });
    return { steps, index: at + 1, reason: 'actor-unknown' };
  },
};

/** Facts recorded just before the last access. */
function before(reason: Reason, ...facts: Fact[]): Mutation {
  return (random) => {
    const { steps, target } = coveredLedger(random);
    const { at } = steps[target]!;
    const inserted = facts.map((fact) => ({ at, fact }));
    const index = target + facts.length;
    return { steps: steps.toSpliced(target, 0, ...inserted), index, reason };
  };
}

/** The last access made otherwise. */
function access(reason: Reason, change: Partial<Entry>): Mutation {
  return (random) => withAccess(coveredLedger(random), reason, () => change);
}

function placed(reason: Reason, place: Entry['context']['place']): Mutation {
  return (random) =>
    withAccess(coveredLedger(random), reason, ({ context }) => ({
      context: { ...context!, place },
    }));
}

/** The last access at another time. */
function moved(
  reason: Reason,
  to: (ledger: CoveredLedger) => number,
  otherwise: Otherwise = {},
): Mutation {
  return (random) => {
    const ledger = coveredLedger(random, otherwise);
    const { steps, target } = ledger;
    const last = steps[target] as AccessStep;
    return { steps: steps.with(target, { ...last, at: to(ledger) }), index: target, reason };
  };
}

/** The first access of a ledger that is made otherwise. */
function made(reason: Reason, otherwise: Otherwise): Mutation {
  return (random) => {
    const { steps } = coveredLedger(random, otherwise);
    return { steps, index: steps.findIndex((step) => 'access' in step), reason };
  };
}

function demanded(reason: Reason, kind: 'nda' | 'agreement' | 'notice'): Mutation {
  return (random) => {
    const { steps, target } = coveredLedger(random);
    const { at } = steps[target]!;
    const text = { kind, version: 2, document: other, mandatory: true, by: PROPOSER };
    const from = new Date(at - random.below(DAY_MS)).toISOString();
    const fact: Fact = {
      type: 'text.published',
      id: idOf('txt', 9),
      ...text,
      from,
      signature: null,
    };
    return { steps: steps.toSpliced(target, 0, { at, fact }), index: target + 1, reason };
  };
}

function spoilt(type: Fact['type'], reason: Reason, spoil: (fact: Fact) => Fact): Mutation {
  return (random) => {
    const { steps } = coveredLedger(random);
    const index = indexOf(steps, type);
    return { steps: steps.with(index, { ...(steps[index] as FactStep), spoil }), index, reason };
  };
}

/** A fact made, and signed, otherwise; refused where the assignment or the exception starts, or there. */
function changed(
  { steps }: CoveredLedger,
  type: Fact['type'],
  reason: Reason,
  change: (fact: Fact) => unknown,
): Mutated {
  const at = indexOf(steps, type);
  const step = steps[at] as FactStep;
  const after = steps.with(at, { ...step, fact: change(step.fact) as Fact });
  const index = type === 'rules.set' ? indexOf(steps, 'assignment.started') : at;
  return { steps: after, index, reason };
}

function withAccess(
  { steps, target }: CoveredLedger,
  reason: Reason,
  change: (access: Partial<Entry>) => Partial<Entry> | null,
): Mutated | null {
  const last = steps[target] as AccessStep;
  const more = change(last.access);
  if (more === null) return null;
  const access = { ...last.access, ...more };
  return { steps: steps.with(target, { ...last, access }), index: target, reason };
}

function isUnder(kind: string, mutation: Mutation): Mutation {
  return (random) => {
    const mutated = mutation(random);
    const last = mutated?.steps.at(-1) as AccessStep | undefined;
    return last?.access.context?.place.kind === kind ? mutated : null;
  };
}
function underException(mutation: Mutation): Mutation {
  return isUnder('exception', mutation);
}
function fromOffice(mutation: Mutation): Mutation {
  return isUnder('office', mutation);
}

function firstFromOffice(steps: readonly Step[]): number {
  return steps.findIndex((s) => 'access' in s && s.access.context?.place.kind === 'office');
}

function indexOf(steps: readonly Step[], type: Fact['type']): number {
  return steps.findIndex((step) => 'fact' in step && step.fact.type === type);
}

function find<T extends Fact['type']>(steps: readonly Step[], type: T): Extract<Fact, { type: T }> {
  return (steps[indexOf(steps, type)] as FactStep).fact as Extract<Fact, { type: T }>;
}
