/** Bearer tokens: 256 random bits, stored hashed, expiring, revocable at once in every process. */
import { hashOfToken, TOKEN_PATTERN } from '../domain/access/token.ts';
import type { Principal } from '../domain/operation.ts';
import type { AuthnVersion } from '../ledger/authn-version.ts';
import type { Database, Statement } from '../vault/database.ts';

const CACHE_MAX = 10_000;

export interface Authenticator {
  /** The principal of a token; null when there is none, or it expired, or was revoked. */
  authenticate(token: string): Promise<Principal | null>;
}

/**
 * Known tokens are kept until `authnVersion` moves, which every revocation does; each ledger append
 * checks that it has not.
 */
export function openAuthenticator(
  database: Database,
  now: () => number,
  authnVersion: AuthnVersion,
): Authenticator {
  const known = new Map<string, Principal>();
  let version = authnVersion.current;

  async function authenticate(token: string): Promise<Principal | null> {
    if (!TOKEN_PATTERN.test(token)) return null;
    if (version !== authnVersion.current) {
      known.clear();
      version = authnVersion.current;
    }
    const hash = hashOfToken(token);
    const key = hash.toString('base64');
    let principal = known.get(key);
    if (!principal) {
      const found = await database.batch([], [tokenStatement(hash)]);
      const row = found[0]?.[0];
      if (!row) return null;
      principal = {
        user: row.user_id as string,
        token: row.token_id as string,
        expiresAt: (row.expires_at as Date).getTime(),
      };
      if (known.size >= CACHE_MAX) known.clear();
      if (version === authnVersion.current) known.set(key, principal);
    }
    return principal.expiresAt > now() ? principal : null;
  }
  return { authenticate };
}

function tokenStatement(hash: Buffer): Statement {
  return {
    name: 'token/find',
    text: 'select token_id, user_id, expires_at from token where hash = $1 and not revoked',
    values: [hash],
  };
}
