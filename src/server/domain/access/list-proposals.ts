/** What waits for approval. */
import type { DomainOperation } from '../operation.ts';
import { readProposals } from './proposals.ts';

export const listProposals: DomainOperation = {
  async run({ house, state }) {
    const items = await readProposals(house, state);
    return { types: [], answer: () => ({ items }) };
  },
};
