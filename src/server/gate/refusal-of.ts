/** What a caller hears of a decision, or of an append, that went against them. */
import { instructionWording } from '../../contract/instruction-wording.ts';
import { REASONS, type ReasonId } from '../../contract/promises.ts';
import { notFound, Refusal } from '../fault.ts';
import type { Decision } from './decide.ts';

/** What another instruction of the client would make good. */
const UNINSTRUCTED: ReadonlySet<string> = new Set([
  'no-instruction',
  'purpose-not-instructed',
  'type-not-instructed',
  'instruction-suspended',
]);

/** Everybody outside hears the same; everybody else hears why, with the promise that it keeps. */
export function refusalOf(
  decision: Extract<Decision, { allowed: false }>,
  asked: { readonly purpose: string | null; readonly types: readonly string[] | 'all' },
): Refusal {
  if (decision.status === 404) return notFound();
  const known = decision.reasons.filter((reason): reason is ReasonId => reason in REASONS);
  const sentences: string[] = known.map((reason) => REASONS[reason].sentence);
  if (asked.purpose !== null && decision.reasons.some((reason) => UNINSTRUCTED.has(reason))) {
    sentences.push(instructionWording(asked.purpose, asked.types));
  }
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
