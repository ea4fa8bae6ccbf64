/** Attaches a document to an element of a record: a revision that names it makes it visible. */
import { toId } from '../../../contract/ids.ts';
import { finishDocument } from '../../vault/document-sql.ts';
import type { RecordBody } from '../../vault/store.ts';
import { shownDocument } from '../../vault/stored-document.ts';
import type { Call, DomainOperation, Result } from '../operation.ts';
import { writeResult } from '../people/write-result.ts';
import { type About, typeInPath } from '../records/owner.ts';
import { documentElement, findRecord } from './find-record.ts';
import { discardUpload, type ReceivedDocument, receiveDocument } from './receive-document.ts';

export function attachDocument(about: About): DomainOperation {
  return {
    types: (input, catalogue) => [typeInPath(about, input, catalogue).id],
    async run(call) {
      // Before anything is taken in: whether there is such a record and element.
      const { type } = await findRecord(about, call);
      const asked = call.input.query.element as string | undefined;
      if (asked !== undefined) documentElement(call, type, asked);
      const received = await receiveDocument(call);
      try {
        return await attach(about, call, received, asked ?? received.element);
      } catch (error) {
        await discardUpload(call, received.id);
        throw error;
      }
    },
  };
}

async function attach(
  about: About,
  call: Call,
  { id, document }: ReceivedDocument,
  elementId: string | undefined,
): Promise<Result> {
  const { grant, state, principal, at, input } = call;
  const { owner, type, keyring, current } = await findRecord(about, call);
  const element = documentElement(call, type, elementId);
  const body: RecordBody = {
    ...current.body,
    e: { ...current.body.e, [element.id]: document },
    at: new Date(at).toISOString(),
    by: toId('user', principal.user),
    via: null,
  };
  const revision = current.revision + 1;
  const write = { record: current.record, revision, body, before: current.body };
  const { records, statements } = grant!.store.write(owner, keyring, write);
  const finish = finishDocument(state.id, id, document.chunks);
  return {
    ...writeResult(owner, { records, statements: [...statements, finish] }, false),
    answer: () => ({
      id: input.params.rec,
      revision,
      element: element.id,
      ...shownDocument(document),
    }),
  };
}
