/** Gives a document that a record names, or named in an earlier revision. */
import { notFound } from '../../fault.ts';
import { isStoredDocument, type StoredDocument } from '../../vault/stored-document.ts';
import type { Call, DomainOperation, FileAnswer } from '../operation.ts';
import { checkScope } from '../people/scope.ts';
import { type About, ownerOf, typeInPath } from '../records/owner.ts';
import { documentBytes } from './document-bytes.ts';
import { type FoundRecord, findRecord } from './find-record.ts';

const OPERATIONS = { subject: 'documents.read', client: 'client-documents.read' } as const;

export function readDocument(about: About): DomainOperation {
  return {
    types: (input, catalogue) => [typeInPath(about, input, catalogue).id],
    async run(call) {
      const { authority } = call.state;
      const scope = about === 'subject' ? await checkScope(call, ownerOf(about, call.input)) : {};
      const found = await findRecord(about, call, 'history');
      const document = documentIn(call, found);
      return {
        ...(about === 'subject' && { subjects: [found.owner] }),
        work: { ...scope, ...(about === 'subject' && { subjects: [found.owner] }) },
        async answer(): Promise<FileAnswer> {
          const operation = OPERATIONS[about];
          const types = [found.type.id];
          const decided = { operation, authIndex: authority.index, types };
          const pieces = documentBytes(call, document, decided);
          // What fails at the first chunk is answered, what fails later cuts the answer off.
          const first = await pieces.next();
          return { file: document, pieces: startingWith(first, pieces) };
        },
      };
    },
  };
}

async function* startingWith<T>(first: IteratorResult<T>, rest: AsyncIterable<T>) {
  if (!first.done) yield first.value;
  yield* rest;
}

function documentIn({ grant, input }: Call, { type, current, earlier }: FoundRecord) {
  const wanted = (value: unknown): value is StoredDocument =>
    isStoredDocument(value) && value.document === input.params.doc;
  for (const { body } of [current, ...earlier]) {
    for (const [element, value] of Object.entries(body.e)) {
      if (wanted(value) && grant!.allows(type.id, element)) return value;
    }
  }
  throw notFound();
}
