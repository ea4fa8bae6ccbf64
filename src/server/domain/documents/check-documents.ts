/** Every document that a record in force names, held against that record: all its chunks are there, each
 * opens in its place, and the whole has the digest and size that the record says. */
import { createHash } from 'node:crypto';
import { parseId } from '../../../contract/ids.ts';
import { SealError } from '../../vault/crypto/seal-error.ts';
import type { Database, Row } from '../../vault/database.ts';
import { documentKey, openDocumentChunk } from '../../vault/document-chunks.ts';
import { listDocuments, readDocumentChunk } from '../../vault/document-sql.ts';
import type { StoredDocument } from '../../vault/stored-document.ts';

/** `named` are those of the records in force; `client` is a bare uuid. */
export async function checkDocuments(
  database: Database,
  client: string,
  named: readonly StoredDocument[],
): Promise<{ ok: boolean; detail: string }> {
  const [rows] = (await database.batch([client], [listDocuments(client)])) as [Row[]];
  const faulty: string[] = [];
  for (const { document_id, chunks, held, last } of rows) {
    if (held !== chunks || last !== (chunks as number) - 1) faulty.push(`doc_${document_id}`);
  }
  const once = new Map(named.map((document) => [document.document, document]));
  for (const document of once.values()) {
    if (faulty.includes(document.document)) continue;
    if (!(await isWhole(database, client, document))) faulty.push(document.document);
  }
  if (faulty.length === 0) {
    const earlier = rows.length - once.size;
    return {
      ok: true,
      detail: `${once.size} documents are those of their records; ${earlier} of earlier revisions are complete`,
    };
  }
  const first = faulty.slice(0, 5).join(', ');
  return { ok: false, detail: `${faulty.length} documents differ, among them ${first}` };
}

async function isWhole(
  database: Database,
  client: string,
  { document, key: base64, chunks, bytes, sha256 }: StoredDocument,
): Promise<boolean> {
  const id = parseId('document', document)!;
  const hash = createHash('sha256');
  let length = 0;
  try {
    const key = documentKey(base64);
    for (let part = 0; part < chunks; part++) {
      const [[row]] = (await database.batch([client], [readDocumentChunk(client, id, part)])) as [
        [{ ct: Buffer | null }],
      ];
      if (row.ct === null) return false;
      const place = { client, document: id, part, isLast: part === chunks - 1 };
      const opened = openDocumentChunk(key, place, row.ct);
      length += opened.length;
      hash.update(opened);
    }
  } catch (error) {
    if (error instanceof SealError) return false;
    throw error;
  }
  return length === bytes && `sha256:${hash.digest('hex')}` === sha256;
}
