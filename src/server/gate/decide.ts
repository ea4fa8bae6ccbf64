/** One decision: may this user do this, now, for this purpose, with these record types? It reads the
 * folded authority and asks the policies; it holds until authority or the clock passes a boundary. */
import type { CedarValueJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { WantedTypes } from '../domain/operation.ts';
import { coverOf } from '../ledger/assignment-cover.ts';
import { type Authority, type InForce, isInForce, type Registered } from '../ledger/authority.ts';
import { withCurrentText } from '../ledger/current-text.ts';
import { isSuspended } from '../ledger/is-suspended.ts';
import { nextBoundary } from '../ledger/next-boundary.ts';
import { type Place, UNCHECKED, whereabouts } from '../ledger/place.ts';
import { chooseInstruction } from './choose-instruction.ts';
import { type Chosen, choosePlace } from './choose-place.ts';
import type { Policies, PolicyAnswer } from './policies.ts';

export interface Question {
  readonly user: string;
  readonly client: string;
  readonly operation: string;
  readonly purpose: string | null;
  readonly types: WantedTypes;
  /** Ids of the offices whose networks hold the caller's address. */
  readonly offices: readonly string[];
  /** Every record type of the client's catalogue. */
  readonly catalogueTypes: () => readonly string[];
  /** The provider's own registration of the user. Of it only the operators' roles count: everybody
   * else is registered in the client's ledger, or has nothing to do with the client. */
  readonly atProvider?: Registered | undefined;
}

export type Decision =
  | {
      readonly allowed: true;
      readonly role: string;
      readonly instruction: string | null;
      readonly types: readonly string[];
      readonly place: Place;
      readonly until: number;
      /** The authority index that was decided with. */
      readonly authIndex: number;
    }
  | {
      readonly allowed: false;
      readonly role: string | null;
      /** 404 for whoever has nothing to do with the client, 403 for everybody else. */
      readonly status: 403 | 404;
      readonly reasons: readonly string[];
      readonly place: Place;
      readonly until: number;
      /** The authority index that was decided with. */
      readonly authIndex: number;
    };

/** Who works for clients. */
export const TEAM: ReadonlySet<string> = new Set(['servicing', 'product']);
const NOWHERE = {
  place: { isChecked: false, kind: 'unchecked', isInForce: false, isWithinHours: false },
};
/** Who runs the system: no instruction is needed, for no data are seen. */
const OPERATORS = new Set(['administrator', 'security']);
const PROVIDER_ROLES: ReadonlySet<string> = new Set([...TEAM, ...OPERATORS]);

/** The decision about a call that names an existing client, at `at` (ms). */
export function decide(
  policies: Policies,
  authority: Authority,
  question: Question,
  at: number,
): Decision {
  const registered = authority.users.get(question.user) ?? operatorOf(question.atProvider);
  const held = {
    until: boundaryOf(authority, question, at),
    authIndex: authority.index,
    place: UNCHECKED as Place,
  };
  if (!registered || registered.disabled) {
    return { allowed: false, role: null, status: 404, reasons: ['actor-unknown'], ...held };
  }
  let refused: Decision | null = null;
  for (const role of rolesOf(registered)) {
    const decision = decideAs(policies, authority, question, at, role, held);
    if (decision.allowed) return decision;
    refused ??= decision;
  }
  return (
    refused ?? {
      allowed: false,
      role: null,
      status: 403,
      reasons: ['role-not-permitted'],
      ...held,
    }
  );
}

function boundaryOf(authority: Authority, { user }: Question, at: number): number {
  return Math.min(nextBoundary(authority, at), coverOf(authority, user, at).until);
}

/** A role of the other side opens nothing, whatever a fact says. */
function rolesOf({ side, roles }: Registered): readonly string[] {
  return roles.filter((role) => PROVIDER_ROLES.has(role) === (side === 'provider'));
}

function operatorOf(atProvider: Registered | undefined): Registered | undefined {
  const roles = atProvider?.roles.filter((role) => OPERATORS.has(role)) ?? [];
  return atProvider && roles.length > 0 ? { ...atProvider, roles } : undefined;
}

function decideAs(
  policies: Policies,
  authority: Authority,
  question: Question,
  at: number,
  role: string,
  held: { until: number; authIndex: number; place: Place },
): Decision {
  const facts = factsOf(authority, question.user, at);
  const purpose = question.purpose ?? '';
  const instruction = TEAM.has(role)
    ? chooseInstruction(authority, purpose, question.types, at)
    : undefined;
  const chosen = TEAM.has(role) ? choosePlace(authority, question, at) : elsewhere(role);
  const types = typesOf(question, role, instruction?.fact.types, chosen.types);
  const answer = policies.decide({
    user: question.user,
    role,
    operation: question.operation,
    resource: { type: 'Client', id: question.client },
    context: {
      now: at,
      status: authority.status,
      purpose,
      types: [...types],
      isClockStopped: authority.clockStops.size > 0,
      isSuspended: isSuspended(authority),
      isSealedOff: isSuspended(authority, 'all'),
      ...facts,
      ...chosen.context,
      ...(instruction && {
        instruction: {
          ...period(instruction),
          purposes: [...instruction.fact.purposes],
          types: [...instruction.fact.types],
          isSuspended: authority.flagged.has(instruction.fact.id),
        },
      }),
    },
  });
  const told = { ...held, place: chosen.place, until: Math.min(held.until, chosen.until) };
  if (answer.allowed) {
    return { allowed: true, role, instruction: instruction?.fact.id ?? null, types, ...told };
  }
  return { allowed: false, role, ...refusalOf(role, question, answer), ...told };

  /** Operators are told of, and nobody else: a client's users work from where they like. */
  function elsewhere(of: string): Chosen {
    const { place } = OPERATORS.has(of)
      ? whereabouts(authority, question.offices, at)
      : { place: UNCHECKED };
    return { place, types: null, until: Number.POSITIVE_INFINITY, context: NOWHERE };
  }
}

/** Whoever is not assigned is told what everybody is told about an unknown client. No instruction
 * could cover an operation without a purpose: there it is the role that is missing. */
function refusalOf(
  role: string,
  { purpose }: Question,
  { reasons }: PolicyAnswer,
): { status: 403 | 404; reasons: string[] } {
  const outside = OPERATORS.has(role) || (TEAM.has(role) && reasons.includes('no-assignment'));
  const told = reasons.map((reason) =>
    reason === 'purpose-not-instructed' && purpose === null ? 'role-not-permitted' : reason,
  );
  return { status: outside ? 404 : 403, reasons: [...new Set(told)].sort() };
}

function typesOf(
  question: Question,
  role: string,
  instructed: readonly string[] | undefined,
  excepted: readonly string[] | null,
): readonly string[] {
  if (question.types !== 'all') return question.types;
  if (!TEAM.has(role)) return question.catalogueTypes();
  return question
    .catalogueTypes()
    .filter((type) => instructed?.includes(type) && excepted?.includes(type) !== false);
}

function factsOf(authority: Authority, user: string, at: number): Record<string, CedarValueJson> {
  const ofUser = <F extends { user: string }>(map: ReadonlyMap<string, InForce & { fact: F }>) =>
    [...map.values()].filter((p) => p.fact.user === user);
  const cover = coverOf(authority, user, at);
  const chosen = {
    assignment: cover.assignment ?? latest(ofUser(authority.assignments), at),
    nda: latest(withCurrentText(authority, 'nda', ofUser(authority.ndas), at), at),
    agreement: latest(
      withCurrentText(authority, 'agreement', [...authority.agreements.values()], at),
      at,
    ),
    notice: latest(withCurrentText(authority, 'notice', [...authority.notices.values()], at), at),
  };
  const context: Record<string, CedarValueJson> = {
    isAssignmentSuspended: cover.isSuspended,
    isNotReviewed: cover.isUnreviewed,
    isAssignmentTooLong: cover.isTooLong,
  };
  for (const [name, fact] of Object.entries(chosen)) if (fact) context[name] = period(fact);
  return context;
}

function latest(periods: readonly InForce[], at: number): InForce | undefined {
  return periods.find((p) => isInForce(p, at)) ?? periods.at(-1);
}

/** Cedar's integers end at 2^63 − 1; an open period ends there. */
function period(p: InForce): { from: number; until: number } {
  return { from: p.from, until: Math.min(p.until, Number.MAX_SAFE_INTEGER) };
}
