/** Keeps an allowed call among those that go on: it ends when the same question would be refused, or
 * would be allowed for less than what is on its way. */
import type { Principal } from '../domain/operation.ts';
import type { LedgerState } from '../ledger/ledger-state.ts';
import type { Live, LiveGrants, Standing } from '../ledger/live-grants.ts';
import type { Decision } from './decide.ts';

type Allowed = Extract<Decision, { allowed: true }>;

export interface LiveCall {
  readonly live: LiveGrants;
  readonly state: LedgerState;
  readonly decision: Allowed;
  /** With the authority and the time of then. */
  readonly decideAgain: () => Decision;
  readonly authenticate: (isAnew: boolean) => Promise<Principal | null>;
  readonly outer: AbortSignal;
}

export function openLive(call: LiveCall): Live {
  const { live, state, decision, outer } = call;
  return live.open({ state, until: decision.until, again: (isAnew) => again(call, isAnew), outer });
}

async function again(
  { state, decision, decideAgain, authenticate }: LiveCall,
  isAnew: boolean,
): Promise<Standing> {
  if (state.closed) return { allowed: false, reasons: ['decision-failed'] };
  if (!(await authenticate(isAnew))) {
    return { allowed: false, reasons: ['not-authenticated'], status: 401 };
  }
  const now = decideAgain();
  if (!now.allowed) return now;
  if (now.role !== decision.role) return { allowed: false, reasons: ['role-not-permitted'] };
  const types = new Set(now.types);
  if (decision.types.some((type) => !types.has(type))) {
    return { allowed: false, reasons: ['type-not-instructed'] };
  }
  return { allowed: true, until: now.until };
}
