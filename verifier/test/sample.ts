// Invented entries, facts and ids for the verifier's tests; deterministic, so that golden values hold.
import { hash } from 'node:crypto';
import type { Entry } from '../src/entry.ts';
import type { Fact } from '../src/fact.ts';

/** A well-formed id with the given prefix, the same for the same number. */
export function idOf(prefix: string, n: number): string {
  const hex = hash('sha256', `${prefix} ${n}`, 'hex');
  const uuid = `0190${hex.slice(0, 4)}-${hex.slice(4, 8)}-7${hex.slice(8, 11)}-8${hex.slice(11, 14)}-${hex.slice(14, 26)}`;
  return `${prefix}_${uuid}`;
}

export const digestOfText = (text: string): string => `sha256:${hash('sha256', text, 'hex')}`;

export const saltOf = (n: number): string =>
  hash('sha256', `salt ${n}`, 'buffer').subarray(0, 16).toString('base64');

/** 2026-11-23T09:00:00.000Z plus so many milliseconds. */
export const timeOf = (ms: number): string =>
  new Date(Date.UTC(2026, 10, 23, 9) + ms).toISOString();

/** A read by an assigned provider user, with changes laid over it. */
export function accessEntry(n: number, changes: Partial<Entry> = {}): Entry {
  return {
    v: 1,
    at: timeOf(n),
    kind: 'access',
    actor: idOf('usr', 1),
    side: 'provider',
    role: 'servicing',
    via: null,
    op: 'people.read',
    outcome: 'allowed',
    purpose: 'hr-administration',
    instruction: idOf('ins', 1),
    types: ['employment', 'job', 'person'],
    subjects: [idOf('sub', n)],
    changes: null,
    reasons: [],
    context: {
      authentication: 'token',
      session: idOf('ses', 1),
      place: { kind: 'unchecked', id: null },
    },
    fact: null,
    source: null,
    salt: saltOf(n),
    ...changes,
  };
}

/** An entry that records a fact, by the system unless changed. */
export function factEntry(n: number, fact: Fact, changes: Partial<Entry> = {}): Entry {
  return accessEntry(n, {
    kind: 'fact',
    actor: 'sys:setup',
    side: 'system',
    role: null,
    op: 'facts.record',
    purpose: null,
    instruction: null,
    types: [],
    subjects: [],
    context: { authentication: 'job', session: null, place: { kind: 'unchecked', id: null } },
    fact,
    ...changes,
  });
}

const document = digestOfText('document');
const by = idOf('usr', 9);
const open = { from: timeOf(0), until: null };

/** One fact of every type; together those that start something cover accessEntry. */
export const FACTS: { [T in Fact['type']]: Extract<Fact, { type: T }> } = {
  'user.registered': {
    type: 'user.registered',
    id: idOf('usr', 1),
    user: idOf('usr', 1),
    person: idOf('per', 1),
    side: 'provider',
    roles: ['servicing'],
    signature: null,
  },
  'user.changed': {
    type: 'user.changed',
    id: null,
    user: idOf('usr', 1),
    person: idOf('per', 1),
    side: 'provider',
    roles: ['product'],
    signature: null,
  },
  'user.disabled': { type: 'user.disabled', id: null, user: idOf('usr', 1), signature: null },
  'nda.signed': {
    type: 'nda.signed',
    id: idOf('nda', 1),
    user: idOf('usr', 1),
    document,
    version: '2026-01',
    ...open,
    signature: null,
  },
  'nda.ended': { type: 'nda.ended', id: null, ref: idOf('nda', 1), signature: null },
  'agreement.accepted': {
    type: 'agreement.accepted',
    id: idOf('agr', 1),
    document,
    version: 3,
    by,
    ...open,
    signature: null,
  },
  'agreement.ended': { type: 'agreement.ended', id: null, ref: idOf('agr', 1), signature: null },
  'notice.accepted': {
    type: 'notice.accepted',
    id: idOf('ntc', 1),
    document,
    version: 1,
    by,
    ...open,
    signature: null,
  },
  'notice.ended': { type: 'notice.ended', id: null, ref: idOf('ntc', 1), signature: null },
  'instruction.given': {
    type: 'instruction.given',
    id: idOf('ins', 1),
    purposes: ['hr-administration', 'reporting'],
    types: ['person', 'employment', 'job'],
    recipients: ['servicing'],
    document,
    by,
    ...open,
    signature: null,
  },
  'instruction.ended': {
    type: 'instruction.ended',
    id: null,
    ref: idOf('ins', 1),
    by,
    signature: null,
  },
  'assignment.started': {
    type: 'assignment.started',
    id: idOf('asg', 1),
    user: idOf('usr', 1),
    team: 'servicing',
    proposedBy: idOf('usr', 8),
    approvedBy: [by],
    from: timeOf(0),
    until: timeOf(86_400_000),
    signature: null,
  },
  'assignment.ended': {
    type: 'assignment.ended',
    id: null,
    ref: idOf('asg', 1),
    by,
    signature: null,
  },
  'client.status': { type: 'client.status', id: null, status: 'active', signature: null },
  'catalogue.adopted': {
    type: 'catalogue.adopted',
    id: null,
    version: 1,
    sha256: hash('sha256', 'catalogue', 'hex'),
    signature: null,
  },
  'policies.loaded': {
    type: 'policies.loaded',
    id: null,
    sha256: hash('sha256', 'policies', 'hex'),
    signature: null,
  },
  'key.changed': {
    type: 'key.changed',
    id: null,
    key: 'ledger/2026',
    event: 'created',
    version: 1,
    signature: null,
  },
  'log.key': {
    type: 'log.key',
    id: null,
    vkey: 'worksmartly/x+c48ebad2+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    signature: null,
  },
  'alert.raised': {
    type: 'alert.raised',
    id: null,
    rule: 'ledger-rolled-back',
    severity: 'high',
    signature: null,
  },
};
