/** The keys of a client and their states. */
import { storedKeysStatement } from '../../vault/client-keys.ts';
import { countKeyrings } from '../../vault/keyring-sql.ts';
import type { DomainOperation } from '../operation.ts';
import { keyInventory } from './key-inventory.ts';

export const listKeys: DomainOperation = {
  async run({ house, state, at }) {
    const [stored, [count]] = (await house.database.batch(
      [state.id],
      [storedKeysStatement(state.id), countKeyrings(state.id)],
    )) as [Record<string, unknown>[], [{ total: number }]];
    const inventory = keyInventory(state, stored, count.total, at);
    return { types: [], answer: () => inventory };
  },
};
