/** A document as the record that names it holds it: with the key of its chunks, so that whatever
 * destroys the record's key destroys the document. The key leaves the server in no answer. */

export interface StoredDocument {
  /** `doc_…` */
  readonly document: string;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  /** `sha256:` and the hex digest of the whole file. */
  readonly sha256: string;
  readonly chunks: number;
  /** 32 bytes, base64. */
  readonly key: string;
}

export function isStoredDocument(value: unknown): value is StoredDocument {
  return typeof value === 'object' && value !== null && 'document' in value && 'key' in value;
}

/** What an answer may show of it. */
export function shownDocument({ document, name, mediaType, bytes, sha256 }: StoredDocument) {
  return { document, name, mediaType, bytes, sha256 };
}
