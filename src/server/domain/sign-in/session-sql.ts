/** Statements about sessions. Ending one, or giving it a new secret, moves the version of
 * authentication: every process drops what it remembers at its next append. */
import type { Database, Row, Statement } from '../../vault/database.ts';
import { SESSION_IDLE_MS } from './session.ts';

export interface NewSession {
  /** Bare uuids. */
  readonly session: string;
  readonly user: string;
  readonly passkey: string | null;
  readonly hash: Buffer;
  readonly authentication: 'passkey' | 'oidc';
  /** Milliseconds. */
  readonly at: number;
  readonly expiresAt: number;
}

export function insertSession(of: NewSession): Statement {
  const at = new Date(of.at);
  return {
    name: 'session/insert',
    text: `insert into session (session_id, user_id, passkey_id, hash, authentication,
        created_at, seen_at, verified_at, expires_at)
      values ($1, $2, $3, $4, $5, $6, $6, $7, $8)`,
    values: [
      ...[of.session, of.user, of.passkey, of.hash, of.authentication, at],
      of.authentication === 'passkey' ? at : null,
      new Date(of.expiresAt),
    ],
  };
}

/** Ends the session of this secret, if there is one: whoever signs in again leaves it behind. */
export function leaveSession(hash: Buffer): Statement {
  return endWhere('session/leave', 'hash = $1', [hash]);
}

export function endSession(session: string, user: string): Statement {
  return endWhere('session/end', 'session_id = $1 and user_id = $2', [session, user]);
}

export function endSessionsOf(user: string): Statement {
  return endWhere('session/end-all', 'user_id = $1', [user]);
}

export function endSessionsBy(passkey: string): Statement {
  return endWhere('session/end-by-passkey', 'passkey_id = $1', [passkey]);
}

/** Of all these users, the sessions that an identity provider vouched for. */
export function endOidcSessionsOf(users: readonly string[]): Statement {
  const where = `user_id = any($1::uuid[]) and authentication = 'oidc'`;
  return endWhere('session/end-oidc', where, [users]);
}

/** A new secret for the same session; divides by zero when it ended meanwhile. */
export function renewSession(session: string, hash: Buffer, passkey: string, at: number) {
  return [
    {
      name: 'session/renew',
      text: `with r as (update session set hash = $2, verified_at = $3, seen_at = $3
          where session_id = $1 and passkey_id = $4 and not ended returning 1)
        select 1 / (select count(*) from r)`,
      values: [session, hash, new Date(at), passkey],
    },
    {
      name: 'instance/bump-authn',
      text: 'update instance set authn_version = authn_version + 1',
      values: [],
    },
  ] satisfies Statement[];
}

/** The sessions of a user that have not ended, newest first. */
export async function readSessionsOf(database: Database, user: string): Promise<Row[]> {
  const [rows] = await database.batch(
    [],
    [
      {
        name: 'session/list',
        text: `select session_id, authentication, created_at, seen_at, expires_at from session
          where user_id = $1 and not ended order by session_id desc limit 200`,
        values: [user],
      },
    ],
  );
  return rows!;
}

/** Whether a session (uuid) has neither ended nor been left unused for too long by `at` (ms). */
export async function isSessionLive(
  database: Database,
  session: string,
  at: number,
): Promise<boolean> {
  const [rows] = await database.batch(
    [],
    [
      {
        name: 'session/live',
        text: 'select 1 from session where session_id = $1 and not ended and seen_at > $2',
        values: [session, new Date(at - SESSION_IDLE_MS)],
      },
    ],
  );
  return rows!.length > 0;
}

function endWhere(name: string, where: string, values: readonly unknown[]): Statement {
  return {
    name,
    text: `with e as (update session set ended = true where ${where} and not ended returning 1)
      update instance set authn_version = authn_version + 1 where exists (select from e)`,
    values,
  };
}
