/** Records that a person checked the clock after a stop: with the last one, provider staff go on. */
import { toId } from '../../../contract/ids.ts';
import { notFound } from '../../fault.ts';
import { intoAllClients } from '../into-all-clients.ts';
import type { DomainOperation } from '../operation.ts';

export const checkClock: DomainOperation = {
  async run({ house, state, principal, input }) {
    const ref = input.params.id!;
    if (!state.authority.clockStops.has(ref)) throw notFound();
    const by = toId('user', principal.user);
    const fact = { type: 'clock.checked' as const, id: null, ref, by, signature: null };
    return { facts: await intoAllClients(house, [fact]), answer: () => ({ id: ref }) };
  },
};
