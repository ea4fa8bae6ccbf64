/** Keeps how a client can be reached, for the processor's record of processing. */
import type { DomainOperation } from '../operation.ts';
import { type ClientContact, readProfile, updateProfile } from './client-profile.ts';

export const describeClient: DomainOperation = {
  async run({ house, state, input }) {
    const { name } = await readProfile(house, state);
    const profile = { name, ...(input.body as ClientContact) };
    return {
      types: [],
      work: { statements: [updateProfile(state, profile)] },
      answer: () => ({ name }),
    };
  },
};
