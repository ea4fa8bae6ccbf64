/** What an import writes, in blocks: all rows of a block stand in arrays that PostgreSQL takes apart.
 * (COPY is no way in: PostgreSQL refuses it under row-level security.) Lists to look up carry the client
 * in each row: beside a policy and a constant, a planner without statistics reads the whole client. */
import type { Statement } from './database.ts';

/** Arrays in PostgreSQL's binary form, see `pg-arrays.ts`. */
export interface SubjectRows {
  readonly ids: Uint8Array;
  readonly hashes: Uint8Array;
  readonly keyrings: Uint8Array;
}

/** Keyrings of people who got a key for one more compartment. */
export interface KeyringRows {
  readonly ids: Uint8Array;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

export interface RecordRows {
  readonly compartment: string;
  readonly ids: Uint8Array;
  readonly revisions: Uint8Array;
  readonly tags: Uint8Array;
  readonly cts: Uint8Array;
}

export interface ReplacedRows {
  readonly ids: Uint8Array;
  /** The revisions that are replaced. */
  readonly revisions: Uint8Array;
}

/** The error code of `stillRunning`. */
export const NOT_RUNNING = '22003';

/** Holds the import against a clean-up until the transaction ends; raises numeric_value_out_of_range
 * when it has been ended or disowned. */
export function stillRunning(client: string, id: string): Statement {
  return {
    name: 'import/still-running',
    text: `with s as (select 1 from staff_import where client_id = $1 and import_id = $2
        and state = 'running' and wrapped is not null for share)
      select (case when (select count(*) from s) = 1 then 1 else 40000 end)::int2`,
    values: [client, id],
  };
}

export function insertSubjects(client: string, id: string, rows: SubjectRows): Statement {
  return {
    name: 'import/subjects',
    text: `insert into subject (client_id, subject_id, import_id, staff_number_hash, keyring)
      select $1, unnest($3::uuid[]), $2, unnest($4::bytea[]), unnest($5::bytea[])`,
    values: [client, id, asBuffer(rows.ids), asBuffer(rows.hashes), asBuffer(rows.keyrings)],
  };
}

/** Raises division_by_zero when a keyring has changed meanwhile. */
export function replaceKeyrings(client: string, rows: KeyringRows): Statement {
  return {
    name: 'import/keyrings',
    text: `with w as (
        select $1::uuid as client_id, unnest($2::uuid[]) as id, unnest($3::bytea[]) as before,
          unnest($4::bytea[]) as after
      ), u as (
        update subject s set keyring = w.after from w
        where s.client_id = w.client_id and s.subject_id = w.id and s.keyring = w.before returning 1
      )
      select 1 / (case when (select count(*) from u) = (select count(*) from w) then 1 else 0 end)`,
    values: [client, asBuffer(rows.ids), asBuffer(rows.before), asBuffer(rows.after)],
  };
}

/** Marks the revisions that the import replaces; raises division_by_zero when one is not current. */
export function markReplaced(client: string, id: string, rows: ReplacedRows): Statement {
  return {
    name: 'import/replaced',
    text: `with w as (
        select $1::uuid as client_id, unnest($3::uuid[]) as record_id, unnest($4::int4[]) as revision
      ), u as (
        update record r set replaced_in = $2 from w
        where r.client_id = w.client_id and r.record_id = w.record_id and r.revision = w.revision
          and r.replaced_in is null
        returning 1
      )
      select 1 / (case when (select count(*) from u) = (select count(*) from w) then 1 else 0 end)`,
    values: [client, id, asBuffer(rows.ids), asBuffer(rows.revisions)],
  };
}

export function insertRecords(client: string, id: string, rows: RecordRows): Statement {
  return {
    name: 'import/records',
    text: `insert into record (client_id, record_id, revision, compartment, tag, import_id, ct)
      select $1, unnest($4::uuid[]), unnest($5::int4[]), $3, unnest($6::uuid[]), $2,
        unnest($7::bytea[])`,
    values: [
      client,
      id,
      rows.compartment,
      asBuffer(rows.ids),
      asBuffer(rows.revisions),
      asBuffer(rows.tags),
      asBuffer(rows.cts),
    ],
  };
}

/** Whom these staff numbers belong to; `hashes` is a bytea[] in binary form. The limit makes it one
 * look into the index per hash: a planner without statistics compares every person with every hash. */
export function findSubjects(client: string, hashes: Uint8Array): Statement {
  return {
    name: 'import/find-subjects',
    text: `select s.staff_number_hash, s.subject_id, s.keyring
      from unnest($2::bytea[]) as w(hash) cross join lateral (
        select staff_number_hash, subject_id, keyring from subject
        where client_id = $1 and staff_number_hash = w.hash limit 1
      ) s`,
    values: [client, asBuffer(hashes)],
  };
}

export function anySubject(client: string): Statement {
  return {
    name: 'import/any-subject',
    text: 'select exists (select from subject where client_id = $1) as found',
    values: [client],
  };
}

/** What came from a thread is a plain Uint8Array; the driver takes a Buffer as it is. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
