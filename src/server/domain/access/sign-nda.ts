/** Records the signed non-disclosure agreement of a provider's user, also with the user's clients. */
import type { Fact } from '#verifier/fact.ts';
import { parseId, toId } from '../../../contract/ids.ts';
import { badInput } from '../../fault.ts';
import type { Call, Result } from '../operation.ts';
import { signable } from '../signing/signs.ts';
import { checkAccepted } from '../texts/check-accepted.ts';
import { readLedgersOf } from './clients-of-user.ts';
import { countsFor, passkeyMirror } from './mirror-signed.ts';
import { periodOf } from './period.ts';

interface Body {
  readonly document: string;
  readonly version: string;
  readonly from?: string;
  readonly until: string | null;
}

export const signNda = signable({
  isSigned: () => true,
  async draft(call, { at, uuid }) {
    const { state, input } = call;
    const body = input.body as Body;
    const user = input.params.id!;
    if (state.authority.users.get(user)?.side !== 'provider') {
      throw badInput('Only users of the provider sign non-disclosure agreements.');
    }
    if (state.authority.rules.signed && body.until === null) {
      throw badInput('A non-disclosure agreement is signed for a time.', [
        { at: 'until', reason: 'is needed: a time when it ends' },
      ]);
    }
    await checkAccepted(call, 'nda', body, parseId('user', user)!);
    const { document, version } = body;
    const fact = {
      type: 'nda.signed' as const,
      id: toId('nda', uuid),
      user,
      document,
      version,
      ...periodOf(body, at),
      signature: null,
    };
    return { fact, record: (signed) => recordNda(call, signed) };
  },
});

async function recordNda({ house, state, input }: Call, fact: Fact): Promise<Result> {
  const clients = await readLedgersOf(house, parseId('user', input.params.id)!);
  const mirrors = clients
    .filter((client) => countsFor(client, fact))
    .flatMap((client) => [
      ...passkeyMirror(house, client, fact),
      { state: client, fact, mirrors: 0 },
    ]);
  return { facts: { list: [{ state, fact }, ...mirrors] }, answer: () => ({ id: fact.id }) };
}
