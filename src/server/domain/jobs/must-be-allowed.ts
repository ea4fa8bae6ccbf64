/** A job can be cancelled and resumed by those who could start it, and by nobody else. */
import { REASONS, type ReasonId } from '../../../contract/promises.ts';
import { conflict, Refusal } from '../../fault.ts';
import type { Call } from '../operation.ts';
import type { JobKind } from './job-kind.ts';
import type { FoundJob } from './job-status.ts';
import { jobKind } from './kinds.ts';

/** The kind of the job. Throws a Refusal that says what is missing. */
export async function mustBeAllowed(call: Call, { body }: FoundJob): Promise<JobKind> {
  const { house, state, principal } = call;
  const kind = jobKind(body.kind);
  if (!kind) throw conflict('job-unknown', 'This job belongs to a newer version of the server.');
  const { purpose, types } = body;
  const asked = { principal, state, operation: kind.operation, purpose, types };
  const decision = await house.reauthorise(asked);
  if (decision.allowed) return kind;
  const known = decision.reasons.filter((reason): reason is ReasonId => reason in REASONS);
  const sentences = known.map((reason) => REASONS[reason].sentence);
  const promise = known[0] && REASONS[known[0]].promise;
  throw new Refusal(403, decision.reasons, sentences.join(' '), { promise });
}
