/** The proof that an earlier ledger is a prefix of the present one. */
import { notFound } from '../../fault.ts';
import { proveGrowth } from '../../ledger/checkpoints.ts';
import type { DomainOperation } from '../operation.ts';

export const readConsistency: DomainOperation = {
  run({ house, state, input }) {
    const { from } = input.query as { from: number };
    if (from > state.head.size) throw notFound();
    return {
      types: [],
      async answer() {
        const { proof, checkpoint } = await proveGrowth(house.database, state, house.now(), from);
        return { from, proof: proof.map((hash) => hash.toString('base64')), checkpoint };
      },
    };
  },
};
