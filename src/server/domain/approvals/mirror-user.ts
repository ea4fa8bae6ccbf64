/** What the provider knows of its users, brought into a client's ledger before a decision or a proof there
 * depends on it. */
import type { Fact } from '#verifier/fact.ts';
import { conflict } from '../../fault.ts';
import { isInForce } from '../../ledger/authority.ts';
import { countsFor, passkeyMirror } from '../access/mirror-signed.ts';
import type { Call, FactsResult } from '../operation.ts';

type Listed = FactsResult['list'][number];

/** Registration and passkeys of users of the provider whom this ledger does not know yet. Whoever is
 * mirrored must also be noted as a user of this client (`addClientOfUser`). */
export function mirrorUsers({ house, state }: Call, users: readonly string[]): Listed[] {
  const { provider } = house.ledgers;
  const list: Listed[] = [];
  for (const id of new Set(users)) {
    const user = provider.authority.users.get(id);
    if (user?.side !== 'provider') continue;
    if (!state.authority.users.has(id)) {
      const { person, side, roles, index } = user;
      const fact = { type: 'user.registered', id: null, user: id, person, side, roles: [...roles] };
      list.push({ state, fact: { ...fact, signature: null } as Fact, source: index });
    }
    for (const passkey of provider.authority.passkeys.values()) {
      if (passkey.fact.user !== id || passkey.isRemoved) continue;
      if (state.authority.passkeys.has(passkey.fact.id)) continue;
      list.push({ state, fact: passkey.fact, source: passkey.index });
    }
  }
  return list;
}

/** The user's non-disclosure agreements that have not ended and count with this client. Throws a conflict
 * when the user is disabled or bound by none now. */
export function mirrorNdas({ house, state, at }: Call, id: string): Listed[] {
  const { users, ndas } = house.ledgers.provider.authority;
  const user = users.get(id);
  if (!user || user.disabled) throw conflict('user-disabled', 'This user is disabled.');
  const current = [...ndas.values()].filter(
    (nda) => nda.fact.user === id && nda.until > at && countsFor(state, nda.fact),
  );
  if (!current.some((nda) => isInForce(nda, at))) {
    throw conflict('no-nda', 'This user has no non-disclosure agreement in force.');
  }
  return current
    .filter((nda) => !state.authority.ndas.has(nda.fact.id))
    .flatMap((nda) => [
      ...passkeyMirror(house, state, nda.fact),
      { state, fact: nda.fact, source: nda.index },
    ]);
}
