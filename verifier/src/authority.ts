// Who may do what, folded from the facts of one ledger. Written from FORMATS §1 alone; it shares nothing with the gate.
import type { Fact, Period } from './fact.ts';
import { FOREVER, stampOf } from './time-stamp.ts';

export interface RegisteredUser {
  side: 'provider' | 'client';
  roles: readonly string[];
  isDisabled: boolean;
}

/** Something that is in force while from ≤ at < until (stamps). `user` is null where it concerns the client as a whole. */
export interface InForce {
  user: string | null;
  from: number;
  until: number;
}

export interface Instruction extends InForce {
  purposes: ReadonlySet<string>;
  types: ReadonlySet<string>;
}

/** The state after some facts. It changes in place: facts are rare, but states are asked for at every entry. */
export interface Authority {
  status: 'active' | 'frozen' | 'sealed' | 'ended' | null;
  users: Map<string, RegisteredUser>;
  /** By user, because that is how they are asked for. */
  ndas: Map<string, InForce[]>;
  assignments: Map<string, InForce[]>;
  agreements: InForce[];
  notices: InForce[];
  instructions: Map<string, Instruction>;
  /** Everything that ever started, by id, to be found when it ends. */
  started: Map<string, InForce>;
}

export function emptyAuthority(): Authority {
  return {
    status: null,
    users: new Map(),
    ndas: new Map(),
    assignments: new Map(),
    agreements: [],
    notices: [],
    instructions: new Map(),
    started: new Map(),
  };
}

/**
 * Folds one more fact in. An id starts once: repeated (a fact can be mirrored twice) or started again after its end, it
 * changes nothing. A disabled user stays disabled, whatever else is recorded about them. What ends takes effect with the
 * next entry.
 */
export function foldFact(authority: Authority, fact: Fact): void {
  switch (fact.type) {
    case 'user.registered':
    case 'user.changed': {
      const isDisabled = authority.users.get(fact.user)?.isDisabled ?? false;
      authority.users.set(fact.user, { side: fact.side, roles: fact.roles, isDisabled });
      return;
    }
    case 'user.disabled': {
      const user = authority.users.get(fact.user);
      if (user) user.isDisabled = true;
      return;
    }
    case 'nda.signed':
      startOfUser(authority, authority.ndas, fact);
      return;
    case 'assignment.started':
      startOfUser(authority, authority.assignments, fact);
      return;
    case 'agreement.accepted':
      startOfClient(authority, authority.agreements, fact);
      return;
    case 'notice.accepted':
      startOfClient(authority, authority.notices, fact);
      return;
    case 'instruction.given': {
      if (authority.started.has(fact.id)) return;
      const { purposes, types } = fact;
      const terms = { purposes: new Set(purposes), types: new Set(types) };
      const instruction = { ...inForce(fact, null), ...terms };
      authority.started.set(fact.id, instruction);
      authority.instructions.set(fact.id, instruction);
      return;
    }
    case 'nda.ended':
    case 'assignment.ended':
    case 'agreement.ended':
    case 'notice.ended':
    case 'instruction.ended': {
      const ended = authority.started.get(fact.ref);
      if (ended) ended.until = Number.NEGATIVE_INFINITY;
      return;
    }
    case 'client.status':
      authority.status = fact.status;
      return;
    case 'catalogue.adopted':
    case 'policies.loaded':
    case 'key.changed':
    case 'log.key':
    case 'alert.raised':
    case 'alert.changed':
    case 'rules.set':
    case 'passkey.added':
    case 'passkey.removed':
    case 'text.published':
    case 'office.opened':
    case 'office.closed':
    case 'hours.agreed':
    case 'hours.ended':
    case 'exception.granted':
    case 'exception.ended':
    case 'exception.reviewed':
    case 'approval.given':
    case 'instruction.flagged':
    case 'instruction.cleared':
    case 'assignment.suspended':
    case 'assignment.restored':
    case 'access.suspended':
    case 'access.resumed':
    case 'review.opened':
    case 'review.decided':
    case 'clock.stopped':
    case 'clock.checked':
    case 'erasure.ordered':
      return;
  }
}

type Starting = Period & { id: string };

function startOfUser(
  authority: Authority,
  byUser: Map<string, InForce[]>,
  fact: Starting & { user: string },
): void {
  const held = byUser.get(fact.user) ?? [];
  startOfClient(authority, held, fact, fact.user);
  byUser.set(fact.user, held);
}

function startOfClient(
  authority: Authority,
  held: InForce[],
  fact: Starting,
  user: string | null = null,
): void {
  if (authority.started.has(fact.id)) return;
  const started = inForce(fact, user);
  authority.started.set(fact.id, started);
  held.push(started);
}

function inForce({ from, until }: Period, user: string | null): InForce {
  return { user, from: stampOf(from), until: until === null ? FOREVER : stampOf(until) };
}
