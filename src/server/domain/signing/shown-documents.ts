/** The texts that a fact names by digest, as the signer is to see them beside the statement. */
import type { Fact } from '#verifier/fact.ts';
import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { readText } from '../texts/sealed-text.ts';

export interface ShownDocument {
  /** `sha256:…` as the fact has it. */
  readonly document: string;
  /** Null where the text is not kept here, and only its digest is known. */
  readonly text: string | null;
}

/** Each digest once, in the order in which the fact names them. */
export async function shownDocuments(
  house: House,
  state: LedgerState,
  fact: Fact,
): Promise<ShownDocument[]> {
  const digests = [...new Set(digestsIn(fact))];
  const { provider } = house.ledgers;
  return Promise.all(
    digests.map(async (document) => {
      const own = await readText(house, state, document);
      const text = own ?? (state === provider ? null : await published(house, state, document));
      return { document, text };
    }),
  );
}

/** A text of the provider's that this client's ledger names. */
async function published(house: House, state: LedgerState, document: string) {
  if (!state.authority.texts.some(({ fact }) => fact.document === document)) return null;
  return readText(house, house.ledgers.provider, document);
}

const DIGEST = /^sha256:[0-9a-f]{64}$/;

function digestsIn(value: unknown): string[] {
  if (typeof value === 'string') return DIGEST.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(digestsIn);
}
