/** Where tokens are kept: hashes only. */
import type { Database, Statement } from '../../vault/database.ts';

/** The user of a token that is not revoked; null when there is none. */
export async function readTokenUser(database: Database, token: string): Promise<string | null> {
  if (token === '') return null;
  const [rows] = await database.batch(
    [],
    [
      {
        name: 'token/user',
        text: 'select user_id from token where token_id = $1 and not revoked',
        values: [token],
      },
    ],
  );
  return (rows![0]?.user_id as string | undefined) ?? null;
}

/** Whether any of these users holds a passkey, or a token that is valid at `at` (ms). */
export async function canSignIn(
  database: Database,
  users: readonly string[],
  at: number,
): Promise<boolean> {
  const [rows] = await database.batch(
    [],
    [
      {
        name: 'token/any',
        text: `select 1 from token
        where user_id = any($1::uuid[]) and not revoked and expires_at > $2
        union all select 1 from passkey where user_id = any($1::uuid[]) and not removed limit 1`,
        values: [users, new Date(at)],
      },
    ],
  );
  return rows!.length > 0;
}

/** Whether this user is a machine that has a token at `at` (ms). */
export async function hasServiceToken(
  database: Database,
  user: string,
  at: number,
): Promise<boolean> {
  const [rows] = await database.batch(
    [],
    [
      {
        name: 'token/any-service',
        text: `select 1 from token where user_id = $1 and ct is not null and not revoked
          and expires_at > $2 limit 1`,
        values: [user, new Date(at)],
      },
    ],
  );
  return rows!.length > 0;
}

/** `scope`: of a service token, sealed. */
export function insertToken(
  token: string,
  user: string,
  hash: Buffer,
  expiresAt: Date,
  scope: Buffer | null = null,
): Statement {
  return {
    name: 'token/insert',
    text: `insert into token (token_id, user_id, hash, expires_at, ct)
      values ($1, $2, $3, $4, $5)`,
    values: [token, user, hash, expiresAt, scope],
  };
}

/** Revokes tokens; every process drops what it remembers of tokens at its next append. */
export function revokeTokens(where: 'token_id' | 'user_id', id: string): Statement[] {
  return [
    {
      name: `token/revoke-${where}`,
      text:
        where === 'token_id'
          ? 'update token set revoked = true where token_id = $1'
          : 'update token set revoked = true where user_id = $1',
      values: [id],
    },
    {
      name: 'instance/bump-authn',
      text: 'update instance set authn_version = authn_version + 1',
      values: [],
    },
  ];
}
