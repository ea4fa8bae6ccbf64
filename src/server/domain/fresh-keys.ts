/** For reading in passing from a client whose ledger the call does not stand in: what this process knows
 * of that client may be older than its keys. */
import type { House } from '../house.ts';
import type { LedgerState } from '../ledger/ledger-state.ts';
import { SealError } from '../vault/crypto/seal-error.ts';

/** Runs `read`, and once more with the keys of now when something did not open. */
export async function withFreshKeys<T>(
  house: House,
  state: LedgerState,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    await house.ledgers.refresh(state);
    return read();
  }
}
