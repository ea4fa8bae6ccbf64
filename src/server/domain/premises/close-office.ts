/** Closes an office of the provider now, for all clients. */
import { toId } from '../../../contract/ids.ts';
import { notFound } from '../../fault.ts';
import { intoAllClients } from '../into-all-clients.ts';
import type { DomainOperation } from '../operation.ts';

export const closeOffice: DomainOperation = {
  async run({ house, state, principal, input, at }) {
    const ref = input.params.id!;
    const office = state.authority.offices.get(ref);
    if (!office || office.until <= at) throw notFound();
    const by = toId('user', principal.user);
    const fact = { type: 'office.closed' as const, id: null, ref, by, signature: null };
    return { facts: await intoAllClients(house, [fact]), answer: () => ({ id: ref }) };
  },
};
