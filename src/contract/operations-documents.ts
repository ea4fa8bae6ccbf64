/** Documents attached to records of people, or of the client itself: PDF, PNG, JPEG and TIFF files. */
import { z } from 'zod';
import { idSchema } from './ids.ts';
import type { Operation } from './operation.ts';
import { clientParams, elementName, sha256, subjectParams, typeId } from './schemas.ts';

const recordParams = subjectParams.extend({ type: typeId, rec: idSchema('record') });
const documentParams = recordParams.extend({ doc: idSchema('document') });
const PATH = '/clients/{c}/staff/{sub}/records/{type}/{rec}/documents';

const CLIENT_PATH = '/clients/{c}/records/{type}/{rec}/documents';
const clientRecordParams = clientParams.extend({ type: typeId, rec: idSchema('record') });
const clientDocumentParams = clientRecordParams.extend({ doc: idSchema('document') });
/** The element may stand here instead of in a part of its own. */
const attachQuery = z.strictObject({ element: elementName.optional() });

/** What is shown of a document, in a person file too. */
export const shownDocument = z.object({
  document: idSchema('document'),
  name: z.string(),
  mediaType: z.string(),
  bytes: z.int(),
  sha256,
});

const written = z.object({ id: idSchema('record'), revision: z.int() });
const attached = shownDocument.extend({ ...written.shape, element: elementName });

export const documentOperations = [
  {
    id: 'documents.attach',
    method: 'POST',
    path: PATH,
    summary: 'Attach a file to an element of a record: the parts `file` and `element`',
    ledger: 'client',
    purpose: 'hr-administration',
    params: recordParams,
    query: attachQuery,
    accepts: 'multipart',
    answers: attached,
    status: 201,
    repeatable: false,
  },
  {
    id: 'documents.read',
    method: 'GET',
    path: `${PATH}/{doc}`,
    summary: 'The file, under its own media type, to be saved and not shown',
    ledger: 'client',
    purpose: 'hr-administration',
    params: documentParams,
    answers: 'application/octet-stream',
    status: 200,
    repeatable: false,
  },
  {
    id: 'documents.remove',
    method: 'DELETE',
    path: `${PATH}/{doc}`,
    summary: 'Take a document out of a record; earlier revisions keep it while they are kept',
    ledger: 'client',
    purpose: 'hr-administration',
    params: documentParams,
    answers: written,
    status: 200,
    repeatable: true,
  },
  {
    id: 'client-documents.attach',
    method: 'POST',
    path: CLIENT_PATH,
    summary: 'Attach a file to a record about the client itself, such as the wording of a policy',
    ledger: 'client',
    purpose: 'hr-administration',
    params: clientRecordParams,
    query: attachQuery,
    accepts: 'multipart',
    answers: attached,
    status: 201,
    repeatable: false,
  },
  {
    id: 'client-documents.read',
    method: 'GET',
    path: `${CLIENT_PATH}/{doc}`,
    summary: 'The file, under its own media type, to be saved and not shown',
    ledger: 'client',
    purpose: 'hr-administration',
    params: clientDocumentParams,
    answers: 'application/octet-stream',
    status: 200,
    repeatable: false,
  },
  {
    id: 'client-documents.remove',
    method: 'DELETE',
    path: `${CLIENT_PATH}/{doc}`,
    summary: 'Take a document out of a record about the client itself',
    ledger: 'client',
    purpose: 'hr-administration',
    params: clientDocumentParams,
    answers: written,
    status: 200,
    repeatable: true,
  },
] as const satisfies readonly Operation[];
