/** Takes in an upload: the file is looked at and sealed chunk by chunk as it arrives. Nothing of it is
 * ever on disk in clear, the whole of it never in memory, and no reader sees it before a record names it. */
import { createHash } from 'node:crypto';
import { toId } from '../../../contract/ids.ts';
import { badInput, Refusal } from '../../fault.ts';
import { newUuid } from '../../uuid.ts';
import { newKey } from '../../vault/crypto/random-key.ts';
import { beginDocument, discardDocument } from '../../vault/document-sql.ts';
import type { StoredDocument } from '../../vault/stored-document.ts';
import type { Call, Upload, UploadPart } from '../operation.ts';
import { discardOldUploads } from './discard-uploads.ts';
import { FileFault } from './file/file-fault.ts';
import { HEAD_BYTES, type Inspected, inspectFile } from './file/inspect-file.ts';
import { openSealedFile } from './sealed-file.ts';

/** 100 MiB. */
const DOCUMENT_BYTES_MAX = 100 * 1024 * 1024;

const ELEMENT_BYTES_MAX = 100;

export interface ReceivedDocument {
  /** Of the uuid that the document will have. */
  readonly id: string;
  /** The part of that name, if there was one. */
  readonly element: string | undefined;
  readonly document: StoredDocument;
}

const received = new WeakMap<Upload, Promise<ReceivedDocument>>();

/** The upload of this call. It can be read once only, but the gate may run the call again: then the
 * first reading stands. Throws a Refusal, and then leaves no chunk behind. */
export function receiveDocument(call: Call): Promise<ReceivedDocument> {
  const { upload } = call.input;
  if (!upload) throw badInput('Send the file as multipart/form-data.');
  const known = received.get(upload) ?? receive(call, upload);
  received.set(upload, known);
  return known;
}

/** Removes what was stored of a document that no record names. */
export async function discardUpload({ house, state }: Call, id: string): Promise<void> {
  await house.database.batch([state.id], discardDocument(state.id, id));
}

async function receive(call: Call, upload: Upload): Promise<ReceivedDocument> {
  await discardOldUploads(call.house, [call.state.id]);
  const id = newUuid(call.at);
  let element: string | undefined;
  let document: StoredDocument | undefined;
  try {
    for (let part = await upload.next(); part; part = await upload.next()) {
      if (part.name === 'element' && element === undefined) element = await shortText(part);
      else if (part.name === 'file' && !document) document = await storeFile(call, id, part);
      else throw badInput('The upload has a part that is not known here, or came twice.');
    }
    if (!document) throw badPart('is missing');
    return { id, element, document };
  } catch (error) {
    await discardUpload(call, id);
    if (error instanceof FileFault) throw badPart(error.message, error.status);
    throw error;
  }
}

async function storeFile(call: Call, id: string, part: UploadPart): Promise<StoredDocument> {
  const { house, state } = call;
  const key = newKey();
  await house.database.batch([state.id], [beginDocument(state.id, id)]);
  const sealed = openSealedFile(house.database, { client: state.id, document: id, key });
  const hash = createHash('sha256');
  let head: Buffer[] | null = [];
  let inspected: Inspected | null = null;
  let bytes = 0;

  const take = async (piece: Buffer) => {
    inspected!.inspector.push(piece);
    hash.update(piece);
    await sealed.push(piece);
  };
  const begin = async () => {
    const first = Buffer.concat(head!);
    head = null;
    inspected = await inspectFile(first.subarray(0, HEAD_BYTES), part);
    await take(first);
  };
  try {
    for await (const piece of part.bytes) {
      bytes += piece.length;
      if (bytes > DOCUMENT_BYTES_MAX) {
        throw new FileFault(`is larger than ${DOCUMENT_BYTES_MAX} bytes`, 413);
      }
      head?.push(piece);
      if (!head) await take(piece);
      else if (bytes >= HEAD_BYTES) await begin();
    }
    if (head) await begin();
    inspected!.inspector.end();
  } finally {
    // What is under way must be over before anything is removed.
    await sealed.settle();
  }
  const chunks = await sealed.end();
  const exported = key.export();
  const { name, mediaType } = inspected! as Inspected;
  const sha256 = `sha256:${hash.digest('hex')}`;
  const document = toId('document', id);
  return { document, name, mediaType, bytes, sha256, chunks, key: exported.toString('base64') };
}

async function shortText(part: UploadPart): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of part.bytes) {
    length += piece.length;
    if (length > ELEMENT_BYTES_MAX) throw badInput('The name of the element is too long.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

function badPart(reason: string, status = 400): Refusal {
  const faults = [{ at: 'part.file', reason }];
  return new Refusal(status, ['bad-input'], 'This file cannot be attached.', { faults });
}
