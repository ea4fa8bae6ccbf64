/** Records changes of keys in the client's ledger, in the name of whoever ordered them and in one
 * transaction with the changes themselves. */
import type { Fact } from '#verifier/fact.ts';
import { toId } from '../../../contract/ids.ts';
import { draftEntry } from '../../ledger/draft.ts';
import type { Statement } from '../../vault/database.ts';
import type { Job } from '../jobs/job-kind.ts';

export interface KeyChange {
  readonly key: string;
  readonly event: 'created' | 'rotated' | 'destroyed';
  readonly version: number;
}

/**
 * Every process learns of it before it writes again: a fact moves the authority that appends depend
 * on, and whoever decided before decides anew, with the keys of now. `stale` when the job itself has
 * to decide anew; then nothing was done.
 */
export async function recordKeyChanges(
  job: Pick<Job, 'house' | 'state' | 'id' | 'principal' | 'purpose' | 'decision'>,
  operation: string,
  changes: readonly KeyChange[],
  statements: readonly Statement[],
  /** The index of the provider's authority that the root key was asked at. */
  providerIndex?: number,
): Promise<'recorded' | 'stale'> {
  const { house, state, id, principal, purpose, decision } = job;
  const user = state.authority.users.get(toId('user', principal.user));
  const entries = changes.map((change) => {
    const fact: Fact = { type: 'key.changed', id: null, ...change, signature: null };
    return {
      state,
      draft: draftEntry({
        principal,
        side: user?.side ?? 'provider',
        role: decision.role,
        operation,
        outcome: 'allowed',
        purpose,
        instruction: decision.instruction,
        via: toId('job', id),
        fact,
      }),
    };
  });
  const decided = new Map([[state.id, decision.authIndex]]);
  if (providerIndex !== undefined) decided.set(house.ledgers.provider.id, providerIndex);
  const appended = await house.ledgers.appendFacts({
    entries,
    decided,
    until: decision.until,
    statements,
  });
  return appended === 'stale' ? 'stale' : 'recorded';
}
