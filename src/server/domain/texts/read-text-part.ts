/** Shows a part of a text, and records that its reader has viewed it: in the call's own entry, and in a
 * row beside it, which says how far they have come. */
import { uuidOf } from '../../../contract/ids.ts';
import { badInput, notFound } from '../../fault.ts';
import type { Published } from '../../ledger/authority.ts';
import { insertView } from '../../vault/sealed-text-sql.ts';
import type { DomainOperation } from '../operation.ts';
import { partsOf, publishedText, viewedParts } from './published-text.ts';

export const readTextPart: DomainOperation = {
  async run({ house, state, principal, input }) {
    const published = state.authority.texts.find(({ fact }) => fact.id === input.params.id);
    if (!published) throw notFound();
    const parts = partsOf(await publishedText(house, state, published));
    const part = input.query.part as number;
    if (part > parts.length) {
      const reason = `this text has ${parts.length} parts`;
      throw badInput('There is no such part.', [{ at: 'query.part', reason }]);
    }
    const seen = await viewedParts(house, state, principal.user, published);
    const uuid = uuidOf(published.fact.id);
    return {
      types: [],
      reasons: [`viewed:${uuid}:${part}/${parts.length}`],
      work: { statements: [insertView(state.id, principal.user, uuid, part)] },
      answer: () => ({
        ...shownText(published),
        part,
        parts: parts.length,
        text: parts[part - 1],
        viewed: seen.add(part).size === parts.length,
      }),
    };
  },
};

export function shownText({ fact }: Published) {
  const { id, kind, version, document, mandatory, from } = fact;
  return { id, kind, version, document, mandatory, from };
}
