/** The statements that read and write records. A revision is visible when the import that wrote it is
 * not the one still pending, and current until something visible replaced it. */
import type { Statement } from './database.ts';
import { byteaArray, int4Array, uuidArray } from './pg-arrays.ts';
import type { RecordWrite } from './sealed-record.ts';

/** `replaced_in` of a revision that a plain write replaced, and `import_id` of a row from no import. */
export const NO_IMPORT = '00000000-0000-0000-0000-000000000000';

/** The visible keyrings and records of these people and tags, each with its client. */
export function readStatement(
  subjects: readonly (readonly [client: string, subject: string])[],
  tags: readonly (readonly [client: string, tag: string])[],
): Statement {
  return {
    name: 'batch/read',
    text: `select s.client_id, null as compartment, s.subject_id as tag, null as record_id,
        null::int4 as revision, s.keyring as ct
      from unnest($1::uuid[], $2::uuid[]) as w(client_id, subject_id)
        join subject s on s.client_id = w.client_id and s.subject_id = w.subject_id
        join head h on h.client_id = w.client_id
      where s.import_id is distinct from h.pending
      union all
      select r.client_id, r.compartment, r.tag, r.record_id, r.revision, r.ct
      from unnest($3::uuid[], $4::uuid[]) as w(client_id, tag)
        join record r on r.client_id = w.client_id and r.tag = w.tag
        join head h on h.client_id = w.client_id
      where r.import_id is distinct from h.pending
        and (r.replaced_in is null or r.replaced_in = h.pending)`,
    values: [
      uuidArray(subjects.map((s) => s[0])),
      uuidArray(subjects.map((s) => s[1])),
      uuidArray(tags.map((t) => t[0])),
      uuidArray(tags.map((t) => t[1])),
    ],
  };
}

/** Every visible revision under these tags, oldest first. */
export function historyStatement(
  tags: readonly (readonly [client: string, tag: string])[],
): Statement {
  return {
    name: 'batch/history',
    text: `select r.client_id, r.compartment, r.tag, r.record_id, r.revision, r.ct
      from unnest($1::uuid[], $2::uuid[]) as w(client_id, tag)
        join record r on r.client_id = w.client_id and r.tag = w.tag
        join head h on h.client_id = w.client_id
      where r.import_id is distinct from h.pending
        and r.replaced_in is not null and r.replaced_in is distinct from h.pending
      order by r.record_id, r.revision`,
    values: [uuidArray(tags.map((t) => t[0])), uuidArray(tags.map((t) => t[1]))],
  };
}

/** Adds new revisions and marks those they replace; raises division_by_zero when a record has moved
 * on since it was read, which rolls the whole transaction back. */
export function writeStatement(client: string, writes: readonly RecordWrite[]): Statement {
  return {
    name: 'batch/write',
    text: `with w as (
        select * from unnest($2::uuid[], $3::int4[], $4::text[], $5::uuid[], $6::bytea[])
          as w(record_id, revision, compartment, tag, ct)
      ), replaced as (
        update record r set replaced_in = '${NO_IMPORT}' from w
        where r.client_id = $1 and r.record_id = w.record_id and r.revision = w.revision - 1
          and r.replaced_in is null
        returning 1
      ), added as (
        insert into record (client_id, record_id, revision, compartment, tag, import_id, ct)
        select $1, record_id, revision, compartment, tag, '${NO_IMPORT}', ct from w
        returning 1
      )
      select 1 / (case when (select count(*) from replaced) =
          (select count(*) from w where revision > 1)
        and (select count(*) from added) = cardinality($3) then 1 else 0 end) as complete`,
    values: [
      client,
      uuidArray(writes.map((w) => w.record)),
      int4Array(writes.map((w) => w.revision)),
      writes.map((w) => w.compartment),
      uuidArray(writes.map((w) => w.tag)),
      byteaArray(writes.map((w) => w.ct)),
    ],
  };
}

/** The error code of `unchangedStatement`: numeric_value_out_of_range. */
export const CHANGED = '22003';

/** Raises CHANGED unless the visible revisions under the tag still add up to `revisions`: what was read
 * there is then all that is there. In the transaction that appends, so that nobody writes in between. */
export function unchangedStatement(client: string, tag: string, revisions: number): Statement {
  return {
    name: 'record/unchanged',
    text: `select (case when coalesce(sum(r.revision), 0) = $3 then 1 else 40000 end)::int2
      from record r join head h on h.client_id = r.client_id
      where r.client_id = $1 and r.tag = $2 and r.import_id is distinct from h.pending
        and (r.replaced_in is null or r.replaced_in = h.pending)`,
    values: [client, tag, revisions],
  };
}
