/** The first user of an empty system: an administrator of the provider, who registers all others. */
import { toId } from '../contract/ids.ts';
import { newToken } from './domain/access/token.ts';
import { insertToken } from './domain/access/token-sql.ts';
import { insertAccount } from './domain/access/user-account.ts';
import { newInvitation } from './domain/sign-in/invitation.ts';
import type { House } from './house.ts';
import { systemDraft } from './ledger/draft.ts';
import { newUuid } from './uuid.ts';

const TOKEN_LIFE_MS = 30 * 24 * 60 * 60 * 1000;

/** A token for the new administrator; null when there are users already. `invited` gets the link of an
 * invitation, for where passkeys are wanted from the start. */
export async function registerFirst(
  house: House,
  account: { readonly name: string; readonly address: string },
  invited?: (link: string) => void,
): Promise<string | null> {
  const { ledgers, now } = house;
  const { provider } = ledgers;
  if (provider.authority.users.size > 0) return null;
  const user = newUuid(now());
  const { token, hash } = newToken();
  const fact = {
    type: 'user.registered' as const,
    id: null,
    user: toId('user', user),
    person: toId('person', newUuid(now())),
    side: 'provider' as const,
    roles: ['administrator' as const],
    signature: null,
  };
  const invitation = invited && newInvitation(house, user, now());
  const done = await ledgers.appendFacts({
    entries: [{ state: provider, draft: systemDraft('sys:setup', 'users.register', fact) }],
    decided: new Map([[provider.id, provider.authority.index]]),
    until: Number.POSITIVE_INFINITY,
    statements: [
      insertAccount(house, user, account.name, account.address),
      insertToken(newUuid(now()), user, hash, new Date(now() + TOKEN_LIFE_MS)),
      ...(invitation?.statements ?? []),
    ],
  });
  if (done === 'stale') return null;
  if (invitation) invited?.(invitation.answer.link);
  return token;
}
