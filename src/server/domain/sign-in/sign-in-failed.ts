/** The one answer to whoever cannot sign in: it does not say why, nor whether somebody is known. */
import { Refusal } from '../../fault.ts';

export function signInFailed(cause?: unknown): Refusal {
  return new Refusal(401, ['sign-in-failed'], 'This does not sign anybody in. Begin again.', {
    cause,
  });
}
