/** What is proposed to more than one approver: an assignment, or an exception. An approver approves the
 * fact exactly as it was proposed. */
import { createHash } from 'node:crypto';
import type { Terms } from '#verifier/fact.ts';
import { jcs } from '#verifier/jcs.ts';
import { conflict } from '../../fault.ts';
import type { Rules } from '../../ledger/authority.ts';
import type { Proposal } from '../access/proposals.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** No assignment is longer, and one that must have an end has one by then. */
const ASSIGNMENT_DAYS_MAX = 366;
/** A proposal that nobody has approved by then is no longer what anybody asks for. */
const PROPOSAL_DAYS_MAX = 30;

/** Null for proposals that one approval puts into force. */
export function termsOf(proposal: Proposal): Terms | null {
  const { fact } = proposal;
  return fact?.type === 'assignment.started' || fact?.type === 'exception.granted' ? fact : null;
}

/** What an approval names, so that nobody approves what they have not seen. */
export function digestOfTerms(terms: Terms): string {
  return `sha256:${createHash('sha256').update(jcs(terms)).digest('hex')}`;
}

/** Throws a conflict when the terms can no longer come into force at `at` (ms). */
export function checkNotLapsed(terms: Terms, rules: Rules, at: number): void {
  const proposedAt = Number.parseInt(terms.id.slice(4).replace('-', '').slice(0, 12), 16);
  const until = terms.until === null ? Number.POSITIVE_INFINITY : Date.parse(terms.until);
  if (until <= at || proposedAt + PROPOSAL_DAYS_MAX * DAY_MS <= at) {
    throw conflict('proposal-lapsed', 'This proposal has lapsed. Have it proposed anew.');
  }
  if (terms.type !== 'assignment.started' || !rules.signed) return;
  if (isTooLong(terms) || terms.reason == null) {
    throw conflict(
      'proposal-lapsed',
      'This was proposed before the client demanded a reason and an end of at most 366 days. Have it proposed anew.',
    );
  }
}

/** Whether a period is open, or longer than an assignment may be. */
export function isTooLong({ from, until }: Pick<Terms, 'from' | 'until'>): boolean {
  return until === null || Date.parse(until) - Date.parse(from) > ASSIGNMENT_DAYS_MAX * DAY_MS;
}
