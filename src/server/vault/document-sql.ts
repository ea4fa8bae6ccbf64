/** The statements of documents: chunks as they arrive, the moment from which a record names them, and
 * what is left of uploads that came to nothing. */
import type { Statement } from './database.ts';
import { byteaArray, int4Array } from './pg-arrays.ts';

export function beginDocument(client: string, document: string): Statement {
  return {
    name: 'document/begin',
    text: 'insert into document (client_id, document_id) values ($1, $2)',
    values: [client, document],
  };
}

/** Raises division_by_zero when the upload is not there any more, or has ended. */
export function insertDocumentChunks(
  client: string,
  document: string,
  first: number,
  sealed: readonly Buffer[],
): Statement[] {
  return [
    {
      name: 'document/still-open',
      text: `select 1 / count(*) from document
        where client_id = $1 and document_id = $2 and chunks is null`,
      values: [client, document],
    },
    {
      name: 'document/chunks',
      text: `insert into document_chunk (client_id, document_id, part, ct)
        select $1, $2, unnest($3::int4[]), unnest($4::bytea[])`,
      values: [client, document, int4Array(sealed.map((_, i) => first + i)), byteaArray(sealed)],
    },
  ];
}

/** In the transaction of the revision that names the document; raises division_by_zero when it has
 * been cleaned away, or is named already. */
export function finishDocument(client: string, document: string, chunks: number): Statement {
  return {
    name: 'document/finish',
    text: `with u as (update document set chunks = $3
        where client_id = $1 and document_id = $2 and chunks is null returning 1)
      select 1 / (select count(*) from u)`,
    values: [client, document, chunks],
  };
}

/** One chunk, and the authority index of its client at this moment. */
export function readDocumentChunk(client: string, document: string, part: number): Statement {
  return {
    name: 'document/chunk',
    text: `select c.ct, h.auth_index from head h left join document_chunk c
        on c.client_id = h.client_id and c.document_id = $2 and c.part = $3
      where h.client_id = $1`,
    values: [client, document, part],
  };
}

/** Nothing of an upload that no record names. */
export function discardDocument(client: string, document: string): Statement[] {
  const open = `exists (select from document d where d.client_id = $1
    and d.document_id = $2 and d.chunks is null)`;
  const values = [client, document];
  return [
    {
      name: 'document/discard-chunks',
      text: `delete from document_chunk where client_id = $1 and document_id = $2 and ${open}`,
      values,
    },
    {
      name: 'document/discard',
      text: 'delete from document where client_id = $1 and document_id = $2 and chunks is null',
      values,
    },
  ];
}

/** The same for all uploads of these clients that began before `before` (a UUIDv7). */
export function discardOldDocuments(clients: readonly string[], before: string): Statement[] {
  const values = [clients, before];
  const old = 'd.client_id = any($1::uuid[]) and d.document_id < $2 and d.chunks is null';
  return [
    {
      name: 'document/discard-old-chunks',
      text: `delete from document_chunk c using document d
        where c.client_id = d.client_id and c.document_id = d.document_id and ${old}`,
      values,
    },
    { name: 'document/discard-old', text: `delete from document d where ${old}`, values },
  ];
}

/** Every document that a record should name, and what is there of it. */
export function listDocuments(client: string): Statement {
  return {
    name: 'document/list',
    text: `select d.document_id, d.chunks, count(c.part)::int4 as held, max(c.part) as last
      from document d left join document_chunk c
        on c.client_id = d.client_id and c.document_id = d.document_id
      where d.client_id = $1 and d.chunks is not null group by d.document_id, d.chunks`,
    values: [client],
  };
}
