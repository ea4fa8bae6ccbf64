/** What a caller hears of a decision, or of an append, that went against them. */
import { REASONS, type ReasonId } from '../../contract/promises.ts';
import { notFound, Refusal } from '../fault.ts';
import type { Decision } from './decide.ts';

/** Everybody outside hears the same; everybody else hears why, with the promise that it keeps. */
export function refusalOf(decision: Extract<Decision, { allowed: false }>): Refusal {
  if (decision.status === 404) return notFound();
  const known = decision.reasons.filter((reason): reason is ReasonId => reason in REASONS);
  const sentences = known.map((reason) => REASONS[reason].sentence);
  const promise = known[0] && REASONS[known[0]].promise;
  return new Refusal(403, decision.reasons, sentences.join(' '), { promise });
}

/** Of the constraint that was in the way. */
export function conflictRefusal(constraint: string | null): Refusal {
  if (constraint?.includes('staff_number')) {
    return new Refusal(409, ['staff-number-taken'], 'Somebody else has this staff number.');
  }
  if (constraint?.includes('job_slot')) {
    return new Refusal(409, ['job-under-way'], 'Such a job is under way. Wait for its end.');
  }
  return new Refusal(
    409,
    ['changed-meanwhile'],
    'This was changed meanwhile. Read it again and retry.',
  );
}
