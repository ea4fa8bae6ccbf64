/** Invitations: a link that makes a registered user's first passkey, once. Its end is 256 random bits
 * after the `#`, which no browser sends to any server; only their hash is kept. */
import { createHash, randomBytes } from 'node:crypto';
import { toId } from '../../../contract/ids.ts';
import type { House } from '../../house.ts';
import { newUuid } from '../../uuid.ts';
import type { Statement } from '../../vault/database.ts';

const LIFE_MS = 3 * 24 * 60 * 60 * 1000;

export interface Invitation {
  readonly answer: { readonly id: string; readonly link: string; readonly until: string };
  readonly statements: readonly Statement[];
}

/** A new one for this user (uuid); those before it are no longer good. With the hash of a recovery's
 * code it is good with that code only. */
export function newInvitation(
  house: Pick<House, 'site'>,
  user: string,
  at: number,
  code?: Buffer,
): Invitation {
  const id = newUuid(at);
  const secret = `wsi_${randomBytes(32).toString('base64url')}`;
  const until = new Date(at + LIFE_MS);
  return {
    answer: {
      id: toId('invitation', id),
      link: `${house.site.origin}/invitation#${secret}`,
      until: until.toISOString(),
    },
    statements: [
      withdrawInvitations(user),
      {
        name: 'invitation/insert',
        text: 'insert into invitation (invitation_id, user_id, hash, expires_at) values ($1, $2, $3, $4)',
        values: [id, user, code ? hashWith(secret, code) : hashOf(secret), until],
      },
    ],
  };
}

/** The invitation of a secret that can still be accepted at `at` (ms): bare uuids. */
export async function findInvitation(
  house: House,
  secret: string,
  at: number,
): Promise<{ readonly invitation: string; readonly user: string } | null> {
  const [rows] = await house.database.batch(
    [],
    [
      {
        name: 'invitation/find',
        text: `select invitation_id, user_id from invitation
          where hash = $1 and not used and expires_at > $2`,
        values: [hashOfGiven(secret), new Date(at)],
      },
    ],
  );
  const row = rows![0];
  return row ? { invitation: row.invitation_id as string, user: row.user_id as string } : null;
}

/** Divides by zero when it was accepted or withdrawn meanwhile. */
export function acceptInvitation(invitation: string): Statement {
  return {
    name: 'invitation/accept',
    text: `with a as (update invitation set used = true where invitation_id = $1 and not used
        returning 1)
      select 1 / (select count(*) from a)`,
    values: [invitation],
  };
}

export function withdrawInvitations(user: string): Statement {
  return {
    name: 'invitation/withdraw',
    text: 'update invitation set used = true where user_id = $1 and not used',
    values: [user],
  };
}

/** Of the code that whoever begins a recovery is given. */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function hashWith(secret: string, code: Buffer): Buffer {
  return createHash('sha256').update(secret).update(code).digest();
}

/** What the database has for a secret, or for a secret, a dot and a code. */
function hashOfGiven(given: string): Buffer {
  const [secret, code] = given.split('.') as [string, string | undefined];
  return code === undefined ? hashOf(secret) : hashWith(secret, hashOf(code));
}
