/** The period of a fact from what was asked: from now unless told, open unless told. */
import { badInput } from '../../fault.ts';

/** Throws badInput when it would never be in force. */
export function periodOf(
  body: { readonly from?: string; readonly until: string | null },
  at: number,
): { from: string; until: string | null } {
  const from = body.from ?? new Date(at).toISOString();
  if (body.until !== null && body.until <= from) {
    throw badInput('This period is empty.', [{ at: 'until', reason: 'must be later than from' }]);
  }
  return { from, until: body.until };
}
