/** Bearer tokens and sessions: 256 random bits, stored hashed, expiring, revocable at once in every
 * process. */
import { hashOfToken, TOKEN_PATTERN } from '../domain/access/token.ts';
import type { Principal } from '../domain/operation.ts';
import { openServiceScope } from '../domain/sign-in/service-scope.ts';
import { hashOfSession, SESSION_IDLE_MS, SESSION_PATTERN } from '../domain/sign-in/session.ts';
import type { House } from '../house.ts';
import type { Row, Statement } from '../vault/database.ts';

const CACHE_MAX = 10_000;
/** How often it is noted that a session is in use. */
const NOTED_MS = 60 * 1000;

export interface Authenticator {
  /** The principal of a token or a session's secret; null when there is none, or it expired, or was
   * revoked. With `isAnew`, what is remembered counts nothing. */
  authenticate(token: string, isAnew?: boolean): Promise<Principal | null>;
}

interface Known {
  readonly principal: Omit<Principal, 'authnVersion'>;
  /** Of a session, ms: when it was last used here, and what the database has. */
  seen: number;
  noted: number;
}

/**
 * Known tokens are kept until `authnVersion` moves, which every revocation does; each ledger append
 * checks that it has not.
 */
export function openAuthenticator(
  house: Pick<House, 'database' | 'now' | 'ledgers'>,
): Authenticator {
  const { database, now, ledgers } = house;
  const { authnVersion } = ledgers;
  const cache = new Map<string, Known>();
  let version = authnVersion.current;

  async function authenticate(token: string, isAnew = false): Promise<Principal | null> {
    const isSession = SESSION_PATTERN.test(token);
    if (!isSession && !TOKEN_PATTERN.test(token)) return null;
    const seen = authnVersion.current;
    if (version !== seen) {
      cache.clear();
      version = seen;
    }
    const hash = isSession ? hashOfSession(token) : hashOfToken(token);
    const key = hash.toString('base64');
    let known = isAnew ? undefined : cache.get(key);
    // Another process may have seen it since.
    if (known && isSession && isIdle(known, now())) known = undefined;
    if (!known) {
      const [rows] = await database.batch([], [isSession ? findSession(hash) : findToken(hash)]);
      const row = rows![0];
      if (!row) return null;
      // A machine's token that somebody has freed of its scope is none.
      if (!isSession && token.startsWith('wsm_') !== (row.ct !== null)) return null;
      known = isSession ? knownSession(row) : knownToken(house, row);
      if (cache.size >= CACHE_MAX) cache.clear();
      if (seen === authnVersion.current) cache.set(key, known);
    }
    const at = now();
    if (known.principal.expiresAt <= at) return null;
    if (isSession) {
      if (isIdle(known, at)) return null;
      known.seen = Math.max(known.seen, at);
      await note(known, at);
    }
    return { ...known.principal, authnVersion: seen };
  }

  async function note(known: Known, at: number): Promise<void> {
    if (at < known.noted + NOTED_MS) return;
    known.noted = at;
    await database.batch(
      [],
      [
        {
          name: 'session/seen',
          text: 'update session set seen_at = greatest(seen_at, $2) where session_id = $1',
          values: [known.principal.token, new Date(at)],
        },
      ],
    );
  }
  return { authenticate };
}

function isIdle({ seen }: Known, at: number): boolean {
  return at >= seen + SESSION_IDLE_MS;
}

function knownToken(house: Pick<House, 'ledgers'>, row: Row): Known {
  const token = row.token_id as string;
  const sealed = row.ct as Buffer | null;
  const principal = {
    user: row.user_id as string,
    token,
    expiresAt: (row.expires_at as Date).getTime(),
    authentication: 'token' as const,
    passkey: null,
    verifiedAt: null,
    ...(sealed && { service: openServiceScope(house, token, sealed) }),
  };
  return { principal, seen: 0, noted: 0 };
}

function knownSession(row: Row): Known {
  const seen = (row.seen_at as Date).getTime();
  const verified = row.verified_at as Date | null;
  const principal = {
    user: row.user_id as string,
    token: row.session_id as string,
    expiresAt: (row.expires_at as Date).getTime(),
    authentication: row.authentication as 'passkey' | 'oidc',
    passkey: row.passkey_id as string | null,
    verifiedAt: verified?.getTime() ?? null,
  };
  return { principal, seen, noted: seen };
}

function findToken(hash: Buffer): Statement {
  return {
    name: 'token/find',
    text: 'select token_id, user_id, expires_at, ct from token where hash = $1 and not revoked',
    values: [hash],
  };
}

function findSession(hash: Buffer): Statement {
  return {
    name: 'session/find',
    text: `select session_id, user_id, authentication, passkey_id, seen_at, verified_at, expires_at
      from session where hash = $1 and not ended`,
    values: [hash],
  };
}
