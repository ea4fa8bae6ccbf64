/** Which texts still cover whoever accepted them: a mandatory version takes the place of all before it. */
import type { Authority, InForce, Published } from './authority.ts';

export type TextKind = Published['fact']['kind'];

/** The mandatory version that nobody may be behind at `at` (ms): the last one in the ledger that has begun. */
export function mandatoryText(
  { texts }: Authority,
  kind: TextKind,
  at: number,
): Published | undefined {
  return texts.findLast(
    ({ fact }) => fact.kind === kind && fact.mandatory && Date.parse(fact.from) <= at,
  );
}

/** Whether accepting this document covers at `at` (ms): where a mandatory version has begun, only it and
 * what was published after it do. */
export function isCurrentText(
  authority: Authority,
  kind: TextKind,
  document: string,
  at: number,
): boolean {
  const mandatory = mandatoryText(authority, kind, at);
  if (!mandatory) return true;
  return authority.texts.some(
    ({ fact, index }) =>
      fact.kind === kind && fact.document === document && index >= mandatory.index,
  );
}

/** Of what was accepted or signed, what a current text stands behind. */
export function withCurrentText<A extends InForce & { readonly fact: { document: string } }>(
  authority: Authority,
  kind: TextKind,
  accepted: readonly A[],
  at: number,
): A[] {
  return accepted.filter(({ fact }) => isCurrentText(authority, kind, fact.document, at));
}
