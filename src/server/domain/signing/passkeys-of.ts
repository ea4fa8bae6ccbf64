/** The passkeys that a user may sign with in a ledger: those recorded there, and for users of the
 * provider those of its own ledger, which are mirrored when first used. */
import type { House } from '../../house.ts';
import type { Passkey } from '../../ledger/authority.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';

/** `source` is set where the passkey is not yet in this ledger: its index in the provider's. */
export interface OwnPasskey extends Pick<Passkey, 'fact'> {
  readonly source?: number;
}

/** Those that are not removed, in either ledger. */
export function passkeysOf(house: House, state: LedgerState, user: string): OwnPasskey[] {
  const { provider } = house.ledgers;
  const here = state.authority.passkeys;
  const there = provider.authority.passkeys;
  const own: OwnPasskey[] = [...here.values()].filter(
    ({ fact, isRemoved }) =>
      fact.user === user && !isRemoved && there.get(fact.id)?.isRemoved !== true,
  );
  if (state.isProvider || provider.authority.users.get(user)?.side !== 'provider') return own;
  const more = [...there.values()].filter(
    ({ fact, isRemoved }) => fact.user === user && !isRemoved && !here.has(fact.id),
  );
  return [...own, ...more.map(({ fact, index }) => ({ fact, source: index }))];
}
