/** Ends a non-disclosure agreement now, with every client that relies on it. */
import { parseId } from '../../../contract/ids.ts';
import { notFound } from '../../fault.ts';
import type { DomainOperation } from '../operation.ts';
import { readLedgersOf } from './clients-of-user.ts';

export const endNda: DomainOperation = {
  async run({ house, state, input, at }) {
    const id = input.params.id!;
    const nda = state.authority.ndas.get(id);
    if (!nda || nda.until <= at) throw notFound();
    const fact = { type: 'nda.ended' as const, id: null, ref: id, signature: null };
    const clients = await readLedgersOf(house, parseId('user', nda.fact.user)!);
    const mirrors = clients
      .filter((client) => client.authority.ndas.has(id))
      .map((client) => ({ state: client, fact, mirrors: 0 }));
    return { facts: { list: [{ state, fact }, ...mirrors] }, answer: () => ({ id }) };
  },
};
