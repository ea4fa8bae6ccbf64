/** The fact by which a client adopts a catalogue, with the catalogue itself, sealed. */
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { catalogueDigest } from '../../../catalogue/digest.ts';
import { conflict } from '../../fault.ts';
import type { Call, FactsResult } from '../operation.ts';
import { storeAdopted } from './adopted.ts';

/** Each catalogue has some 0.3 MB, and the verifier reads 64 MB of them. */
const ADOPTIONS_MAX = 150;

/** Throws a conflict while something long is rewriting the client's records. */
export function adoptionOf({ state }: Pick<Call, 'state'>, catalogue: Catalogue): FactsResult {
  checkNothingPending(state);
  if (state.authority.adopted.length >= ADOPTIONS_MAX) {
    throw conflict(
      'too-many-adoptions',
      `A client adopts at most ${ADOPTIONS_MAX} times: its evidence carries every catalogue. Ask the provider.`,
    );
  }
  const sha256 = catalogueDigest(catalogue);
  const { version } = catalogue;
  const fact = { type: 'catalogue.adopted' as const, id: null, version, sha256, signature: null };
  return { list: [{ state, fact }], statements: [storeAdopted(state, sha256, catalogue)] };
}

/** An import or a migration under way was checked against the procedures that were in force before. */
function checkNothingPending(state: Call['state']): void {
  if (state.head.pending === null) return;
  throw conflict(
    'import-under-way',
    'An import, or another change of the catalogue, is under way. Wait for its end.',
  );
}
