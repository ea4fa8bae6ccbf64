/** Sets whether a client is active, frozen, sealed or ended. What has ended stays ended. */
import { conflict } from '../../fault.ts';
import type { DomainOperation } from '../operation.ts';

type Status = 'active' | 'frozen' | 'sealed' | 'ended';

export const setStatus: DomainOperation = {
  run({ state, input }) {
    const { status } = input.body as { status: Status };
    if (state.authority.status === 'ended')
      throw conflict('client-ended', 'This client has ended.');
    const fact = { type: 'client.status' as const, id: null, status, signature: null };
    return { facts: { list: [{ state, fact }] }, answer: () => ({ status }) };
  },
};
