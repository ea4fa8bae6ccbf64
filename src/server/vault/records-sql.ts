/** The statements that read and write records. A revision is visible when the import that wrote it is
 * not the one still pending, and current until something visible replaced it. */
import type { Row, Statement } from './database.ts';
import { uuidArray } from './pg-arrays.ts';
import type { RecordWrite, SealedRecord } from './sealed-record.ts';

/** `replaced_in` of a revision that a plain write replaced, and `import_id` of a row from no import. */
export const NO_IMPORT = '00000000-0000-0000-0000-000000000000';

/** The visible keyrings of these people, while `pending` is the client's pending import: which the
 * append that follows in the same transaction proves. */
export function keyringsStatement(
  client: string,
  subjects: readonly string[],
  pending: string | null,
): Statement {
  return {
    name: 'batch/keyrings',
    text: `select s.subject_id, s.keyring
      from unnest($1::uuid[], $2::uuid[]) as w(client_id, subject_id)
        join subject s on s.client_id = w.client_id and s.subject_id = w.subject_id
      where s.import_id is distinct from $3::uuid`,
    values: [...pairs(client, subjects), pending],
  };
}

/** The visible current records under these tags, likewise. */
export function recordsStatement(
  client: string,
  tags: readonly string[],
  pending: string | null,
): Statement {
  return {
    name: 'batch/records',
    text: `select r.compartment, r.tag, r.record_id, r.revision, r.ct
      from unnest($1::uuid[], $2::uuid[]) as w(client_id, tag)
        join record r on r.client_id = w.client_id and r.tag = w.tag
      where r.import_id is distinct from $3::uuid
        and (r.replaced_in is null or r.replaced_in = $3)`,
    values: [...pairs(client, tags), pending],
  };
}

/** Every visible revision under these tags that was replaced, oldest first, likewise. */
export function historyStatement(
  client: string,
  tags: readonly string[],
  pending: string | null,
): Statement {
  return {
    name: 'batch/history',
    text: `select r.compartment, r.tag, r.record_id, r.revision, r.ct
      from unnest($1::uuid[], $2::uuid[]) as w(client_id, tag)
        join record r on r.client_id = w.client_id and r.tag = w.tag
      where r.import_id is distinct from $3::uuid
        and r.replaced_in is not null and r.replaced_in is distinct from $3
      order by r.record_id, r.revision`,
    values: [...pairs(client, tags), pending],
  };
}

/** As `historyStatement`, outside an append. */
export function historyNowStatement(client: string, tags: readonly string[]): Statement {
  return {
    name: 'now/history',
    text: `select r.compartment, r.tag, r.record_id, r.revision, r.ct
      from unnest($1::uuid[], $2::uuid[]) as w(client_id, tag)
        join record r on r.client_id = w.client_id and r.tag = w.tag
        join head h on h.client_id = w.client_id
      where r.import_id is distinct from h.pending
        and r.replaced_in is not null and r.replaced_in is distinct from h.pending`,
    values: pairs(client, tags),
  };
}

/** As `keyringsStatement`, outside an append: whatever import is pending at that moment. */
export function keyringsNowStatement(client: string, subjects: readonly string[]): Statement {
  return {
    name: 'now/keyrings',
    text: `select s.subject_id, s.keyring
      from unnest($1::uuid[], $2::uuid[]) as w(client_id, subject_id)
        join subject s on s.client_id = w.client_id and s.subject_id = w.subject_id
      where s.import_id is distinct from (select pending from head where client_id = $3)`,
    values: [...pairs(client, subjects), client],
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

/** As `recordsStatement`, likewise. */
export function recordsNowStatement(client: string, tags: readonly string[]): Statement {
  return {
    name: 'now/records',
    text: `with h as materialized (select pending from head where client_id = $3)
      select r.compartment, r.tag, r.record_id, r.revision, r.ct
      from unnest($1::uuid[], $2::uuid[]) as w(client_id, tag)
        join record r on r.client_id = w.client_id and r.tag = w.tag
      where r.import_id is distinct from (select pending from h)
        and (r.replaced_in is null or r.replaced_in = (select pending from h))`,
    values: [...pairs(client, tags), client],
  };
}

/** A record from a row of the statements above. */
export function sealedRecordOf(row: Row, current: boolean): SealedRecord {
  return {
    record: row.record_id as string,
    revision: row.revision as number,
    compartment: row.compartment as string,
    tag: row.tag as string,
    current,
    ct: row.ct as Buffer,
  };
}

/** Adds a revision and marks the one it replaces; raises division_by_zero when the record has moved
 * on since it was read, which rolls the whole transaction back. */
export function writeStatement(client: string, write: RecordWrite): Statement {
  const { record, revision, compartment, tag, ct } = write;
  const values = [client, record, revision, compartment, tag, ct];
  const columns = 'client_id, record_id, revision, compartment, tag, import_id, ct';
  if (revision === 1) {
    return {
      name: 'batch/write-first',
      text: `insert into record (${columns}) values ($1, $2, $3, $4, $5, '${NO_IMPORT}', $6)`,
      values,
    };
  }
  return {
    name: 'batch/write-next',
    text: `with replaced as (
        update record set replaced_in = '${NO_IMPORT}'
        where client_id = $1 and record_id = $2 and revision = $3::int4 - 1 and replaced_in is null
        returning 1
      )
      insert into record (${columns})
      select $1, $2, $3 / (select count(*) from replaced)::int4, $4, $5, '${NO_IMPORT}', $6`,
    values,
  };
}

/** Lists carry the client in each row: beside a constant, a planner without statistics would rather
 * read the whole client. */
function pairs(client: string, ids: readonly string[]): [Buffer, Buffer] {
  return [uuidArray(ids.map(() => client)), uuidArray(ids)];
}
