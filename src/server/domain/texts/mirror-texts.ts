/** What of the provider's texts a client's ledger must know: those that can still cover somebody. */
import type { House } from '../../house.ts';
import { mandatoryText } from '../../ledger/current-text.ts';
import { systemDraft } from '../../ledger/draft.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { readClientIds } from '../../ledger/registry.ts';
import type { FactsResult } from '../operation.ts';

/** The provider's texts from its last mandatory one on that this ledger does not hold. */
export function missingTexts(
  { ledgers }: Pick<House, 'ledgers'>,
  state: LedgerState,
  at: number,
): FactsResult['list'] {
  const { authority } = ledgers.provider;
  const known = new Set(state.authority.texts.map(({ fact }) => fact.id));
  return authority.texts
    .filter(({ fact, index }) => {
      const mandatory = mandatoryText(authority, fact.kind, at);
      return !known.has(fact.id) && index >= (mandatory?.index ?? 0);
    })
    .map(({ fact, index }) => ({ state, fact, source: index }));
}

/** At the start: for ledgers that could not be written when something was published. */
export async function mirrorTexts(house: House): Promise<void> {
  if (house.ledgers.provider.authority.texts.length === 0) return;
  for (const id of await readClientIds(house.database)) {
    const state = await house.ledgers.find(id);
    if (!state || state.closed) continue;
    for (const { fact, source } of missingTexts(house, state, house.now())) {
      const draft = systemDraft('sys:gate', 'texts.publish', fact);
      await house.ledgers.appendSystem(state, { ...draft, source: { index: source! } });
    }
  }
}
