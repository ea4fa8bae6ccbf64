/** An offer to sign, as it is kept between being shown and being signed: sealed with its client. */
import { z } from 'zod';
import type { Fact } from '#verifier/fact.ts';
import type { Offer } from '#verifier/signature.ts';
import { parseId } from '../../../contract/ids.ts';
import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { openUnder, sealUnder } from '../../vault/crypto/versioned-key.ts';
import type { Statement } from '../../vault/database.ts';
import { insertOffer, selectOffer } from '../../vault/signing-offer-sql.ts';
import type { Moment } from './signs.ts';

/** What was shown, and the call that it was shown for. */
export interface StoredOffer {
  readonly operation: string;
  readonly params: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly moment: Moment;
  readonly fact: Fact;
  readonly offer: Offer;
}

const FORM = { siv: true, pad: true };
const SHAPE = z.object({
  operation: z.string(),
  params: z.record(z.string(), z.string()),
  body: z.unknown().optional(),
  moment: z.object({ at: z.number(), uuid: z.string() }),
  fact: z.looseObject({ type: z.string() }),
  offer: z.object({
    by: z.string(),
    nonce: z.string(),
    size: z.number(),
    root: z.string(),
    at: z.string(),
    until: z.string(),
  }),
});

/** The statement that keeps it under the bare uuid `id`. */
export function storeOffer(state: LedgerState, id: string, stored: StoredOffer): Statement {
  const bytes = Buffer.from(JSON.stringify(stored));
  const ct = sealUnder(state.clientKeys.record, ['signing-offer', state.id, id], bytes, FORM);
  return insertOffer(state.id, id, Date.parse(stored.offer.until), ct);
}

/** The offer of an id (`ofr_…`), and whether it was used; null where there is none of this ledger. */
export async function findOffer(
  { database }: House,
  state: LedgerState,
  id: string,
): Promise<{ readonly stored: StoredOffer; readonly isUsed: boolean } | null> {
  const uuid = parseId('offer', id);
  if (!uuid) return null;
  const [rows] = await database.batch([state.id], [selectOffer(state.id, uuid)]);
  const row = rows![0];
  if (!row) return null;
  const parts = ['signing-offer', state.id, uuid];
  const bytes = openUnder(state.clientKeys.record, parts, row.ct as Buffer, FORM);
  const stored = SHAPE.parse(JSON.parse(bytes.toString())) as unknown as StoredOffer;
  return { stored, isUsed: row.used as boolean };
}
