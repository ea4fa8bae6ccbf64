/** The passkeys of a user that were not removed, from the provider's ledger, oldest first. */
import { toId } from '../../../contract/ids.ts';
import type { House } from '../../house.ts';
import type { Passkey } from '../../ledger/authority.ts';

/** `user` is a bare uuid. */
export function passkeysOf(house: Pick<House, 'ledgers'>, user: string): Passkey[] {
  const id = toId('user', user);
  return [...house.ledgers.provider.authority.passkeys.values()]
    .filter((passkey) => passkey.fact.user === id && !passkey.isRemoved)
    .sort((a, b) => a.index - b.index);
}
