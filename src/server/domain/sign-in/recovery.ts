/** Another way in for whoever lost every passkey. One person of the same side begins and gets a code;
 * another confirms and gets a link; the user needs both, so that neither of them alone can become
 * that user. What there was before opens nothing from the confirmation on. */
import { randomBytes } from 'node:crypto';
import { parseId, toId } from '../../../contract/ids.ts';
import { conflict, notFound, Refusal } from '../../fault.ts';
import type { House } from '../../house.ts';
import { newUuid } from '../../uuid.ts';
import { readClientsOf, readLedgersOf } from '../access/clients-of-user.ts';
import { revokeTokens } from '../access/token-sql.ts';
import type { DomainOperation, FactsResult } from '../operation.ts';
import { hashOf, newInvitation } from './invitation.ts';
import { passkeysOf } from './own-passkeys.ts';
import { removeAllPasskeys } from './passkey-sql.ts';
import { endRecovery, findRecovery, insertRecovery, readRecoveries } from './recovery-sql.ts';
import { endSessionsOf } from './session-sql.ts';

const LIFE_MS = 24 * 60 * 60 * 1000;

export const startRecovery: DomainOperation = {
  run({ house, principal, input, at }) {
    const user = parseId('user', input.params.id)!;
    checkRecoverable(house, user);
    checkDifferent(house, [principal.user, user]);
    const id = newUuid(at);
    const code = `wsr_${randomBytes(16).toString('base64url')}`;
    const expiresAt = at + LIFE_MS;
    const codeHash = hashOf(code);
    return {
      work: {
        statements: insertRecovery({ id, user, startedBy: principal.user, codeHash, expiresAt }),
      },
      answer: () => ({
        id: toId('recovery', id),
        code,
        until: new Date(expiresAt).toISOString(),
      }),
    };
  },
};

export const listRecoveries: DomainOperation = {
  async run({ house, principal, at }) {
    const { users } = house.ledgers.provider.authority;
    const sideOf = (user: string) => users.get(toId('user', user))?.side;
    const clients = new Set(await readClientsOf(house, principal.user));
    const items: object[] = [];
    for (const recovery of await readRecoveries(house, at)) {
      if (sideOf(recovery.user) !== sideOf(principal.user)) continue;
      if (sideOf(recovery.user) === 'client') {
        const theirs = await readClientsOf(house, recovery.user);
        if (!theirs.some((client) => clients.has(client))) continue;
      }
      items.push({
        id: toId('recovery', recovery.id),
        user: toId('user', recovery.user),
        by: toId('user', recovery.startedBy),
        until: new Date(recovery.expiresAt).toISOString(),
      });
    }
    return { answer: () => ({ items }) };
  },
};

export const confirmRecovery: DomainOperation = {
  async run({ house, state, principal, input, at }) {
    const recovery = await findRecovery(house, parseId('recovery', input.params.id)!);
    if (!recovery || recovery.expiresAt <= at) throw notFound();
    const { user, startedBy } = recovery;
    checkRecoverable(house, user);
    checkDifferent(house, [principal.user, startedBy, user]);
    const { users } = house.ledgers.provider.authority;
    if (users.get(toId('user', startedBy))?.disabled) throw notFound();
    const by = toId('user', principal.user);
    const ledgers = await readLedgersOf(house, user);
    const list: FactsResult['list'][number][] = [];
    for (const { fact: passkey } of passkeysOf(house, user)) {
      const common = { id: null, by, signature: null };
      const fact = { type: 'passkey.removed' as const, ref: passkey.id, ...common };
      const mirrors = list.push({ state, fact }) - 1;
      for (const client of ledgers) list.push({ state: client, fact, mirrors });
    }
    const { statements, answer } = newInvitation(house, user, at, recovery.codeHash);
    return {
      facts: {
        list,
        statements: [
          endRecovery(recovery.id),
          removeAllPasskeys(user),
          endSessionsOf(user),
          ...revokeTokens('user_id', user),
          ...statements,
        ],
      },
      answer: () => answer,
    };
  },
};

/** Whoever has no passkey needs an invitation, and nothing is taken away from anybody. */
function checkRecoverable(house: House, user: string): void {
  if (house.ledgers.provider.authority.users.get(toId('user', user))?.disabled) {
    throw conflict('user-disabled', 'This user is disabled.');
  }
  if (passkeysOf(house, user).length > 0) return;
  throw conflict('no-passkey', 'This user has no passkey to lose: issue an invitation.');
}

/** Users (uuids) who must be as many people. */
function checkDifferent(house: House, ids: readonly string[]): void {
  const { users } = house.ledgers.provider.authority;
  const people = new Set(ids.map((id) => users.get(toId('user', id))?.person ?? ''));
  if (people.size === ids.length && !people.has('')) return;
  throw new Refusal(
    403,
    ['same-person'],
    'A recovery takes two people, neither of whom is the one who is recovered.',
    { promise: 'sure-who-it-is' },
  );
}
