/** Issues a bearer token. It is shown this once; only its hash is kept. */
import { parseId, toId } from '../../../contract/ids.ts';
import { badInput, conflict, Refusal } from '../../fault.ts';
import type { House } from '../../house.ts';
import { newUuid } from '../../uuid.ts';
import type { DomainOperation } from '../operation.ts';
import { readLedgersOf } from './clients-of-user.ts';
import { newToken } from './token.ts';
import { insertToken } from './token-sql.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const LIFE_DEFAULT_MS = 30 * DAY_MS;
const LIFE_MAX_MS = 400 * DAY_MS;

export const issueToken: DomainOperation = {
  async run({ house, input, at }) {
    const { until } = input.body as { until?: string };
    const expires = until === undefined ? at + LIFE_DEFAULT_MS : Date.parse(until);
    if (expires <= at || expires > at + LIFE_MAX_MS) {
      const reason = 'must lie in the future, at most 400 days from now';
      throw badInput('This token cannot be issued.', [{ at: 'until', reason }]);
    }
    const id = newUuid(at);
    const { token, hash } = newToken();
    const user = parseId('user', input.params.id)!;
    const { users } = house.ledgers.provider.authority;
    if (users.get(toId('user', user))?.disabled) {
      throw conflict('user-disabled', 'This user is disabled; a token would open nothing.');
    }
    await checkMayHaveToken(house, user);
    return {
      work: { statements: [insertToken(id, user, hash, new Date(expires))] },
      answer: () => ({ id: toId('token', id), token, until: new Date(expires).toISOString() }),
    };
  },
};

/** Where signatures are demanded, by a client or by the provider of its own users, people sign in with
 * passkeys: a token is whoever holds it. */
async function checkMayHaveToken(house: House, user: string): Promise<void> {
  const clients = await readLedgersOf(house, user);
  await Promise.all(clients.map((client) => house.ledgers.refresh(client)));
  const { provider } = house.ledgers;
  const isOurs = provider.authority.users.get(toId('user', user))?.side === 'provider';
  const concerned = isOurs ? [provider, ...clients] : clients;
  if (!concerned.some(({ authority }) => authority.rules.signed)) return;
  throw new Refusal(
    403,
    ['passkeys-only'],
    'People sign in with passkeys here: invite the user (POST /users/{id}/invitations). For a ' +
      'machine, issue a service token (POST /users/{id}/service-tokens).',
    { promise: 'sure-who-it-is' },
  );
}
