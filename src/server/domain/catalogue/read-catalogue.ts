/** The procedures that a client has adopted. */
import type { DomainOperation } from '../operation.ts';

export const readCatalogue: DomainOperation = {
  run({ state, grant }) {
    const { version = 0, sha256 = '' } = state.authority.catalogue ?? {};
    return { types: [], answer: () => ({ version, sha256, catalogue: grant!.catalogue }) };
  },
};
