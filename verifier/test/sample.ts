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
    v: 2,
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
      passkey: null,
    },
    fact: null,
    source: null,
    rows: null,
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
    context: {
      authentication: 'job',
      session: null,
      place: { kind: 'unchecked', id: null },
      passkey: null,
    },
    fact,
    ...changes,
  });
}
