/** The bytes of a document, chunk by chunk: each is opened, and found to be the one that belongs there,
 * before it leaves; the last one only when the whole has the size and digest that the record says.
 * Whoever may read it no longer, by the client's ledger at that moment, gets no further chunk. */
import { createHash } from 'node:crypto';
import { parseId } from '../../../contract/ids.ts';
import { Refusal } from '../../fault.ts';
import { SealError } from '../../vault/crypto/seal-error.ts';
import { documentKey, openDocumentChunk } from '../../vault/document-chunks.ts';
import { readDocumentChunk } from '../../vault/document-sql.ts';
import type { StoredDocument } from '../../vault/stored-document.ts';
import type { Call } from '../operation.ts';

export interface Decided {
  readonly operation: string;
  readonly types: readonly string[];
  /** Of the authority with which the reading was decided. */
  readonly authIndex: number;
}

/** Throws SealError, a Refusal when the authority has ended meanwhile, or the signal's reason. */
export async function* documentBytes(
  call: Call,
  document: StoredDocument,
  decided: Decided,
): AsyncGenerator<Buffer> {
  const { house, state, signal } = call;
  const client = state.id;
  const id = parseId('document', document.document)!;
  const key = documentKey(document.key);
  const hash = createHash('sha256');
  let { authIndex } = decided;
  let bytes = 0;
  for (let part = 0; part < document.chunks; part++) {
    signal.throwIfAborted();
    const [[row]] = (await house.database.batch(
      [client],
      [readDocumentChunk(client, id, part)],
    )) as [[{ ct: Buffer | null; auth_index: number }]];
    if (row.auth_index !== authIndex) authIndex = await decideAgain(call, decided);
    if (row.ct === null) throw new SealError('format');
    const isLast = part === document.chunks - 1;
    const opened = openDocumentChunk(key, { client, document: id, part, isLast }, row.ct);
    bytes += opened.length;
    hash.update(opened);
    if (isLast && (bytes !== document.bytes || digestOf(hash) !== document.sha256)) {
      throw new SealError('authentication');
    }
    yield opened;
  }
}

/** The authority index with which reading is still allowed. */
async function decideAgain(
  { house, state, principal, grant }: Call,
  { operation, types }: Decided,
): Promise<number> {
  const decision = await house.reauthorise({
    principal,
    state,
    operation,
    purpose: grant!.purpose,
    types,
  });
  if (decision.allowed) return decision.authIndex;
  throw new Refusal(403, decision.reasons, 'You may not read this document any more.');
}

function digestOf(hash: ReturnType<typeof createHash>): string {
  return `sha256:${hash.digest('hex')}`;
}
