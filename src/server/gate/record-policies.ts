/** Which policies are in force is a fact: recorded when they change, in every ledger. */
import type { House } from '../house.ts';
import { systemDraft } from '../ledger/draft.ts';
import type { LedgerState } from '../ledger/ledger-state.ts';
import { readClientIds } from '../ledger/registry.ts';

/** Appends policies.loaded wherever the last one names other policies. */
export async function recordPolicies(house: House): Promise<void> {
  const { ledgers, policyDigest } = house;
  const { provider } = ledgers;
  if (provider.authority.policies?.sha256 !== policyDigest) await append(house, provider, null);
  for (const id of await readClientIds(house.database)) {
    const state = await ledgers.find(id);
    if (!state || state.closed || state.authority.policies?.sha256 === policyDigest) continue;
    await append(house, state, provider.authority.policies!.index);
  }
}

async function append(house: House, state: LedgerState, source: number | null): Promise<void> {
  const fact = {
    type: 'policies.loaded' as const,
    id: null,
    sha256: house.policyDigest,
    signature: null,
  };
  const draft = systemDraft('sys:gate', 'policies.load', fact);
  await house.ledgers.appendSystem(state, {
    ...draft,
    source: source === null ? null : { index: source },
  });
}
