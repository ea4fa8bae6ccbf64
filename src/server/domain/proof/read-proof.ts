/** The proof that one entry is in the ledger. */
import { notFound } from '../../fault.ts';
import { proveEntry } from '../../ledger/checkpoints.ts';
import type { DomainOperation } from '../operation.ts';

export const readProof: DomainOperation = {
  run({ house, state, input }) {
    const { index } = input.query as { index: number };
    if (index >= state.head.size) throw notFound();
    return { types: [], answer: () => proveEntry(house.database, state, house.now(), index) };
  },
};
