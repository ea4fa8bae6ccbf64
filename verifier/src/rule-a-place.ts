// The part of Rule A about where and when: offices with their hours, the client's own hours, and exceptions from them.
import { type Authority, type InForce, isInForce } from './authority.ts';
import type { Claim } from './rule-a.ts';
import { FOREVER } from './time-stamp.ts';
import { openUntil } from './timetable.ts';
import type { Reason } from './verification-error.ts';

/**
 * Until when a claim's place stays good, or why it is not. As long as no office is in force and none is demanded, every
 * place is. The client's own hours narrow those of an office; an exception stands for both.
 */
export function judgePlace(authority: Authority, claim: Claim, at: number): number | Reason {
  const { kind, id } = claim.place;
  if (!arePlacesChecked(authority, at)) return nextStart(authority.offices.values(), at);
  if (kind === 'unchecked') return 'outside-premises';
  if (kind === 'exception') return judgeException(authority, claim, at);
  const office = authority.offices.get(id ?? '');
  const isThere = office?.kind === kind && isInForce(office, at);
  if (!isThere) return 'outside-premises';
  const open = openUntil(office.timetable, at);
  const agreed = withinAgreedHours(authority, at);
  if (open === null || agreed === null) return 'outside-hours';
  return Math.min(office.until, open, agreed);
}

/** Whether the ledger demands a place of provider staff at a stamp. */
export function arePlacesChecked({ rules, offices }: Authority, at: number): boolean {
  return rules.places !== null || offices.values().some((office) => isInForce(office, at));
}

function judgeException(authority: Authority, claim: Claim, at: number): number | Reason {
  const exception = authority.exceptions.get(claim.place.id ?? '');
  if (exception === undefined || !isInForce(exception, at)) return 'no-exception';
  if (exception.user !== claim.actor || exception.isTooLong) return 'no-exception';
  return claim.types.every((type) => exception.types.has(type)) ? exception.until : 'no-exception';
}

/** Until when the client's hours stay open, or until they may begin to count where it has none; null if they are closed. */
function withinAgreedHours({ agreedHours }: Authority, at: number): number | null {
  const counting = agreedHours.filter((agreed) => isInForce(agreed, at));
  if (counting.length === 0) return nextStart(agreedHours, at);
  let until: number | null = null;
  for (const { timetable, until: last } of counting) {
    const open = openUntil(timetable, at);
    if (open !== null) until = Math.max(until ?? 0, Math.min(open, last));
  }
  return until;
}

function nextStart(candidates: Iterable<InForce>, at: number): number {
  let next = FOREVER;
  for (const { from } of candidates) if (from > at) next = Math.min(next, from);
  return next;
}
