/** The signed checkpoint of the ledger, this call included. */
import { signCheckpoint } from '../../ledger/checkpoints.ts';
import type { DomainOperation } from '../operation.ts';

export const readCheckpoint: DomainOperation = {
  run: ({ house, state }) => ({
    types: [],
    async answer({ index }) {
      return (await signCheckpoint(house.database, state, house.now(), index + 1)).note;
    },
  }),
};
