/** Who the canaries are: from the sealed list, for those who may add and remove them. The entry names
 * nobody, or the ledger would tell. */
import { toId } from '../../../contract/ids.ts';
import { readState } from '../detection/sealed-state.ts';
import type { DomainOperation } from '../operation.ts';

export const listCanaries: DomainOperation = {
  async run({ house, state }) {
    const { canaries } = await readState(house.database, state);
    const items = canaries.map((uuid) => toId('subject', uuid));
    return { types: [], answer: () => ({ items }) };
  },
};
