/** The gate: every request of every client, command and job goes through `run`. It authenticates,
 * decides, grants, runs the operation, records it, and only then lets the answer go. */
import type { Entry } from '#verifier/entry.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { parseId, toId } from '../../contract/ids.ts';
import type { Operation } from '../../contract/operation.ts';
import { reportOverBudget } from '../domain/assignments/report-over-budget.ts';
import { adoptedCatalogue } from '../domain/catalogue/adopted.ts';
import type {
  Answer,
  Call,
  Committed,
  DomainOperation,
  Entrance,
  Input,
  Principal,
  Result,
  WantedTypes,
} from '../domain/operation.ts';
import { Fault, notFound, Refusal } from '../fault.ts';
import type { House } from '../house.ts';
import { draftEntry } from '../ledger/draft.ts';
import type { LedgerState } from '../ledger/ledger-state.ts';
import type { Live } from '../ledger/live-grants.ts';
import { SealError } from '../vault/crypto/seal-error.ts';
import { raiseAlert } from './alert.ts';
import type { Authenticator } from './authenticate.ts';
import { BudgetRefusal } from './budget-refusal.ts';
import { checkCredential } from './check-credential.ts';
import type { ClockWatch } from './clock-watch.ts';
import type { Decision } from './decide.ts';
import { decideCached } from './decide-cached.ts';
import { decideProvider } from './decide-provider.ts';
import { enter } from './enter.ts';
import { makeGrant } from './grant.ts';
import { guardBody } from './guard-pieces.ts';
import { openLive } from './open-live.ts';
import type { Policies } from './policies.ts';
import { appendRecord } from './record.ts';
import { conflictRefusal, refusalOf } from './refusal-of.ts';
import type { RefusalRate } from './refusal-rate.ts';
import type { Request } from './request.ts';
import { isRepeated, resultOf } from './result-of.ts';
import { isShown, standIn } from './stand-in.ts';

export interface Gate {
  run(request: Request): Promise<Answer>;
}

const ATTEMPTS_MAX = 30;
/** Who waits for a read model that somebody else began to load, with keys that were exchanged meanwhile,
 * asks again. What was tampered with does not open the next time either. */
const UNREADABLE_ATTEMPTS_MAX = 3;

/** After these no entry can be written, or none may be. */
const LEDGER_FAULTS = new Set([
  'ledger-unwritable',
  'ledger-closed',
  'ledger-busy',
  'clock-behind',
  'clock-ahead',
]);

export interface GateParts {
  readonly house: House;
  readonly operations: Readonly<Record<string, DomainOperation>>;
  /** What takes no token, by operation. */
  readonly entrances: Readonly<Record<string, Entrance>>;
  readonly policies: Policies;
  readonly authenticator: Authenticator;
  readonly rate: RefusalRate;
  readonly clock: ClockWatch;
}

export function openGate(parts: GateParts): Gate {
  return {
    async run(request) {
      for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        const answer = await parts.clock.during(attemptOnce(parts, request, attempt));
        if (answer !== 'stale') return answer;
      }
      throw new Fault('ledger-busy', 'authority or data kept changing');
    },
  };
}

async function attemptOnce(
  parts: GateParts,
  request: Request,
  attempt: number,
): Promise<Answer | 'stale'> {
  const { house, rate } = parts;
  const entrance = parts.entrances[request.operation.id];
  if (entrance) return enter(house, entrance, request);
  const operation = parts.operations[request.operation.id]!;
  const caller = request.token ? await parts.authenticator.authenticate(request.token) : null;
  if (!caller)
    throw new Refusal(401, ['not-authenticated'], 'A valid bearer token, or a session, is needed.');
  await parts.clock.look();
  const namesClient = request.operation.ledger === 'client';
  const uuid = namesClient ? parseId('client', request.params.c) : undefined;
  const client = uuid ? await house.ledgers.find(uuid) : null;
  const state = client && !client.isProvider ? client : house.ledgers.provider;
  const offices = await house.offices.at(request.address, state.authority);
  const principal: Principal = { ...caller, offices };
  const bucket = bucketOf(house, state, principal);
  rate.check(bucket);
  const { provider } = house.ledgers;
  // Registered through another process, perhaps.
  if (!provider.authority.users.has(toId('user', principal.user))) {
    await house.ledgers.refresh(provider);
  }
  const at = Math.max(house.now(), state.head.at);
  const authIndex = state.authority.index;
  const visit: Visit = {
    ...{ parts, house, request, principal, state, at, authIndex, bucket },
    decided: request.operation,
    live: null,
    isRecorded: false,
    isStreaming: false,
  };
  if (namesClient && state.isProvider) return refuse(visit, rate, null, notFound());
  let decision: Decision | null = null;
  let call: Call | null = null;
  try {
    const catalogue = await adoptedCatalogue(house, state);
    // What is decided now must not go with procedures that were in force before.
    if (state.authority.index !== authIndex) return 'stale';
    let input: Input;
    let types: WantedTypes = [];
    let standsFor: Call['standsFor'];
    try {
      input = request.parse();
      standsFor = await standIn(parts.operations, request.operation, operation, {
        ...{ house, principal, state, input },
      });
      visit.decided = standsFor?.operation ?? request.operation;
      const asked = parts.operations[visit.decided.id]!;
      if (!state.isProvider && asked.types) {
        types = asked.types(standsFor?.input ?? input, catalogue);
      }
    } catch (refusal) {
      // Whoever has nothing to do with the client is not even told that the input was wrong.
      const outside = state.isProvider ? null : decideFor(visit, [], catalogue);
      if (!outside || outside.allowed || outside.status !== 404) throw refusal;
      decision = outside;
      throw refusalOf(outside, { purpose: purposeOf(visit), types: [] });
    }
    if (state.isProvider) {
      decision = await decideProvider(visit, visit.decided, standsFor?.input ?? input);
    } else decision = decideFor(visit, types, catalogue);
    if (decision.allowed && isShown(state, standsFor, decision.role)) {
      visit.decided = request.operation;
      types = [];
      decision = decideFor(visit, types, catalogue);
    }
    if (!decision.allowed) throw refusalOf(decision, { purpose: purposeOf(visit), types });
    checkCredential(principal, request.operation, request.address, at);
    visit.live = liveOf(visit, decision, types, catalogue);
    const { live } = visit;
    const grant = state.isProvider
      ? null
      : makeGrant(house, state, decision, catalogue, principal, purposeOf(visit));
    call = {
      house,
      principal,
      state,
      grant,
      role: decision.role,
      input,
      at,
      ...(standsFor && { standsFor }),
      // Made when it is asked for: most calls are over before anything could end them.
      get signal() {
        return live?.signal ?? request.signal;
      },
    };
    const result = await resultOf(call, operation, request);
    return await record(visit, decision, result);
  } catch (thrown) {
    const error = visit.live?.ended ?? thrown;
    if (!(error instanceof Refusal)) {
      // Sealed under a key that came meanwhile, or that is gone: look again with the keys of now.
      const isUnread = error instanceof SealError && !visit.isRecorded;
      if (isUnread && ((await isOutdated(visit)) || mayAskAgain(request, attempt))) return 'stale';
      return fail(visit, decision, error);
    }
    // The same call may have come twice at once, and the other one was first.
    if (error.status === 409 && call && (await isRepeated(call, request))) return 'stale';
    return refuse(visit, rate, decision, error);
  } finally {
    if (!visit.isStreaming) visit.live?.close();
  }
}

interface Visit {
  readonly parts: GateParts;
  readonly house: House;
  readonly request: Request;
  readonly principal: Principal;
  readonly state: LedgerState;
  readonly at: number;
  /** The authority that everything is decided with. */
  readonly authIndex: number;
  readonly bucket: string;
  /** The operation that is decided about: the call's own, or the one that it stands for. */
  decided: Operation;
  /** Null for calls that name no client. */
  live: Live | null;
  /** Whether the call's own entry stands. */
  isRecorded: boolean;
  /** Whether the answer is still being made while it is sent. */
  isStreaming: boolean;
}

/** Nothing is awaited between the decision and this. */
function liveOf(
  visit: Visit,
  decision: Extract<Decision, { allowed: true }>,
  types: WantedTypes,
  catalogue: Catalogue,
): Live | null {
  const { house, parts, request, state } = visit;
  if (state.isProvider) return null;
  return openLive({
    live: house.live,
    state,
    decision,
    decideAgain: () =>
      decideFor({ ...visit, at: Math.max(house.now(), state.head.at) }, types, catalogue),
    authenticate: (isAnew) => parts.authenticator.authenticate(request.token!, isAnew),
    outer: request.signal,
  });
}

/** Whether the authority has moved on since the decision; a change of keys moves it, too. */
async function isOutdated({ house, state, authIndex }: Visit): Promise<boolean> {
  await house.ledgers.refresh(state);
  return state.authority.index !== authIndex;
}

/** An upload cannot be read a second time. */
function mayAskAgain({ operation }: Request, attempt: number): boolean {
  return operation.accepts !== 'multipart' && attempt + 1 < UNREADABLE_ATTEMPTS_MAX;
}

/** Refusals are counted per user and client. Clients that the user has nothing to do with share the
 * bucket of those that do not exist: how soon it is empty must not tell which is which. */
function bucketOf(house: House, state: LedgerState, principal: Principal): string {
  const isKnown = state.authority.users.has(toId('user', principal.user));
  return `${principal.user}/${isKnown ? state.id : house.ledgers.provider.id}`;
}

function decideFor(visit: Visit, types: WantedTypes, catalogue: Catalogue): Decision {
  const { house, parts, decided, principal, state, at } = visit;
  return decideCached(
    parts.policies,
    state.authority,
    {
      user: toId('user', principal.user),
      client: toId('client', state.id),
      operation: decided.id,
      purpose: purposeOf(visit),
      types,
      offices: principal.offices ?? [],
      catalogueTypes: () => catalogue.types.map((type) => type.id),
      atProvider: house.ledgers.provider.authority.users.get(toId('user', principal.user)),
    },
    at,
  );
}

async function record(
  visit: Visit,
  decision: Extract<Decision, { allowed: true }>,
  result: Result,
): Promise<Answer | 'stale'> {
  const { house, request, principal, state } = visit;
  const side = sideOf(house, state, principal);
  const entry = {
    principal,
    side,
    role: decision.role,
    operation: request.operation.id,
    outcome: 'allowed' as const,
    purpose: purposeOf(visit),
    instruction: decision.instruction,
    place: decision.place,
    types: result.types ?? decision.types,
    subjects: result.subjects ?? [],
    changes: result.changes ?? null,
    rows: result.rows ?? null,
    reasons: result.reasons ?? [],
  };
  const outcome = await appendRecord(house, state, decision, entry, result);
  if (outcome.kind === 'stale') return 'stale';
  if (outcome.kind === 'missing') throw notFound();
  if (outcome.kind === 'over-budget') throw new BudgetRefusal(outcome);
  if (outcome.kind === 'conflict') {
    if (outcome.constraint?.startsWith('replay')) return 'stale';
    // Two made the client's own first record at once.
    if (outcome.constraint?.startsWith('subject_pkey')) return 'stale';
    throw conflictRefusal(outcome.constraint);
  }
  visit.isRecorded = true;
  const body = await result.answer(outcome as Committed);
  const status = request.operation.status;
  const { cookies, location } = result;
  const failed = (error: unknown) => fail(visit, decision, error);
  const guarded = guardBody(body, { live: visit.live, failed });
  if (guarded === null) {
    return { status, body, ...(cookies && { cookies }), ...(location && { location }) };
  }
  visit.isStreaming = true;
  return { status, body: guarded };
}

/** Nothing is answered: an entry says so (a second one if the call's own stands already), and what
 * did not open raises an alert. */
async function fail(visit: Visit, decision: Decision | null, error: unknown): Promise<never> {
  const { house, request, principal, state } = visit;
  if (error instanceof Fault && LEDGER_FAULTS.has(error.code)) throw error;
  const isSealed = error instanceof SealError;
  await append(
    visit,
    draftEntry({
      principal,
      side: sideOf(house, state, principal),
      role: decision?.role ?? null,
      operation: request.operation.id,
      outcome: 'failed',
      place: decision?.place,
      purpose: purposeOf(visit),
      reasons: error instanceof Refusal ? error.reasons : [isSealed ? 'ciphertext' : 'internal'],
    }),
  );
  if (!isSealed) throw error;
  await raiseAlert(house, state, 'ciphertext', 'high');
  throw new Fault('record-unreadable', 'a record did not open', error);
}

/** Refuses with an entry; `stale` when the authority has moved on: what was missing may be there now. */
async function refuse(
  visit: Visit,
  rate: RefusalRate,
  decision: Decision | null,
  refusal: Refusal,
): Promise<'stale'> {
  const { house, request, principal, state } = visit;
  const registered = house.ledgers.provider.authority.users.get(toId('user', principal.user));
  const draft = draftEntry({
    principal,
    side: sideOf(house, state, principal),
    role: decision?.role ?? registered?.roles[0] ?? null,
    operation: request.operation.id,
    outcome: refusal.status === 409 ? 'failed' : 'refused',
    place: decision?.place,
    purpose: purposeOf(visit),
    reasons: reasonsOf(refusal, decision),
  });
  // An upload cannot be read a second time.
  if (decision?.allowed && request.operation.accepts === 'multipart') await append(visit, draft);
  else {
    const decided = {
      authIndex: visit.authIndex,
      until: decision?.until ?? Number.POSITIVE_INFINITY,
    };
    const outcome = await house.ledgers.submit({ ledger: state.id, draft, decided });
    if (outcome.kind === 'stale') return 'stale';
  }
  rate.count(visit.bucket);
  if (refusal instanceof BudgetRefusal) await reportOverBudget(house, state, refusal.over);
  throw refusal;
}

function reasonsOf(refusal: Refusal, decision: Decision | null): readonly string[] {
  return decision && !decision.allowed ? decision.reasons : refusal.reasons;
}

/** Appends an entry that depends on no decision, on whatever head there is. */
async function append(visit: Visit, draft: ReturnType<typeof draftEntry>): Promise<void> {
  const { house, state } = visit;
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const decided = { authIndex: state.head.authIndex, until: Number.POSITIVE_INFINITY };
    const outcome = await house.ledgers.submit({ ledger: state.id, draft, decided });
    if (outcome.kind === 'committed') return;
  }
  throw new Fault('ledger-busy', 'authority kept changing');
}

function sideOf(house: House, state: LedgerState, principal: Principal): Entry['side'] {
  const user = toId('user', principal.user);
  const registered =
    state.authority.users.get(user) ?? house.ledgers.provider.authority.users.get(user);
  return registered?.side ?? 'provider';
}

function purposeOf({ request, decided }: Visit): string | null {
  return request.purpose ?? decided.purpose;
}
