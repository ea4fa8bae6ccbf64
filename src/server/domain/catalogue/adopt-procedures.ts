/** Adopts the procedures of some jurisdictions, in the provider's present version of the catalogue. Where
 * held records must be rewritten, a job does that, and the procedures are in force when it is done. */
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { catalogueChanges, impossibleMoves } from '../../../catalogue/changes.ts';
import { catalogueDigest } from '../../../catalogue/digest.ts';
import { toId } from '../../../contract/ids.ts';
import { conflict } from '../../fault.ts';
import { newJob } from '../jobs/new-job.ts';
import type { DomainOperation } from '../operation.ts';
import { adoptionOf } from './adoption.ts';
import { catalogueMigration } from './migration/catalogue-migration.ts';
import { releasePending } from './migration/release-pending.ts';
import { targetOf } from './target.ts';

export const adoptProcedures: DomainOperation = {
  async run(call) {
    const { house, state, input, grant } = call;
    const { jurisdictions, destroy } = input.body as { jurisdictions: string[]; destroy: string[] };
    const before = grant!.catalogue;
    const { catalogue } = targetOf(call, jurisdictions, destroy);
    const changes = catalogueChanges(before, catalogue);
    checkNamed(
      changes.removed.map(({ element }) => element),
      destroy,
    );
    checkPossible(before, catalogue);
    await releasePending(house, state);
    const facts = adoptionOf(call, catalogue);
    const sha256 = catalogueDigest(catalogue);
    const { version } = catalogue;
    if (changes.types.length === 0)
      return { facts, answer: () => ({ version, sha256, job: null }) };
    const job = newJob(call, {
      kind: catalogueMigration,
      parameters: { before: catalogueDigest(before), after: sha256 },
      types: changes.types,
      slot: 'catalogue',
    });
    return {
      types: [],
      work: { statements: [...facts.statements!, job.statement], pending: job.id },
      answer() {
        job.start();
        return { version, sha256, job: toId('job', job.id) };
      },
    };
  },
};

function checkPossible(before: Catalogue, after: Catalogue): void {
  const impossible = impossibleMoves(before, after);
  if (impossible.length === 0) return;
  throw conflict(
    'cannot-migrate',
    `This version cannot be adopted from the one that is held: ${impossible.join(', ')}.`,
  );
}

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
