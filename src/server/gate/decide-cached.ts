/** Decisions, remembered as long as the authority that they were made with and the clock allow. */
import type { Authority } from '../ledger/authority.ts';
import { type Decision, decide, type Question } from './decide.ts';
import type { Policies } from './policies.ts';

const DECISIONS_MAX = 5000;

interface Remembered {
  readonly decision: Decision;
  readonly since: number;
}

const byAuthority = new WeakMap<Authority, Map<string, Remembered>>();

/** Like `decide`, but not asked twice between two changes of authority or two boundaries in time. */
export function decideCached(
  policies: Policies,
  authority: Authority,
  question: Question,
  at: number,
): Decision {
  let known = byAuthority.get(authority);
  if (!known || known.size >= DECISIONS_MAX) {
    known = new Map();
    byAuthority.set(authority, known);
  }
  const { user, operation, purpose, types, offices } = question;
  const wanted = types === 'all' ? '*' : types.join();
  const key = `${user} ${operation} ${purpose} ${wanted} ${offices.join()}`;
  const found = known.get(key);
  if (found && found.since <= at && at < found.decision.until) return found.decision;
  const decision = decide(policies, authority, question, at);
  known.set(key, { decision, since: at });
  return decision;
}
