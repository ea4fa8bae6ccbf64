/** Records the signed non-disclosure agreement of a provider's user, also with the user's clients. */
import { parseId, toId } from '../../../contract/ids.ts';
import { badInput } from '../../fault.ts';
import { newUuid } from '../../uuid.ts';
import type { DomainOperation } from '../operation.ts';
import { readLedgersOf } from './clients-of-user.ts';
import { periodOf } from './period.ts';

interface Body {
  readonly document: string;
  readonly version: string;
  readonly from?: string;
  readonly until: string | null;
}

export const signNda: DomainOperation = {
  async run({ house, state, input, at }) {
    const body = input.body as Body;
    const user = parseId('user', input.params.id)!;
    if (state.authority.users.get(toId('user', user))?.side !== 'provider') {
      throw badInput('Only users of the provider sign non-disclosure agreements.');
    }
    const id = toId('nda', newUuid(at));
    const { document, version } = body;
    const fact = {
      type: 'nda.signed' as const,
      id,
      user: toId('user', user),
      document,
      version,
      ...periodOf(body, at),
      signature: null,
    };
    const mirrors = (await readLedgersOf(house, user)).map((client) => ({
      state: client,
      fact,
      mirrors: 0,
    }));
    return { facts: { list: [{ state, fact }, ...mirrors] }, answer: () => ({ id }) };
  },
};
