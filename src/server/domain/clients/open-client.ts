/** Opens a client: its keys, its ledger with its first facts, and the procedures it adopts. */
import { catalogueDigest } from '../../../catalogue/digest.ts';
import { toId } from '../../../contract/ids.ts';
import { makeLedger } from '../../ledger/make-ledger.ts';
import { newUuid } from '../../uuid.ts';
import { adoptFor } from '../catalogue/adopt-for.ts';
import { storeAdopted } from '../catalogue/adopted.ts';
import type { DomainOperation, FactsResult } from '../operation.ts';
import { missingPremises } from '../premises/premises-facts.ts';
import { rulesAtOpening } from '../rules/at-opening.ts';
import { missingTexts } from '../texts/mirror-texts.ts';
import { insertProfile } from './client-profile.ts';

export const openClient: DomainOperation = {
  run({ house, input, at }) {
    const { name, jurisdictions } = input.body as { name: string; jurisdictions: string[] };
    const id = newUuid(at);
    const { state, store } = makeLedger(house.root, id, false, at);
    const catalogue = adoptFor(house.catalogue, jurisdictions);
    const sha256 = catalogueDigest(catalogue);
    const common = { id: null, signature: null };
    const policies = house.ledgers.provider.authority.policies!;
    const list: FactsResult['list'] = [
      { state, fact: { type: 'log.key', vkey: state.keys.vkey, ...common } },
      {
        state,
        fact: { type: 'key.changed', key: 'client', event: 'created', version: 1, ...common },
      },
      {
        state,
        fact: { type: 'policies.loaded', sha256: policies.sha256, ...common },
        source: policies.index,
      },
      {
        state,
        fact: { type: 'catalogue.adopted', version: catalogue.version, sha256, ...common },
      },
      { state, fact: { type: 'client.status', status: 'active', ...common } },
      ...rulesAtOpening(house).map((fact) => ({ state, fact })),
      ...missingPremises(house, state, at),
      ...missingTexts(house, state, at),
    ];
    return {
      facts: {
        list,
        before: store,
        statements: [insertProfile(state, { name }), storeAdopted(state, sha256, catalogue)],
      },
      answer: () => ({ id: toId('client', id) }),
    };
  },
};
