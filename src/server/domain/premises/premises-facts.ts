/** The provider's facts about offices and its clock that every client's ledger must hold. */
import type { House } from '../../house.ts';
import { systemDraft } from '../../ledger/draft.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { readClientIds } from '../../ledger/registry.ts';
import type { FactsResult } from '../operation.ts';

/** What holds now and this client's ledger does not have, with where it stands in the provider's. */
export function missingPremises(
  { ledgers }: Pick<House, 'ledgers'>,
  state: LedgerState,
  at: number,
): FactsResult['list'] {
  const { offices, clockStops } = ledgers.provider.authority;
  const { authority } = state;
  const open = [...offices.values()].filter(
    ({ fact, until }) => until > at && !authority.offices.has(fact.id),
  );
  const stops = [...clockStops.values()].filter(({ fact }) => !authority.clockStops.has(fact.id));
  return [...open, ...stops].map(({ fact, index }) => ({ state, fact, source: index }));
}

/** Brings clients up to date whose ledger was closed when something of this changed. */
export async function mirrorPremises(house: House): Promise<void> {
  for (const id of await readClientIds(house.database)) {
    const state = await house.ledgers.find(id);
    if (!state || state.closed) continue;
    for (const { fact, source } of missingPremises(house, state, house.now())) {
      const draft = systemDraft('sys:gate', 'premises.mirror', fact);
      await house.ledgers.appendSystem(state, { ...draft, source: { index: source! } });
    }
  }
}
