/** Whether whoever reads a stream may go on: asked before anything is released, with the authority that
 * this process knows then. */
import { Refusal } from '../../fault.ts';
import type { Watching } from '../../ledger/watch-heads.ts';
import { readTokenUser } from '../access/token-sql.ts';
import type { Call } from '../operation.ts';
import { isSessionLive } from '../sign-in/session-sql.ts';

export interface Standing {
  /** Whether the time of the token or session is over. Throws a Refusal when it was ended. */
  hasExpired(): Promise<boolean>;
  /** Throws a Refusal when the call would be refused by the authority of now. */
  mustHold(): Promise<void>;
}

/** Nothing tells that a session was not used for long. */
const LOOK_AGAIN_MS = 60 * 1000;

export function openStanding(call: Call, following: Watching): Standing {
  const { house, state, principal } = call;
  /** As of the last decision; none yet. */
  let authIndex = -1;
  let until = 0;
  let authnVersion = -1;
  let lookAgainAt = 0;

  async function isSignedIn(at: number): Promise<boolean> {
    const { token, authentication } = principal;
    if (authentication !== 'token') return isSessionLive(house.database, token, at);
    return (await readTokenUser(house.database, token)) !== null;
  }

  return {
    async hasExpired() {
      const at = house.now();
      if (authnVersion !== following.authnVersion || at >= lookAgainAt) {
        authnVersion = following.authnVersion;
        lookAgainAt = at + LOOK_AGAIN_MS;
        if (!(await isSignedIn(at))) throw ended(['not-authenticated']);
      }
      return at >= principal.expiresAt;
    },
    async mustHold() {
      if (state.closed) throw ended(['decision-failed']);
      while (authIndex !== state.authority.index || house.now() >= until) {
        const decision = await house.reauthorise({
          principal,
          state,
          operation: 'activity.stream',
          purpose: null,
          types: [],
        });
        if (!decision.allowed) throw ended(decision.reasons);
        authIndex = decision.authIndex;
        until = decision.until;
      }
    },
  };
}

function ended(reasons: readonly string[]): Refusal {
  return new Refusal(403, reasons, 'What allowed this has ended, so it was stopped.');
}
