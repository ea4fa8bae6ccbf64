/** The statements of imports: the state of each, its file in sealed chunks, and the end of one that
 * did not come through. What an import writes is in `import-write-sql.ts`. */
import type { Statement } from './database.ts';
import { byteaArray, int4Array } from './pg-arrays.ts';

export interface ImportRow {
  readonly id: string;
  readonly mode: 'check' | 'commit';
  readonly fingerprint: Buffer;
  /** The key of the import under the client key. */
  readonly wrapped: Buffer;
  /** Sealed. */
  readonly status: Buffer;
  readonly createdAt: number;
}

export function insertImport(client: string, row: ImportRow): Statement {
  return {
    name: 'import/insert',
    text: `insert into staff_import
        (client_id, import_id, mode, state, fingerprint, wrapped, status, created_at)
      values ($1, $2, $3, 'queued', $4, $5, $6, $7)`,
    values: [
      client,
      row.id,
      row.mode,
      row.fingerprint,
      row.wrapped,
      row.status,
      new Date(row.createdAt),
    ],
  };
}

export function readImportRow(client: string, id: string): Statement {
  return {
    name: 'import/read',
    text: `select mode, state, wrapped, status from staff_import
      where client_id = $1 and import_id = $2`,
    values: [client, id],
  };
}

/** The import of the same file under the same mapping that was, or is being, carried out. */
export function findImport(client: string, fingerprint: Buffer): Statement {
  return {
    name: 'import/find',
    text: `select import_id from staff_import
      where client_id = $1 and fingerprint = $2 and mode = 'commit'
        and state in ('queued', 'running', 'done')`,
    values: [client, fingerprint],
  };
}

/** The job takes the import over; raises division_by_zero when it is not there to be taken. */
export function beginImport(client: string, id: string): Statement {
  return {
    name: 'import/begin',
    text: `with u as (update staff_import set state = 'running'
        where client_id = $1 and import_id = $2 and state = 'queued' and wrapped is not null
        returning 1)
      select 1 / (select count(*) from u)`,
    values: [client, id],
  };
}

/**
 * Ends an import that runs; raises division_by_zero when somebody ended it already. With `owned`
 * also when a clean-up has begun. The import's key goes with it unless `keepKey`.
 */
export function endImport(
  client: string,
  id: string,
  end: {
    readonly state: 'done' | 'refused' | 'failed';
    readonly status: Buffer | null;
    readonly keepKey: boolean;
    readonly owned: boolean;
  },
): Statement {
  return {
    name: 'import/end',
    text: `with u as (update staff_import set state = $3, status = coalesce($4, status),
          wrapped = case when $5 then wrapped end
        where client_id = $1 and import_id = $2 and state in ('queued', 'running')
          and (wrapped is not null or not $6)
        returning 1)
      select 1 / (select count(*) from u)`,
    values: [client, id, end.state, end.status, end.keepKey, end.owned],
  };
}

/** From here on no block of the import can be written any more: its key is gone. */
export function disownImport(client: string, id: string): Statement {
  return {
    name: 'import/disown',
    text: `update staff_import set wrapped = null
      where client_id = $1 and import_id = $2 and state in ('queued', 'running') returning mode`,
    values: [client, id],
  };
}

/** Imports of these clients that are not at their end; `queuedBefore` spares those just begun. */
export function unfinishedImports(clients: readonly string[], queuedBefore: number): Statement {
  return {
    name: 'import/unfinished',
    text: `select client_id, import_id from staff_import where client_id = any($1::uuid[])
      and (state = 'running' or state = 'queued' and created_at < $2)`,
    values: [clients, new Date(queuedBefore)],
  };
}

/** Destroys the keys of imports that changed nothing: their errors cannot be read any more. */
export function destroyOldKeys(clients: readonly string[], before: number): Statement {
  return {
    name: 'import/destroy-keys',
    text: `update staff_import set wrapped = null where client_id = any($1::uuid[])
      and wrapped is not null and state in ('done', 'refused', 'failed') and created_at < $2`,
    values: [clients, new Date(before)],
  };
}

/** Chunks of imports that have ended, and of requests older than `before` (a UUIDv7) that began none. */
export function deleteOrphanChunks(clients: readonly string[], before: string): Statement {
  return {
    name: 'import/orphans',
    text: `delete from import_chunk c where c.client_id = any($1::uuid[]) and (
        exists (select from staff_import s where s.client_id = c.client_id
          and s.import_id = c.import_id and s.state in ('done', 'refused', 'failed'))
        or c.import_id < $2 and not exists (select from staff_import s
          where s.client_id = c.client_id and s.import_id = c.import_id))`,
    values: [clients, before],
  };
}

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

export function deleteChunks(client: string, id: string): Statement {
  return {
    name: 'import/delete-chunks',
    text: 'delete from import_chunk where client_id = $1 and import_id = $2',
    values: [client, id],
  };
}

/** Takes back everything that an import wrote; all of it was invisible. */
export function undoImport(client: string, id: string): Statement[] {
  const values = [client, id];
  const undo = (name: string, text: string) => ({ name: `import/undo-${name}`, text, values });
  return [
    undo('records', 'delete from record where client_id = $1 and import_id = $2'),
    undo(
      'replaced',
      'update record set replaced_in = null where client_id = $1 and replaced_in = $2',
    ),
    undo('subjects', 'delete from subject where client_id = $1 and import_id = $2'),
    undo('lists', 'delete from ledger_attachment where client_id = $1 and attachment_id = $2'),
  ];
}

/** For the transactions of a job: their commits are not waited for on the disk, as a later one makes
 * them last; and joins look rows up one by one in the index, as a planner without statistics of tables
 * that just grew would rather read the whole client, once per row of the list. */
export const IN_BULK: Statement = {
  name: 'import/in-bulk',
  text: `select set_config('synchronous_commit', 'off', true),
    set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
    set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true),
    set_config('enable_material', 'off', true)`,
  values: [],
};
