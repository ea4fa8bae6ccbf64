/** Attaches and reads documents of contracts, as HR and others do. */
import assert from 'node:assert/strict';
import { type Answered, ask, must } from './api.ts';
import { documentUpload } from './documents.ts';

/** The record that a document belongs to. */
export interface RecordPlace extends Record<string, string> {
  readonly c: string;
  readonly sub: string;
  readonly type: string;
  readonly rec: string;
}

export interface Read {
  readonly status: number;
  readonly headers: Headers;
  readonly response: Response;
}

export interface DocumentDesk {
  /** A new contract of the person, to which nothing is attached. */
  contractOf(sub: string): Promise<RecordPlace>;
  attach(file: Buffer, of: RecordPlace, options?: object, token?: string): Promise<Answered>;
  /** The same, and it succeeds; gives the document's id. */
  attached(file: Buffer, of: RecordPlace, options?: object): Promise<string>;
  addressOf(doc: string, of: RecordPlace): string;
  read(doc: string, of: RecordPlace, token?: string): Promise<Read>;
}

export function documentDesk(url: string, hr: string, client: string): DocumentDesk {
  const attach = (file: Buffer, of: RecordPlace, options = {}, token = hr) =>
    ask(url, token, 'documents.attach', { params: of, body: documentUpload(file, options) });
  const addressOf = (doc: string, { c, sub, type, rec }: RecordPlace) =>
    `${url}/api/v1/clients/${c}/staff/${sub}/records/${type}/${rec}/documents/${doc}`;
  return {
    async contractOf(sub) {
      const params = { c: client, sub, type: 'employmentContract' };
      const body = { values: { signedOn: '2024-01-15' } };
      const { id } = await must(url, hr, 'records.create', { params, body });
      return { ...params, rec: id as string };
    },
    attach,
    async attached(file, of, options) {
      const answer = await attach(file, of, options);
      assert.equal(answer.status, 201, answer.text);
      return answer.json.document;
    },
    addressOf,
    async read(doc, of, token = hr) {
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(addressOf(doc, of), { headers });
      return { status: response.status, headers: response.headers, response };
    },
  };
}

/** As much of the answer as arrives, and whether it was all. */
export async function receivedOf(response: Response): Promise<{ bytes: Buffer; isWhole: boolean }> {
  const pieces: Uint8Array[] = [];
  try {
    for await (const piece of response.body!) pieces.push(piece);
    return { bytes: Buffer.concat(pieces), isWhole: true };
  } catch {
    return { bytes: Buffer.concat(pieces), isWhole: false };
  }
}
