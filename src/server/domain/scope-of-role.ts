/** Whose records a role reaches. */
import { toId, uuidOf } from '../../contract/ids.ts';
import type { LedgerState } from '../ledger/ledger-state.ts';
import type { Scope } from './operation.ts';

/** Managers and employees are linked to their own staff record by the person id of their user (a bare
 * uuid). */
export function scopeOfRole(state: LedgerState, role: string, user: string): Scope {
  if (role !== 'manager' && role !== 'staff') return { kind: 'all' };
  const subject = uuidOf(state.authority.users.get(toId('user', user))!.person);
  return role === 'staff' ? { kind: 'self', subject } : { kind: 'reports', subject };
}
