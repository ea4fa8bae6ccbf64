/** Texts by digest: an entry holds `sha256:` of a text's UTF-8 bytes, the database the text, sealed. A
 * text is found by a keyed hash, for a short one could be guessed from its digest. */
import { createHmac, hash } from 'node:crypto';
import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { openUnder, sealUnder } from '../../vault/crypto/versioned-key.ts';
import type { Statement } from '../../vault/database.ts';
import { insertText, selectText } from '../../vault/sealed-text-sql.ts';

const FORM = { siv: true, pad: true };

/** `sha256:` and the hex SHA-256 of the text as UTF-8: what a fact says of it. */
export function digestOfText(text: string): string {
  return `sha256:${hash('sha256', text, 'hex')}`;
}

/** The statement that keeps a text with this ledger's client; the digest is what the fact must name. */
export function keepText(
  state: LedgerState,
  text: string,
): { readonly digest: string; readonly statement: Statement } {
  const digest = digestOfText(text);
  const key = keyOf(state, digest);
  const parts = ['sealed-text', state.id, key];
  const ct = sealUnder(state.clientKeys.record, parts, Buffer.from(text), FORM);
  return { digest, statement: insertText(state.id, key, ct) };
}

/** The text of a digest; null where none is kept with this client. Throws SealError. */
export async function readText(
  { database }: House,
  state: LedgerState,
  digest: string,
): Promise<string | null> {
  const key = keyOf(state, digest);
  const [rows] = await database.batch([state.id], [selectText(state.id, key)]);
  const ct = rows![0]?.ct as Buffer | undefined;
  if (!ct) return null;
  return openUnder(state.clientKeys.record, ['sealed-text', state.id, key], ct, FORM).toString();
}

function keyOf({ clientKeys }: LedgerState, digest: string): Buffer {
  return createHmac('sha256', clientKeys.unique).update(`text/1 ${digest}`).digest();
}
