/** The client's HR or executive says which identity provider its people may sign in with. */
import { notFound } from '../../fault.ts';
import type { House } from '../../house.ts';
import type { DomainOperation } from '../operation.ts';
import {
  discover,
  type IdentityProvider,
  readIdentityProvider,
  redirectUri,
  removeIdentityProvider,
  storeIdentityProvider,
} from './identity-provider.ts';
import { endOidcSessionsOf } from './session-sql.ts';

export const showIdentityProvider: DomainOperation = {
  async run({ house, state }) {
    const provider = await readIdentityProvider(house, state);
    if (!provider) throw notFound();
    return { types: [], answer: () => shown(house, provider) };
  },
};

/** It is asked before it is kept: one that does not answer changes nothing. */
export const setIdentityProvider: DomainOperation = {
  async run({ house, state, input, at }) {
    const provider = input.body as IdentityProvider;
    await discover(house, provider, at);
    const before = await readIdentityProvider(house, state);
    return {
      types: [],
      work: { statements: storeIdentityProvider(state, provider, before) },
      answer: () => shown(house, provider),
    };
  },
};

export const dropIdentityProvider: DomainOperation = {
  async run({ house, state }) {
    const provider = await readIdentityProvider(house, state);
    if (!provider) throw notFound();
    const users = [...state.authority.users.values()].filter(({ side }) => side === 'client');
    return {
      types: [],
      work: {
        statements: [
          ...removeIdentityProvider(state),
          endOidcSessionsOf(users.map(({ user }) => user.slice(4))),
        ],
      },
      answer: () => ({ issuer: provider.issuer }),
    };
  },
};

/** The secret is never shown again. */
function shown(house: House, { issuer, clientId }: IdentityProvider): object {
  return { issuer, clientId, redirectUri: redirectUri(house) };
}
