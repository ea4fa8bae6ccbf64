/** Entries of the ledger, in order, a page at a time. */
import { readEntries } from '../../ledger/read-entries.ts';
import type { DomainOperation } from '../operation.ts';

export const readEntriesPage: DomainOperation = {
  run({ house, state, input }) {
    const { from, limit } = input.query as { from: number; limit: number };
    return {
      types: [],
      async answer({ index }) {
        const size = index + 1;
        const to = Math.min(from + limit, size);
        const entries = from < to ? await readEntries(house, state, from, to) : [];
        return { size, entries };
      },
    };
  },
};
