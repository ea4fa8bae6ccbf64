/** The provider's offices that are open or will be, with their networks. */
import { isWithin } from '../../ledger/hours.ts';
import type { DomainOperation } from '../operation.ts';
import { readKept } from './office-networks.ts';

export const listOffices: DomainOperation = {
  async run({ house, state, at }) {
    const kept = await readKept(house, state);
    const items = [...state.authority.offices.values()]
      .filter(({ until }) => until > at)
      .map(({ fact, from }) => ({
        id: fact.id,
        kind: fact.kind,
        name: kept.get(fact.id)?.name ?? null,
        networks: kept.get(fact.id)?.networks ?? [],
        isOpen: from <= at && isWithin(fact, at),
        zone: fact.zone,
        hours: fact.hours,
        closed: fact.closed,
        from: fact.from,
        until: fact.until,
      }));
    return { answer: () => ({ items }) };
  },
};
