/** What the read model needs to answer for a ledger's client: its keys, and how fresh to be. */
import type { LedgerState } from '../ledger/ledger-state.ts';
import type { ClientAccess, Version } from '../readmodel/messages.ts';

export function accessOf(state: LedgerState): ClientAccess {
  const { client, tag } = state.clientKeys;
  return { clientId: state.id, keys: { client, tag, ledger: state.keys.sealing } };
}

export function versionOf(state: LedgerState): Version {
  const { dataVersion, purgeVersion } = state.head;
  return { dataVersion, purgeVersion };
}
