/** The statements of imports: the state of each, what it was asked and how far it is. Its file, blocks
 * and errors are in `import-parts-sql.ts`, what it writes in `import-write-sql.ts`. */
import type { Statement } from './database.ts';

export type ImportState =
  | 'queued'
  | 'running'
  | 'interrupted'
  | 'cancelling'
  | 'cancelled'
  | 'done'
  | 'refused'
  | 'failed'
  | 'undoing'
  | 'undone';

export interface ImportRow {
  readonly id: string;
  readonly mode: 'check' | 'commit';
  readonly fingerprint: Buffer;
  /** The key of the import under the client key. */
  readonly wrapped: Buffer;
  /** Sealed. */
  readonly status: Buffer;
  readonly plan: Buffer;
  readonly createdAt: number;
}

export function insertImport(client: string, row: ImportRow): Statement {
  return {
    name: 'import/insert',
    text: `insert into staff_import
        (client_id, import_id, mode, state, fingerprint, wrapped, status, plan, created_at, reached_at)
      values ($1, $2, $3, 'queued', $4, $5, $6, $7, $8, $8)`,
    values: [
      client,
      row.id,
      row.mode,
      row.fingerprint,
      row.wrapped,
      row.status,
      row.plan,
      new Date(row.createdAt),
    ],
  };
}

export function readImportRow(client: string, id: string): Statement {
  return {
    name: 'import/read',
    text: `select mode, state, wrapped, status, plan, checked, reached_at, done_size
      from staff_import where client_id = $1 and import_id = $2`,
    values: [client, id],
  };
}

/** The import of the same file under the same mapping that was, or is being, carried out. */
export function findImport(client: string, fingerprint: Buffer): Statement {
  return {
    name: 'import/find',
    text: `select import_id from staff_import
      where client_id = $1 and fingerprint = $2 and mode = 'commit'
        and state in ('queued', 'running', 'interrupted', 'done')`,
    values: [client, fingerprint],
  };
}

/** From one of the states `from` to `to`; raises division_by_zero when it is in none of them, or when
 * its key is gone. */
export function moveImport(
  client: string,
  id: string,
  from: readonly ImportState[],
  to: ImportState,
  at: number,
): Statement {
  return {
    name: 'import/move',
    text: `with u as (update staff_import set state = $4, reached_at = $5
        where client_id = $1 and import_id = $2 and state = any($3) and wrapped is not null
        returning 1)
      select 1 / (select count(*) from u)`,
    values: [client, id, from, to, new Date(at)],
  };
}

/** Notes how far a running import is; answers a row unless it runs no more. */
export function beatImport(client: string, id: string, status: Buffer): Statement {
  return {
    name: 'import/beat',
    text: `update staff_import set status = $3
      where client_id = $1 and import_id = $2 and state = 'running' returning 1`,
    values: [client, id, status],
  };
}

/** Keeps what the check found, so that an import that goes on need not check again. */
export function keepChecked(client: string, id: string, checked: Buffer): Statement {
  return {
    name: 'import/checked',
    text: `update staff_import set checked = $3
      where client_id = $1 and import_id = $2 and state = 'running'`,
    values: [client, id, checked],
  };
}

/**
 * Ends an import that is in one of the states `from`; raises division_by_zero when somebody ended it
 * already. With `owned` also when a clean-up has begun. The import's key goes with it unless `keepKey`.
 */
export function endImport(
  client: string,
  id: string,
  end: {
    readonly from: readonly ImportState[];
    readonly state: ImportState;
    readonly status: Buffer | null;
    readonly keepKey: boolean;
    readonly owned: boolean;
    readonly at: number;
    /** The ledger's size, at most that before the entry of this end. */
    readonly size?: number;
  },
): Statement {
  return {
    name: 'import/end',
    text: `with u as (update staff_import set state = $3, status = coalesce($4, status),
          wrapped = case when $5 then wrapped end, reached_at = $8, done_size = $9
        where client_id = $1 and import_id = $2 and state = any($7)
          and (wrapped is not null or not $6)
        returning 1)
      select 1 / (select count(*) from u)`,
    values: [
      client,
      id,
      end.state,
      end.status,
      end.keepKey,
      end.owned,
      end.from,
      new Date(end.at),
      end.size ?? null,
    ],
  };
}

/** From here on no block of the import can be written any more: its key is gone. */
export function disownImport(client: string, id: string): Statement {
  return {
    name: 'import/disown',
    text: `update staff_import set wrapped = null where client_id = $1 and import_id = $2
      and state in ('queued', 'running', 'interrupted', 'cancelling') returning mode`,
    values: [client, id],
  };
}

/** Imports of these clients that need somebody: those that are not at their end (`queuedBefore` spares
 * those just begun), have waited since before `waitedSince`, or were undone and not yet cleared away. */
export function unfinishedImports(
  clients: readonly string[],
  queuedBefore: number,
  waitedSince: number,
): Statement {
  return {
    name: 'import/unfinished',
    text: `select s.client_id, s.import_id from staff_import s
        join head h on h.client_id = s.client_id
      where s.client_id = any($1::uuid[]) and (s.state in ('running', 'cancelling', 'undoing')
        or s.state = 'queued' and s.reached_at < $2 or s.state = 'interrupted' and s.reached_at < $3
        or s.state = 'undone' and h.pending = s.import_id)`,
    values: [clients, new Date(queuedBefore), new Date(waitedSince)],
  };
}

/** Destroys the keys of imports that ended before: of committed ones when they cannot be undone any
 * more, of others when their errors are to be forgotten. */
export function destroyOldKeys(
  clients: readonly string[],
  doneBefore: number,
  othersBefore: number,
): Statement {
  return {
    name: 'import/destroy-keys',
    text: `update staff_import set wrapped = null where client_id = any($1::uuid[])
      and wrapped is not null and (state = 'done' and mode = 'commit' and reached_at <= $2
        or (state in ('refused', 'failed', 'cancelled', 'undone') or state = 'done' and mode = 'check')
          and reached_at < $3)`,
    values: [clients, new Date(doneBefore), new Date(othersBefore)],
  };
}

/** Takes back everything that an import wrote; all of it must be invisible. */
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
    undo('blocks', 'delete from import_block where client_id = $1 and import_id = $2'),
  ];
}

/** To be undone; when it was done stands. Raises division_by_zero unless it is done. */
export function moveDone(client: string, id: string): Statement {
  return {
    name: 'import/move-done',
    text: `with u as (update staff_import set state = 'undoing'
        where client_id = $1 and import_id = $2 and state = 'done' and mode = 'commit'
          and wrapped is not null
        returning 1)
      select 1 / (select count(*) from u)`,
    values: [client, id],
  };
}

/** Puts an import that could not be undone back; the hour goes on from when it was done. */
export function restoreDone(client: string, id: string): Statement {
  return {
    name: 'import/restore-done',
    text: `with u as (update staff_import set state = 'done'
        where client_id = $1 and import_id = $2 and state = 'undoing' returning 1)
      select 1 / (select count(*) from u)`,
    values: [client, id],
  };
}

/** The lists beside an entry that will never be. */
export function deleteLists(client: string, id: string): Statement {
  return {
    name: 'import/undo-lists',
    text: 'delete from ledger_attachment where client_id = $1 and attachment_id = $2',
    values: [client, id],
  };
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
