/** Adopts the procedures of some jurisdictions, in the provider's present version of the catalogue. Where
 * held records must be rewritten, a job does that, and the procedures are in force when it is done. */
import { catalogueChanges } from '../../../catalogue/changes.ts';
import { catalogueDigest } from '../../../catalogue/digest.ts';
import { conflict } from '../../fault.ts';
import type { DomainOperation } from '../operation.ts';
import { adoptionOf } from './adoption.ts';
import { targetOf } from './target.ts';

export const adoptProcedures: DomainOperation = {
  run(call) {
    const { input, grant } = call;
    const { jurisdictions, destroy } = input.body as { jurisdictions: string[]; destroy: string[] };
    const { catalogue } = targetOf(call, jurisdictions, destroy);
    const changes = catalogueChanges(grant!.catalogue, catalogue);
    const removed = changes.removed.map(({ element }) => element);
    checkNamed(removed, destroy);
    if (changes.types.length > 0) {
      throw conflict('types-in-use', 'Record types that may hold data cannot be given up yet.');
    }
    const sha256 = catalogueDigest(catalogue);
    const { version } = catalogue;
    return {
      facts: adoptionOf(call, catalogue),
      answer: () => ({ version, sha256, job: null }),
    };
  },
};

/** What is given up is destroyed: the caller must have seen exactly which elements those are. */
function checkNamed(removed: readonly string[], destroy: readonly string[]): void {
  const named = new Set(destroy);
  const missing = removed.filter((element) => !named.has(element));
  const others = destroy.filter((element) => !removed.includes(element));
  if (missing.length === 0 && others.length === 0) return;
  const told = missing.length > 0 ? missing : others;
  const ids = `${told.slice(0, 10).join(', ')}${told.length > 10 ? ` and ${told.length - 10} more` : ''}`;
  const detail =
    missing.length > 0
      ? `This gives up ${ids}, and what is held of it would be destroyed. Name each in destroy: GET …/catalogue/changes lists them.`
      : `Nothing would be given up by that name: ${ids}.`;
  throw conflict('destroys-data', detail);
}
