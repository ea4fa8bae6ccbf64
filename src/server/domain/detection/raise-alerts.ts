/** What rules have found becomes facts: the alert, and, when it is critical, what is done at once. */
import { createHash } from 'node:crypto';
import type { Fact } from '#verifier/fact.ts';
import { parseId, toId, uuidOf } from '../../../contract/ids.ts';
import { isInForce } from '../../ledger/authority.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import type { Statement } from '../../vault/database.ts';
import { revokeTokens } from '../access/token-sql.ts';
import { endSession } from '../sign-in/session-sql.ts';
import type { Found } from './detection-messages.ts';

export interface Raised {
  readonly facts: readonly { readonly state: LedgerState; readonly fact: Fact }[];
  readonly statements: readonly Statement[];
}

/** The facts of one alert, or none when it stands already. `own` is the ledger of the event. */
export function raiseAlert(found: Found, own: LedgerState, provider: LedgerState): Raised {
  // What no entry says, for instance that a ledger is closed, is told where something can be written.
  const state = found.isOwn && found.index !== null ? own : provider;
  const id = alertId(found, own);
  if (state.authority.alerts.has(id)) return { facts: [], statements: [] };
  const { facts, statements, effect } = effectOf(found, own, id);
  // An alert about a client in the provider's ledger names it: the index is that of its entry.
  const elsewhere = state === own || own.isProvider ? [] : [toId('client', own.id)];
  const about = [found.user, found.session, ...elsewhere].filter((one) => one !== null);
  const fact = {
    type: 'alert.raised' as const,
    id,
    rule: found.rule,
    severity: found.level,
    about: about.toSorted(),
    index: found.index,
    effect,
    signature: null,
  };
  return { facts: [{ state, fact }, ...facts], statements };
}

/** Provider staff lose their assignment to this client, everybody else the session. */
function effectOf({ level, user, session, at }: Found, own: LedgerState, alert: string) {
  const none = { facts: [], statements: [], effect: 'none' as const };
  if (level !== 'critical' || user === null) return none;
  const { assignments, suspendedAssignments } = own.authority;
  const held = [...assignments.values()].filter(
    (period) => period.fact.user === user && isInForce(period, at),
  );
  const toSuspend = held.filter(({ fact }) => !suspendedAssignments.has(fact.id));
  if (held.length > 0) {
    const facts = toSuspend.map(({ fact: { id: ref } }) => ({
      state: own,
      fact: { type: 'assignment.suspended' as const, id: null, ref, alert, signature: null },
    }));
    return { facts, statements: [], effect: 'assignment-suspended' as const };
  }
  const token = parseId('session', session);
  if (!token) return none;
  // The id is that of a token or of a session; only one of them has it.
  const statements = [...revokeTokens('token_id', token), endSession(token, uuidOf(user))];
  return {
    facts: [],
    statements,
    effect: 'session-ended' as const,
  };
}

/** The same for the same rule and the same event: whoever evaluates it again raises nothing twice. */
function alertId({ rule, at, index, key }: Found, own: LedgerState): string {
  const hex = createHash('sha256')
    .update(JSON.stringify([rule, own.id, index, key]))
    .digest('hex');
  const time = index === null ? 0 : at;
  const ms = time.toString(16).padStart(12, '0');
  const uuid = `${ms.slice(0, 8)}-${ms.slice(8)}-7${hex.slice(0, 3)}-8${hex.slice(3, 6)}-${hex.slice(6, 18)}`;
  return toId('alert', uuid);
}
