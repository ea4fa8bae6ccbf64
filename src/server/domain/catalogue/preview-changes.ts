/** What would change for the client if it adopted the present version of the catalogue. */
import { catalogueChanges } from '../../../catalogue/changes.ts';
import { catalogueDigest } from '../../../catalogue/digest.ts';
import type { DomainOperation } from '../operation.ts';
import { targetOf } from './target.ts';

export const previewChanges: DomainOperation = {
  run(call) {
    const { state, input, grant } = call;
    const asked = input.query.jurisdictions as string | undefined;
    const { catalogue, jurisdictions } = targetOf(call, asked?.split(','));
    const { version = 0, sha256 = '' } = state.authority.catalogue ?? {};
    const changes = catalogueChanges(grant!.catalogue, catalogue);
    return {
      types: [],
      answer: () => ({
        jurisdictions,
        from: { version, sha256 },
        to: { version: catalogue.version, sha256: catalogueDigest(catalogue) },
        ...changes,
        rewrites: changes.types.length > 0,
      }),
    };
  },
};
