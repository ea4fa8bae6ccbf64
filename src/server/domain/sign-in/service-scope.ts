/** What a service token may do, and from where: kept sealed beside its hash. */
import { z } from 'zod';
import type { House } from '../../house.ts';
import { openUnder, sealUnder } from '../../vault/crypto/versioned-key.ts';
import type { ServiceScope } from '../operation.ts';

const FORM = { siv: true, pad: true };
const SHAPE = z.object({ operations: z.array(z.string()), networks: z.array(z.string()) });

/** `token` is the token's uuid. */
export function sealServiceScope(
  { ledgers }: Pick<House, 'ledgers'>,
  token: string,
  scope: { readonly operations: readonly string[]; readonly networks: readonly string[] },
): Buffer {
  const { operations, networks } = scope;
  const bytes = Buffer.from(JSON.stringify({ operations, networks }));
  return sealUnder(ledgers.provider.clientKeys.record, ['service-token', token], bytes, FORM);
}

/** Throws SealError on one that was moved or changed: the token then opens nothing. */
export function openServiceScope(
  { ledgers }: Pick<House, 'ledgers'>,
  token: string,
  sealed: Buffer,
): ServiceScope {
  const bytes = openUnder(
    ledgers.provider.clientKeys.record,
    ['service-token', token],
    sealed,
    FORM,
  );
  const { operations, networks } = SHAPE.parse(JSON.parse(bytes.toString()));
  return { operations: new Set(operations), networks };
}
