/** What has to be remembered between the way to an identity provider and the way back: sealed, in a
 * cookie of the browser that went, so that nobody else can come back in its place. */
import { z } from 'zod';
import type { House } from '../../house.ts';
import { openUnder, sealUnder } from '../../vault/crypto/versioned-key.ts';

const FORM = { siv: true, pad: true };
const AAD = ['oidc-sign-in'];
const SHAPE = z.object({
  /** Uuid of the client, and the issuer that it had. */
  client: z.string(),
  issuer: z.string(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  until: z.number(),
});

export type OidcPending = z.infer<typeof SHAPE>;

export function sealPending({ ledgers }: Pick<House, 'ledgers'>, pending: OidcPending): string {
  const { record } = ledgers.provider.clientKeys;
  return sealUnder(record, AAD, Buffer.from(JSON.stringify(pending)), FORM).toString('base64url');
}

/** Null when the cookie is not one of ours. */
export function openPending(
  { ledgers }: Pick<House, 'ledgers'>,
  cookie: string,
): OidcPending | null {
  try {
    const sealed = Buffer.from(cookie, 'base64url');
    const bytes = openUnder(ledgers.provider.clientKeys.record, AAD, sealed, FORM);
    return SHAPE.parse(JSON.parse(bytes.toString()));
  } catch {
    return null;
  }
}
