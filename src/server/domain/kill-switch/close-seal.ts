/** Seals the client off: in the transaction of the fact the client key is left with nothing but what the
 * prepared seal holds. Every process lets go of the client's keys when it hears of the fact. */
import { toId } from '../../../contract/ids.ts';
import { conflict } from '../../fault.ts';
import { isSuspended } from '../../ledger/is-suspended.ts';
import { isDestroyed, storedKeysStatement } from '../../vault/client-keys.ts';
import { wrappedUnderVersion } from '../../vault/crypto/wrap.ts';
import type { Row } from '../../vault/database.ts';
import { closeSeal, sealsIn } from '../../vault/seal-sql.ts';
import { readAdoptions, resealAdopted } from '../catalogue/adopted.ts';
import type { Call } from '../operation.ts';
import { signable } from '../signing/signs.ts';

export const closeSealOf = signable({
  async draft(call, { uuid }) {
    const { state, principal, input } = call;
    if (isSuspended(state.authority, 'all')) {
      throw conflict('already-suspended', 'This client is sealed off already.');
    }
    const seal = Number(input.params.seal);
    await checkKeys(call, seal);
    const id = toId('suspension', uuid);
    const by = toId('user', principal.user);
    const fact = { type: 'access.suspended', id, level: 'all', by, signature: null } as const;
    return {
      fact,
      async record(signed) {
        const { house } = call;
        const { provider } = house.ledgers;
        const providerIndex = provider.authority.index;
        const rows = await checkKeys(call, seal);
        const [adoptions] = await house.database.batch([state.id], [readAdoptions(state.id)]);
        return {
          types: [],
          facts: {
            list: [
              { state, fact: signed },
              { state, fact: keyFact(seal, 'created') },
            ],
            // The root key must not be exchanged in between.
            depends: [{ state: provider, authIndex: providerIndex }],
            statements: [
              ...closeSeal(state.id, seal, rows.version),
              ...resealAdopted(state, adoptions!, state, 'ledger'),
            ],
          },
          answer: () => ({ id }),
        };
      },
    };
  },
});

/** What is recorded of the seal's own key. */
export function keyFact(seal: number, event: 'created' | 'destroyed') {
  return {
    type: 'key.changed' as const,
    ...{ id: null, key: 'seal', event, version: seal, signature: null },
  };
}

/** Throws a conflict unless this seal can be closed now: keys that are being exchanged would be lost. */
async function checkKeys({ house, state }: Call, seal: number): Promise<{ version: number }> {
  const [rows] = await house.database.batch([state.id], [storedKeysStatement(state.id)]);
  if (!sealsIn(rows!).includes(seal)) {
    throw conflict('seal-outdated', 'There is no such seal any more. Get a new code.');
  }
  const clients = rows!.filter((row) => row.purpose === 'client' && !isDestroyed(row));
  const own = rows!.find((row) => row.purpose === 'seal' && row.version === seal)!;
  const root = house.root.currentVersion();
  const isRootMoving = [own, ...clients].some((row) => underOf(row) !== root);
  if (clients.length !== 1 || state.authority.subjectKeys.areChanging || isRootMoving) {
    throw conflict('keys-changing', 'Keys of this client are being exchanged. Wait for the end.');
  }
  return { version: clients[0]!.version as number };
}

function underOf({ wrapped }: Row): number {
  return wrappedUnderVersion(wrapped as Buffer);
}
