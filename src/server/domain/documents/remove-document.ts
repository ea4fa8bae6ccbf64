/** Takes a document out of a record by a revision without it. Earlier revisions keep naming it, for as
 * long as they are kept. */
import { toId } from '../../../contract/ids.ts';
import { notFound } from '../../fault.ts';
import type { RecordBody } from '../../vault/store.ts';
import { isStoredDocument } from '../../vault/stored-document.ts';
import type { DomainOperation } from '../operation.ts';
import { writeResult } from '../people/write-result.ts';
import { type About, typeInPath } from '../records/owner.ts';
import { findRecord } from './find-record.ts';

export function removeDocument(about: About): DomainOperation {
  return {
    types: (input, catalogue) => [typeInPath(about, input, catalogue).id],
    async run(call) {
      const { grant, principal, at, input } = call;
      const { owner, type, keyring, current } = await findRecord(about, call);
      const named = Object.entries(current.body.e).find(
        ([element, value]) =>
          isStoredDocument(value) &&
          value.document === input.params.doc &&
          grant!.allows(type.id, element),
      );
      if (!named) throw notFound();
      const { [named[0]]: _, ...kept } = current.body.e;
      const body: RecordBody = {
        ...current.body,
        e: kept,
        at: new Date(at).toISOString(),
        by: toId('user', principal.user),
        via: null,
      };
      const revision = current.revision + 1;
      const write = { record: current.record, revision, body, before: current.body };
      return {
        ...writeResult(owner, grant!.store.write(owner, keyring, write), false),
        answer: () => ({ id: input.params.rec, revision }),
      };
    },
  };
}
