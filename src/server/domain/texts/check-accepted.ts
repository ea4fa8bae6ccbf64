/** What may be accepted or signed: a published text that its signer has viewed to the end; a digest of a
 * text that is kept elsewhere only where the ledger demands no signatures. */

import { REASONS } from '../../../contract/promises.ts';
import { badInput, conflict, Refusal } from '../../fault.ts';
import { isCurrentText, mandatoryText, type TextKind } from '../../ledger/current-text.ts';
import type { Call } from '../operation.ts';
import { hasViewed } from './published-text.ts';

/** `user` is the bare uuid of whoever is bound. Throws a Refusal. */
export async function checkAccepted(
  { house, state, at }: Call,
  kind: TextKind,
  { document, version }: { readonly document: string; readonly version: string | number },
  user: string,
): Promise<void> {
  const { authority } = state;
  const published = authority.texts.findLast(
    ({ fact }) => fact.kind === kind && fact.document === document,
  );
  if (!published) {
    if (!authority.rules.signed) return;
    throw badInput('Only a text that was published can be signed.', [
      { at: 'document', reason: 'is not the digest of a published text of this kind' },
    ]);
  }
  if (String(published.fact.version) !== String(version)) {
    throw badInput('Document and version do not belong together.', [
      { at: 'version', reason: `of this document it is ${published.fact.version}` },
    ]);
  }
  if (!isCurrentText(authority, kind, document, at)) {
    const current = mandatoryText(authority, kind, at)!.fact.version;
    throw conflict(
      'text-superseded',
      `Version ${current} takes the place of this one. Read that one and accept it.`,
    );
  }
  if (await hasViewed(house, state, user, published)) return;
  const { promise, sentence } = REASONS['not-viewed'];
  throw new Refusal(403, ['not-viewed'], sentence, { promise });
}
