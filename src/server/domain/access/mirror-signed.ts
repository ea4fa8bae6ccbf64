/** What goes with a signed fact of the provider's into a client's ledger, so that the signature can be
 * checked there. */
import type { Fact } from '#verifier/fact.ts';
import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import type { FactsResult } from '../operation.ts';

type Listed = FactsResult['list'][number];

/** Whether the fact counts with this client: where it demands signatures, only what is signed does. */
export function countsFor({ authority }: LedgerState, { signature }: Fact): boolean {
  return signature !== null || !authority.rules.signed;
}

/** The passkey that signed the fact, where the client's ledger does not know it yet. */
export function passkeyMirror(
  { ledgers }: House,
  client: LedgerState,
  { signature }: Fact,
): Listed[] {
  if (signature === null || client.authority.passkeys.has(signature.passkey)) return [];
  const passkey = ledgers.provider.authority.passkeys.get(signature.passkey);
  return passkey ? [{ state: client, fact: passkey.fact, source: passkey.index }] : [];
}
