/** Which user of a client somebody is whom its identity provider vouches for. The first time the
 * verified address says so; from then on that subject is this user, and this user that subject. */
import { createHmac } from 'node:crypto';
import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { encodeAad } from '../../vault/crypto/aad.ts';
import { signInFailed } from './sign-in-failed.ts';

/** `user` is the uuid of the client's user who has the address. Throws unless the two belong together. */
export async function bindSubject(
  { database }: House,
  state: LedgerState,
  of: { readonly issuer: string; readonly subject: string },
  user: string,
): Promise<void> {
  const hash = createHmac('sha256', state.clientKeys.unique)
    .update(encodeAad('worksmartly/oidc-subject/1', [of.issuer, of.subject]))
    .digest();
  const [, rows] = await database.batch(
    [state.id],
    [
      {
        name: 'oidc-subject/bind',
        text: `insert into oidc_subject (client_id, subject_hash, user_id) values ($1, $2, $3)
          on conflict do nothing`,
        values: [state.id, hash, user],
      },
      {
        name: 'oidc-subject/find',
        text: 'select user_id from oidc_subject where client_id = $1 and subject_hash = $2',
        values: [state.id, hash],
      },
    ],
  );
  if (rows![0]?.user_id !== user) throw signInFailed();
}
