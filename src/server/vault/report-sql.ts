/** The statements of kept report runs and of schedules. */
import type { Statement } from './database.ts';

export interface SavedRunRow {
  readonly id: string;
  readonly user: string;
  readonly purgeVersion: number;
  /** The run's own key, sealed. */
  readonly wrapped: Buffer;
  /** Sealed: what was run, and the result. */
  readonly meta: Buffer;
  readonly result: Buffer;
}

/** The digest of every run, for good. */
export function insertRun(client: string, id: string, ct: Buffer): Statement {
  return {
    name: 'report-run/insert',
    text: 'insert into report_run (client_id, run_id, ct) values ($1, $2, $3)',
    values: [client, id, ct],
  };
}

export function saveRun(client: string, row: SavedRunRow): Statement {
  return {
    name: 'saved-run/insert',
    text: `insert into saved_run
        (client_id, run_id, user_id, purge_version, wrapped, meta, result)
      values ($1, $2, $3, $4, $5, $6, $7)`,
    values: [client, row.id, row.user, row.purgeVersion, row.wrapped, row.meta, row.result],
  };
}

export function readSavedRun(client: string, id: string): Statement {
  return {
    name: 'saved-run/read',
    text: `select run_id, user_id, purge_version, wrapped, meta, result from saved_run
      where client_id = $1 and run_id = $2`,
    values: [client, id],
  };
}

/** Latest first, without results; of one user, or of all. `before` is a run id or null, and what is
 * not later than `after` has expired. */
export function listSavedRuns(
  client: string,
  of: { user: string | null; before: string | null; after: string; limit: number },
): Statement {
  return {
    name: of.user === null ? 'saved-run/list' : 'saved-run/list-own',
    text: `select run_id, user_id, meta from saved_run
      where client_id = $1 and run_id > $3 and ($4::uuid is null or run_id < $4)
        ${of.user === null ? 'and $2::uuid is null' : 'and user_id = $2'}
      order by run_id desc limit $5`,
    values: [client, of.user, of.after, of.before, of.limit],
  };
}

/** Raises division_by_zero when the run is not there any more. */
export function renameRun(client: string, id: string, meta: Buffer): Statement {
  return {
    name: 'saved-run/rename',
    text: `with u as (update saved_run set meta = $3 where client_id = $1 and run_id = $2 returning 1)
      select 1 / (select count(*) from u)`,
    values: [client, id, meta],
  };
}

/** The key goes with the row: nothing opens the result any more, wherever a copy may lie. */
export function deleteRun(client: string, id: string): Statement {
  return {
    name: 'saved-run/delete',
    text: 'delete from saved_run where client_id = $1 and run_id = $2',
    values: [client, id],
  };
}

/** Those made before `before`, a uuid of that time; and those from before somebody was erased. */
export function deleteExpiredRuns(clients: readonly string[], before: string): Statement {
  return {
    name: 'saved-run/expire',
    text: `delete from saved_run r using head h where r.client_id = any($1) and h.client_id = r.client_id
      and (r.run_id < $2 or r.purge_version < h.purge_version)`,
    values: [clients, before],
  };
}

export function insertSchedule(
  client: string,
  row: { id: string; user: string; dueAt: number | null; ct: Buffer },
): Statement {
  return {
    name: 'schedule/insert',
    text: `insert into report_schedule (client_id, schedule_id, user_id, due_at, ct)
      values ($1, $2, $3, $4, $5)`,
    values: [client, row.id, row.user, timeOf(row.dueAt), row.ct],
  };
}

export function readSchedule(client: string, id: string): Statement {
  return {
    name: 'schedule/read',
    text: `select schedule_id, user_id, due_at, ct from report_schedule
      where client_id = $1 and schedule_id = $2`,
    values: [client, id],
  };
}

export function listSchedules(client: string, user: string | null): Statement {
  return {
    name: user === null ? 'schedule/list' : 'schedule/list-own',
    text: `select schedule_id, user_id, due_at, ct from report_schedule where client_id = $1
      and ${user === null ? '$2::uuid is null' : 'user_id = $2'} order by schedule_id`,
    values: [client, user],
  };
}

export function dueSchedules(clients: readonly string[], now: number): Statement {
  return {
    name: 'schedule/due',
    text: `select client_id, schedule_id from report_schedule
      where client_id = any($1) and due_at <= $2 order by due_at`,
    values: [clients, new Date(now)],
  };
}

/** Takes the occurrence that was due: raises division_by_zero when somebody else has taken it. */
export function takeOccurrence(
  client: string,
  id: string,
  of: { dueAt: number; next: number | null; ct: Buffer },
): Statement {
  return {
    name: 'schedule/take',
    text: `with u as (update report_schedule set due_at = $4, ct = $5
        where client_id = $1 and schedule_id = $2 and due_at = $3 returning 1)
      select 1 / (select count(*) from u)`,
    values: [client, id, new Date(of.dueAt), timeOf(of.next), of.ct],
  };
}

export function deleteSchedule(client: string, id: string): Statement {
  return {
    name: 'schedule/delete',
    text: `with d as (delete from report_schedule where client_id = $1 and schedule_id = $2 returning 1)
      select 1 / (select count(*) from d)`,
    values: [client, id],
  };
}

function timeOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
