/** What whoever signed in does with the own sessions. */
import { parseId, toId } from '../../../contract/ids.ts';
import type { AssertionJson } from '../../../contract/operations-sign-in.ts';
import { notFound, Refusal } from '../../fault.ts';
import type { Call, DomainOperation, Principal } from '../operation.ts';
import { sessionAnswer, sessionCookie } from './begin-session.ts';
import { isChallengeFor, newChallenge, spendChallenge } from './challenge.ts';
import { passkeysOf } from './own-passkeys.ts';
import { countUse } from './passkey-sql.ts';
import { newSessionSecret, SESSION_IDLE_MS } from './session.ts';
import { endSession, readSessionsOf, renewSession } from './session-sql.ts';
import { requestOptions } from './start-session.ts';
import { verifyAssertion } from './verify-assertion.ts';

export const listSessions: DomainOperation = {
  async run({ house, principal, at }) {
    const rows = await readSessionsOf(house.database, principal.user);
    const iso = (value: unknown) => (value as Date).toISOString();
    const items = rows
      .filter((row) => (row.expires_at as Date).getTime() > at)
      .filter((row) => (row.seen_at as Date).getTime() + SESSION_IDLE_MS > at)
      .map((row) => ({
        id: toId('session', row.session_id as string),
        authentication: row.authentication as string,
        from: iso(row.created_at),
        seen: iso(row.seen_at),
        until: iso(row.expires_at),
        isCurrent: row.session_id === principal.token,
      }));
    return { answer: () => ({ items }) };
  },
};

export const revokeSession: DomainOperation = {
  async run({ house, principal, input }) {
    const session = parseId('session', input.params.id)!;
    const rows = await readSessionsOf(house.database, principal.user);
    if (!rows.some((row) => row.session_id === session)) throw notFound();
    return {
      work: { statements: [endSession(session, principal.user)] },
      ...(session === principal.token && { cookies: [sessionCookie(null)] }),
      answer: () => ({ id: input.params.id }),
    };
  },
};

export const endOwnSession: DomainOperation = {
  run({ principal }) {
    const session = sessionOf(principal);
    return {
      work: { statements: [endSession(session, principal.user)] },
      cookies: [sessionCookie(null)],
      answer: () => ({ id: toId('session', session) }),
    };
  },
};

export const stepUpOptions: DomainOperation = {
  async run({ house, principal, at }) {
    const challenge = newChallenge(house, 'step-up', sessionOf(principal), at);
    const credentials = passkeysOf(house, principal.user)
      .filter(({ fact }) => principal.passkey && fact.id === toId('passkey', principal.passkey))
      .map(({ fact }) => fact.credential);
    if (credentials.length === 0) throw noPasskey();
    const options = await requestOptions(house, challenge, credentials);
    return { answer: () => ({ options }) };
  },
};

/** The session gets a new secret: whoever had the old one has nothing. It goes on by the passkey
 * that was shown, which must be the one that it began with: its entries name that. */
export const stepUp: DomainOperation = {
  async run({ house, principal, input, at }: Call) {
    const session = sessionOf(principal);
    const { assertion } = input.body as { assertion: AssertionJson };
    const isExpected = (challenge: string, user: string) =>
      user === principal.user && isChallengeFor(house, challenge, 'step-up', session, at);
    const proven = await verifyAssertion(house, assertion, isExpected).catch((error: unknown) => {
      throw notProven(error);
    });
    const { passkey } = proven.passkey;
    if (passkey !== principal.passkey) throw notProven();
    const secret = newSessionSecret();
    return {
      work: {
        statements: [
          ...spendChallenge(proven.challenge, at),
          countUse(proven.passkey, proven.counter),
          ...renewSession(session, secret.hash, passkey, at),
        ],
      },
      cookies: [sessionCookie(secret.token)],
      answer: () => sessionAnswer(session, principal.user, 'passkey', principal.expiresAt),
    };
  },
};

/** The uuid of the session; throws for bearer tokens, which have none. */
export function sessionOf(principal: Principal): string {
  if (principal.authentication !== 'token') return principal.token;
  throw new Refusal(
    403,
    ['session-needed'],
    'This is for whoever signed in: a token has no session.',
    {
      promise: 'sure-who-it-is',
    },
  );
}

function notProven(cause?: unknown): Refusal {
  return new Refusal(403, ['not-proven'], 'This does not prove who you are. Begin again.', {
    promise: 'sure-who-it-is',
    cause,
  });
}

function noPasskey(): Refusal {
  return new Refusal(403, ['not-proven'], 'You have no passkey to show.', {
    promise: 'sure-who-it-is',
  });
}
