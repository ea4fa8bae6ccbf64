/** What a client would hold under the laws of some jurisdictions. */
import { adoptCatalogue, unknownJurisdictions } from '../../../catalogue/adopt.ts';
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { badInput } from '../../fault.ts';

/** Throws a Refusal for a jurisdiction that no procedure names: it would promise what is not there. */
export function adoptFor(catalogue: Catalogue, jurisdictions: readonly string[]): Catalogue {
  const unknown = unknownJurisdictions(catalogue, jurisdictions);
  if (unknown.length > 0) {
    const faults = unknown.map((name) => ({
      at: `jurisdictions.${jurisdictions.indexOf(name)}`,
      reason: 'is named by no procedure',
    }));
    throw badInput('These procedures cannot be adopted.', faults);
  }
  const adopted = adoptCatalogue(catalogue, jurisdictions);
  if (adopted.types.length === 0) throw badInput('No procedure covers these jurisdictions.');
  return adopted;
}
