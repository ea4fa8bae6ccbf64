/** Signing in with a client's identity provider: authorization code, PKCE, state, nonce, issuer.
 * Only users of that client get in, by an address that the provider has verified. */
import * as oidc from 'openid-client';
import { parseId, toId } from '../../../contract/ids.ts';
import { notFound, Refusal } from '../../fault.ts';
import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { findUserByAddress } from '../access/user-account.ts';
import type { Entrance } from '../operation.ts';
import { beginSession } from './begin-session.ts';
import { spendOnce } from './challenge.ts';
import { discover, readIdentityProvider, redirectUri } from './identity-provider.ts';
import { openPending, sealPending } from './oidc-pending.ts';
import { bindSubject } from './oidc-subject.ts';
import { signInFailed } from './sign-in-failed.ts';
import { checkMaySignIn } from './start-session.ts';

const PENDING_MS = 10 * 60 * 1000;

/** A client without one is answered like no client. */
export const startOidc: Entrance = {
  async run({ house, input, at }) {
    const client = parseId('client', (input.body as { client: string }).client)!;
    const state = await house.ledgers.find(client);
    const provider = state && !state.isProvider ? await readIdentityProvider(house, state) : null;
    if (!provider) throw notFound();
    const config = await discover(house, provider, at).catch((error: unknown) => {
      throw unreachable(error);
    });
    const verifier = oidc.randomPKCECodeVerifier();
    const pending = {
      ...{ client, issuer: provider.issuer, verifier },
      ...{ state: oidc.randomState(), nonce: oidc.randomNonce(), until: at + PENDING_MS },
    };
    const location = oidc.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri(house),
      scope: 'openid email',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: pending.state,
      nonce: pending.nonce,
    });
    return {
      answer: { location: location.href },
      cookies: [{ name: 'oidc', value: sealPending(house, pending), seconds: PENDING_MS / 1000 }],
    };
  },
};

export const endOidc: Entrance = {
  async run({ house, input, at, previous, pending: cookie }) {
    const pending = cookie === null ? null : openPending(house, cookie);
    if (!pending || pending.until <= at) throw signInFailed();
    const state = await house.ledgers.find(pending.client);
    const provider = state && (await readIdentityProvider(house, state));
    if (!provider || provider.issuer !== pending.issuer) throw signInFailed();
    const config = await discover(house, provider, at).catch((error: unknown) => {
      throw unreachable(error);
    });
    const { subject, address } = await identify(config, urlOf(house, input.query), pending);
    const user = await userOf(house, state, address);
    await bindSubject(house, state, { issuer: provider.issuer, subject }, user);
    const begun = beginSession({ user, passkey: null, authentication: 'oidc', at, previous });
    return {
      principal: begun.principal,
      operation: 'sessions.start',
      result: {
        types: [],
        work: {
          statements: [...spendOnce(pending.state, pending.until, at), ...begun.statements],
        },
        cookies: [begun.cookie, { name: 'oidc', value: null, seconds: 0 }],
        location: '/',
        answer: () => begun.answer,
      },
    };
  },
};

/** The address as the browser came back to it, with the parameters that belong there. */
function urlOf(house: House, query: Readonly<Record<string, unknown>>): URL {
  const url = new URL(redirectUri(house));
  for (const [name, value] of Object.entries(query)) {
    if (typeof value === 'string') url.searchParams.set(name, value);
  }
  return url;
}

/** Whom the identity provider vouches for. Throws `signInFailed`. */
async function identify(
  config: oidc.Configuration,
  url: URL,
  pending: { readonly state: string; readonly nonce: string; readonly verifier: string },
): Promise<{ subject: string; address: string }> {
  try {
    const tokens = await oidc.authorizationCodeGrant(config, url, {
      pkceCodeVerifier: pending.verifier,
      expectedState: pending.state,
      expectedNonce: pending.nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims()!;
    const { email, email_verified: isVerified } =
      claims.email === undefined
        ? await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)
        : claims;
    if (typeof email !== 'string' || email === '' || isVerified !== true) throw signInFailed();
    return { subject: claims.sub, address: email };
  } catch (error) {
    throw signInFailed(error);
  }
}

/** The client's own user with this address (uuid); never one of another client, or of the provider. */
async function userOf(house: House, state: LedgerState, address: string): Promise<string> {
  const user = await findUserByAddress(house, address);
  if (!user) throw signInFailed();
  await house.ledgers.refresh(state);
  await house.ledgers.refresh(house.ledgers.provider);
  const known = state.authority.users.get(toId('user', user));
  const isOwn = known?.side === 'client' && !known.disabled;
  if (!isOwn) throw signInFailed();
  checkMaySignIn(house, user);
  return user;
}

function unreachable(cause: unknown): Refusal {
  return new Refusal(
    422,
    ['identity-provider'],
    'The identity provider of this client does not answer. Try again, or sign in with a passkey.',
    { cause },
  );
}
