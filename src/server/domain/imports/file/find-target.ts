/** Finds the element that a mapping names, or says why this client may not hold it. */
import type { Catalogue, Element, RecordType } from '../../../../catalogue/catalogue.ts';
import { findElement, findType } from '../../../../catalogue/find.ts';

/** `adopted` is what the client holds; `whole` is the catalogue it was adopted from. */
export interface Catalogues {
  adopted: Catalogue;
  whole: Catalogue;
}

/** `id` is `<type>.<element>`. The reason finishes the sentence "The column …". */
export function findTarget(
  { adopted, whole }: Catalogues,
  id: string,
  about: RecordType['about'] = 'subject',
): { type: RecordType; element: Element } | { reason: string } {
  const found = findElement(adopted, id);
  if (found) {
    if (found.type.about === about) return found;
    return { reason: `names ${id}, ${ELSEWHERE[found.type.about]}` };
  }
  const known = findElement(whole, id);
  if (known) {
    const places = [...new Set(known.element.mandates.map((mandate) => mandate.jurisdiction))];
    return {
      reason: `names ${id}, which this client has not adopted: its procedure (SOP) rests on ${places.join(', ')} only`,
    };
  }
  const typeId = id.slice(0, id.indexOf('.'));
  return {
    reason: findType(whole, typeId)
      ? `names ${id}: no procedure (SOP) covers that element of ${typeId}`
      : `names ${id}: no procedure (SOP) covers a record type ${typeId}`,
  };
}

const ELSEWHERE = {
  client: 'which is about the client and not about its staff',
  subject: 'which is about people, and the key says that the rows are about the client itself',
};
