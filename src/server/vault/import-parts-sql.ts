/** The statements of what an import keeps in sealed parts while it lasts: its file in chunks, the blocks
 * that it has written and the errors that it found. */
import type { Statement } from './database.ts';
import { byteaArray, int4Array } from './pg-arrays.ts';

export function insertChunks(
  client: string,
  id: string,
  first: number,
  sealed: readonly Buffer[],
): Statement {
  return {
    name: 'import/chunks',
    text: `insert into import_chunk (client_id, import_id, part, ct)
      select $1, $2, unnest($3::int4[]), unnest($4::bytea[])`,
    values: [client, id, int4Array(sealed.map((_, i) => first + i)), byteaArray(sealed)],
  };
}

export function readChunk(client: string, id: string, part: number): Statement {
  return {
    name: 'import/chunk',
    text: 'select ct from import_chunk where client_id = $1 and import_id = $2 and part = $3',
    values: [client, id, part],
  };
}

/** The chunks from `first` on. */
export function deleteChunks(client: string, id: string, first = 0): Statement {
  return {
    name: 'import/delete-chunks',
    text: 'delete from import_chunk where client_id = $1 and import_id = $2 and part >= $3',
    values: [client, id, first],
  };
}

const ENDED = `('done', 'refused', 'failed', 'cancelled', 'undoing', 'undone')`;

/** Chunks of imports that have ended, and of requests older than `before` (a UUIDv7) that began none. */
export function deleteOrphanChunks(clients: readonly string[], before: string): Statement {
  return {
    name: 'import/orphans',
    text: `delete from import_chunk c where c.client_id = any($1::uuid[]) and (
        exists (select from staff_import s where s.client_id = c.client_id
          and s.import_id = c.import_id and s.state in ${ENDED})
        or c.import_id < $2 and not exists (select from staff_import s
          where s.client_id = c.client_id and s.import_id = c.import_id))`,
    values: [clients, before],
  };
}

/** The blocks and errors of imports whose key is gone. */
export function deleteUnreadable(clients: readonly string[]): Statement[] {
  return ['import_block', 'import_error'].map((table) => ({
    name: `import/unreadable-${table}`,
    text: `delete from ${table} p where p.client_id = any($1::uuid[]) and exists (
        select from staff_import s where s.client_id = p.client_id and s.import_id = p.import_id
          and s.wrapped is null and s.state in ${ENDED})`,
    values: [clients],
  }));
}

/** With what the block writes, in one transaction: whoever finds it finds all of that. */
export function insertBlock(client: string, id: string, block: number, ct: Buffer): Statement {
  return {
    name: 'import/block',
    text: 'insert into import_block (client_id, import_id, block, ct) values ($1, $2, $3, $4)',
    values: [client, id, block, ct],
  };
}

/** The blocks after `after`, some of them. */
export function readBlocks(client: string, id: string, after: number): Statement {
  return {
    name: 'import/blocks',
    text: `select block, ct from import_block
      where client_id = $1 and import_id = $2 and block > $3 order by block limit 100`,
    values: [client, id, after],
  };
}

export function deleteBlocks(client: string, id: string): Statement {
  return {
    name: 'import/delete-blocks',
    text: 'delete from import_block where client_id = $1 and import_id = $2',
    values: [client, id],
  };
}

export function insertErrors(client: string, id: string, part: number, ct: Buffer): Statement {
  return {
    name: 'import/errors',
    text: 'insert into import_error (client_id, import_id, part, ct) values ($1, $2, $3, $4)',
    values: [client, id, part, ct],
  };
}

export function readErrors(client: string, id: string, part: number): Statement {
  return {
    name: 'import/read-errors',
    text: 'select ct from import_error where client_id = $1 and import_id = $2 and part = $3',
    values: [client, id, part],
  };
}

export function deleteErrors(client: string, id: string): Statement {
  return {
    name: 'import/delete-errors',
    text: 'delete from import_error where client_id = $1 and import_id = $2',
    values: [client, id],
  };
}
