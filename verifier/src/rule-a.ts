// Rule A (FORMATS §1): whether one recorded access obeys the facts recorded before it. Not written from policies/.
import type { Authority, InForce } from './authority.ts';
import type { Entry } from './entry.ts';
import { FOREVER, stampOf } from './time-stamp.ts';
import type { Reason } from './verification-error.ts';

/** What an allowed entry claims; two entries with the same claim differ for the rule by their times alone. */
export interface Claim {
  kind: Entry['kind'];
  actor: string;
  side: Entry['side'];
  role: string | null;
  instruction: string | null;
  purpose: string | null;
  types: readonly string[];
  /** Whether the entry names any type, subject or change. */
  touchesData: boolean;
}

/** `reason` null means covered, and then so is the same claim at every later time before `until`. */
export interface Verdict {
  reason: Reason | null;
  until: number;
}

/** The claim of an entry. */
export function claimOf(entry: Entry): Claim {
  const { kind, actor, side, role, instruction, purpose, types, subjects, changes } = entry;
  const touchesData =
    types.length > 0 ||
    (Array.isArray(subjects) ? subjects.length > 0 : true) ||
    (changes !== null && (!Array.isArray(changes) || changes.length > 0));
  return { kind, actor, side, role, instruction, purpose, types, touchesData };
}

/** The reason why an entry is not covered by the facts folded into `authority`, or null. Refused and failed entries always are. */
export function judgeEntry(authority: Authority, entry: Entry): Reason | null {
  if (entry.outcome !== 'allowed') return null;
  return judgeClaim(authority, claimOf(entry), stampOf(entry.at)).reason;
}

/**
 * Judges an allowed claim at a stamp. The provider's side needs everything of Rule A. The system, its actors `sys:…` and its
 * operators, must not touch data. The client's side must not contradict what is registered. Entries that record a fact or
 * a system event need no cover as long as they touch no data, and are judged like an access when they do.
 */
export function judgeClaim(authority: Authority, claim: Claim, at: number): Verdict {
  if (claim.kind !== 'access' && !claim.touchesData) return covered(FOREVER);
  if (claim.side === 'system' || claim.actor.startsWith('sys:')) return judgeSystem(claim);
  if (claim.side === 'client') return judgeClientSide(authority, claim);
  return judgeProviderSide(authority, claim, at);
}

function judgeSystem(claim: Claim): Verdict {
  if (claim.touchesData) return broken('system-actor-read-data');
  const isActor = claim.actor.startsWith('sys:');
  if (isActor !== (claim.role === null) || claim.side !== 'system') return broken('side-mismatch');
  const isOperator = claim.role === 'administrator' || claim.role === 'security';
  return isActor || isOperator ? covered(FOREVER) : broken('side-mismatch');
}

function judgeClientSide(authority: Authority, { actor, role }: Claim): Verdict {
  const user = authority.users.get(actor);
  if (user === undefined) return covered(FOREVER);
  if (user.isDisabled) return broken('actor-unknown');
  const holdsRole = role !== null && user.roles.includes(role);
  return user.side === 'client' && holdsRole ? covered(FOREVER) : broken('side-mismatch');
}

function judgeProviderSide(authority: Authority, claim: Claim, at: number): Verdict {
  const user = authority.users.get(claim.actor);
  if (user === undefined || user.isDisabled) return broken('actor-unknown');
  if (user.side !== 'provider' || claim.role === null || !user.roles.includes(claim.role)) {
    return broken('side-mismatch');
  }
  if (authority.status !== 'active') return broken('client-not-active');

  const assignment = longest(authority.assignments.get(claim.actor), at);
  if (assignment === null) return broken('no-assignment');
  const nda = longest(authority.ndas.get(claim.actor), at);
  if (nda === null) return broken('no-nda');
  const agreement = longest(authority.agreements, at);
  if (agreement === null) return broken('no-agreement');
  const notice = longest(authority.notices, at);
  if (notice === null) return broken('no-notice');

  const instruction = authority.instructions.get(claim.instruction ?? '');
  if (instruction === undefined || !isInForce(instruction, at)) return broken('no-instruction');
  if (claim.purpose === null || !instruction.purposes.has(claim.purpose)) {
    return broken('purpose-not-instructed');
  }
  if (!claim.types.every((type) => instruction.types.has(type))) {
    return broken('type-not-instructed');
  }
  return covered(Math.min(assignment, nda, agreement, notice, instruction.until));
}

/** Until when one of these that is in force at `at` stays so; null if none is. */
function longest(candidates: readonly InForce[] | undefined, at: number): number | null {
  let until: number | null = null;
  for (const candidate of candidates ?? []) {
    if (isInForce(candidate, at)) until = Math.max(until ?? candidate.until, candidate.until);
  }
  return until;
}

function isInForce(candidate: InForce, at: number): boolean {
  return candidate.from <= at && at < candidate.until;
}

const covered = (until: number): Verdict => ({ reason: null, until });
const broken = (reason: Reason): Verdict => ({ reason, until: FOREVER });
