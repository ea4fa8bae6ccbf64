/** A client's own identity provider: kept sealed under the client's key, found out about by its
 * metadata, asked over the network by `outbound-fetch.ts` alone. */
import { createHash } from 'node:crypto';
import * as oidc from 'openid-client';
import { z } from 'zod';
import { badInput } from '../../fault.ts';
import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { openUnder, sealUnder } from '../../vault/crypto/versioned-key.ts';
import type { Statement } from '../../vault/database.ts';
import { outboundFetch } from './outbound-fetch.ts';

const FORM = { siv: true, pad: true };
const SHAPE = z.object({ issuer: z.string(), clientId: z.string(), clientSecret: z.string() });
const KEPT_MS = 10 * 60 * 1000;
const KEPT_MAX = 1000;

export type IdentityProvider = z.infer<typeof SHAPE>;

export async function readIdentityProvider(
  { database }: House,
  state: LedgerState,
): Promise<IdentityProvider | null> {
  const [rows] = await database.batch(
    [state.id],
    [
      {
        name: 'identity-provider/read',
        text: 'select ct from identity_provider where client_id = $1',
        values: [state.id],
      },
    ],
  );
  const sealed = rows![0]?.ct as Buffer | undefined;
  if (!sealed) return null;
  const { record } = state.clientKeys;
  const bytes = openUnder(record, ['identity-provider', state.id], sealed, FORM);
  return SHAPE.parse(JSON.parse(bytes.toString()));
}

/** Another issuer knows other people: nobody stays bound to one of before. */
export function storeIdentityProvider(
  state: LedgerState,
  provider: IdentityProvider,
  before: IdentityProvider | null,
): Statement[] {
  const bytes = Buffer.from(JSON.stringify(provider));
  const { record } = state.clientKeys;
  const sealed = sealUnder(record, ['identity-provider', state.id], bytes, FORM);
  const store = {
    name: 'identity-provider/store',
    text: `insert into identity_provider (client_id, ct) values ($1, $2)
      on conflict (client_id) do update set ct = excluded.ct`,
    values: [state.id, sealed],
  };
  return before?.issuer === provider.issuer ? [store] : [forgetSubjects(state), store];
}

export function removeIdentityProvider(state: LedgerState): Statement[] {
  return [
    forgetSubjects(state),
    {
      name: 'identity-provider/remove',
      text: 'delete from identity_provider where client_id = $1',
      values: [state.id],
    },
  ];
}

function forgetSubjects(state: LedgerState): Statement {
  return {
    name: 'identity-provider/forget',
    text: 'delete from oidc_subject where client_id = $1',
    values: [state.id],
  };
}

export function redirectUri({ site }: Pick<House, 'site'>): string {
  return `${site.origin}/api/v1/sign-in/oidc/callback`;
}

const known = new WeakMap<House['site'], Map<string, { at: number; found: oidc.Configuration }>>();

/** What the identity provider says of itself, which must name the issuer. Throws a Refusal when it
 * cannot be used or reached; kept for ten minutes. */
export async function discover(
  house: House,
  provider: IdentityProvider,
  at: number,
): Promise<oidc.Configuration> {
  const issuer = usableIssuer(house, provider.issuer);
  const kept = known.get(house.site) ?? new Map();
  known.set(house.site, kept);
  const key = createHash('sha256').update(JSON.stringify(provider)).digest('base64');
  const before = kept.get(key);
  if (before && at - before.at < KEPT_MS) return before.found;
  const isPlain = issuer.protocol === 'http:';
  try {
    const found = await oidc.discovery(
      issuer,
      provider.clientId,
      provider.clientSecret,
      oidc.ClientSecretBasic(provider.clientSecret),
      {
        [oidc.customFetch]: outboundFetch(house.privateIssuers),
        // The token's signature, too, and not only who it came from.
        execute: [
          oidc.enableNonRepudiationChecks,
          ...(isPlain ? [oidc.allowInsecureRequests] : []),
        ],
        timeout: 5,
      },
    );
    const { authorization_endpoint: there } = found.serverMetadata();
    if (!there || new URL(there).protocol !== issuer.protocol) throw new Error('no place to go');
    if (kept.size >= KEPT_MAX) kept.clear();
    kept.set(key, { at, found });
    return found;
  } catch (error) {
    const reason = 'does not answer as an OpenID provider of this name does';
    throw badInput(
      'This identity provider cannot be used.',
      [{ at: 'body.issuer', reason }],
      error,
    );
  }
}

/** https, or http where the operator lists the host. */
function usableIssuer({ privateIssuers }: House, text: string): URL {
  const url = new URL(text);
  const isPlain = url.protocol === 'http:' && privateIssuers.has(url.host);
  const isBare = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if ((url.protocol === 'https:' || isPlain) && isBare) return url;
  const reason = 'must be https, without a user, a query or a fragment';
  throw badInput('This identity provider cannot be used.', [{ at: 'body.issuer', reason }]);
}
