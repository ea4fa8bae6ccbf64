/** Adopts the procedures of some jurisdictions, in the provider's present version of the catalogue. */
import { catalogueDigest } from '../../../catalogue/digest.ts';
import { conflict } from '../../fault.ts';
import type { DomainOperation } from '../operation.ts';
import { adoptFor } from './adopt-for.ts';
import { storeAdopted } from './adopted.ts';

export const adoptProcedures: DomainOperation = {
  run({ house, state, input, grant }) {
    const { jurisdictions } = input.body as { jurisdictions: string[] };
    const catalogue = adoptFor(house.catalogue, jurisdictions);
    const held = new Set(catalogue.types.map((type) => type.id));
    if (grant!.catalogue.types.some((type) => !held.has(type.id))) {
      throw conflict('types-in-use', 'Record types that may hold data cannot be given up yet.');
    }
    const sha256 = catalogueDigest(catalogue);
    const { version } = catalogue;
    const fact = { type: 'catalogue.adopted' as const, id: null, version, sha256, signature: null };
    return {
      facts: {
        list: [{ state, fact }],
        statements: [storeAdopted(state, sha256, catalogue)],
      },
      answer: () => ({ version, sha256 }),
    };
  },
};
