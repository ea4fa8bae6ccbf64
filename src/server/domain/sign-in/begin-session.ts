/** What a sign-in leaves: the session, its cookie, the entry's principal. */
import { toId } from '../../../contract/ids.ts';
import { newUuid } from '../../uuid.ts';
import type { Statement } from '../../vault/database.ts';
import type { Cookie, Principal } from '../operation.ts';
import {
  hashOfSession,
  newSessionSecret,
  SESSION_IDLE_MS,
  SESSION_LIFE_MS,
  SESSION_PATTERN,
} from './session.ts';
import { insertSession, leaveSession } from './session-sql.ts';

export interface Begun {
  readonly principal: Principal;
  readonly statements: readonly Statement[];
  readonly cookie: Cookie;
  readonly answer: object;
}

/** Never under a secret that the caller brought along: one that is still good ends with this. */
export function beginSession(of: {
  /** Bare uuids. */
  readonly user: string;
  readonly passkey: string | null;
  readonly authentication: 'passkey' | 'oidc';
  readonly at: number;
  /** The secret of the session that this browser had. */
  readonly previous: string | null;
}): Begun {
  const { user, passkey, authentication, at, previous } = of;
  const session = newUuid(at);
  const secret = newSessionSecret();
  const expiresAt = at + SESSION_LIFE_MS;
  const statements: Statement[] = [];
  if (previous && SESSION_PATTERN.test(previous)) {
    statements.push(leaveSession(hashOfSession(previous)));
  }
  const { hash } = secret;
  statements.push(insertSession({ session, user, passkey, hash, authentication, at, expiresAt }));
  return {
    principal: {
      user,
      token: session,
      expiresAt,
      authentication,
      passkey,
      verifiedAt: passkey === null ? null : at,
    },
    statements,
    cookie: sessionCookie(secret.token),
    answer: sessionAnswer(session, user, authentication, expiresAt),
  };
}

export function sessionCookie(value: string | null): Cookie {
  return { name: 'session', value, seconds: SESSION_LIFE_MS / 1000 };
}

export function sessionAnswer(
  session: string,
  user: string,
  authentication: string,
  expiresAt: number,
): object {
  return {
    id: toId('session', session),
    user: toId('user', user),
    authentication,
    idleSeconds: SESSION_IDLE_MS / 1000,
    until: new Date(expiresAt).toISOString(),
  };
}
