/** The statements of one ledger batch. All travel in one round trip; the append holds only where
 * the head is still the one that the entries were built on (compare and set), so what was read and
 * what is written belong to exactly that head. */
import type { Statement } from '../vault/database.ts';
import { byteaArray, int8Array, uuidArray } from '../vault/pg-arrays.ts';

export interface AppendedEntry {
  readonly ledger: string;
  readonly index: number;
  readonly leaf: Buffer;
  readonly ct: Buffer;
  readonly hasChanges: boolean;
  readonly attachment: string | null;
}

/** What one ledger's head was, and what it becomes. */
export interface HeadStep {
  readonly ledger: string;
  readonly size: number;
  readonly authIndex: number;
  readonly dataVersion: number;
  readonly newSize: number;
  readonly newFrontier: Buffer;
  readonly newAt: number;
  readonly newDataVersion: number;
  readonly pending: string | null;
}

/**
 * Appends the entries of every ledger whose head still is as `steps` say and whose wanted people
 * all exist; answers the ledgers appended to and the authentication version. With `all`, anything
 * less raises division_by_zero, which rolls the whole transaction back.
 */
export function appendStatement(
  steps: readonly HeadStep[],
  entries: readonly AppendedEntry[],
  wanted: readonly (readonly [client: string, subject: string])[],
  authnVersion: number,
  all: boolean,
): Statement {
  const [only] = steps;
  if (only && steps.length === 1) {
    const subjects = wanted.map((pair) => pair[1]);
    return appendToOne(only, entries, subjects, authnVersion, all);
  }
  return appendToMany(steps, entries, wanted, authnVersion, all);
}

/** The same for one ledger, in the fewest steps for the database: most batches are of one. */
function appendToOne(
  step: HeadStep,
  entries: readonly AppendedEntry[],
  subjects: readonly string[],
  authnVersion: number,
  all: boolean,
): Statement {
  return {
    name: 'batch/append-one',
    text: `with moved as (
        update head set size = $2, frontier = $3, last_at = $4, data_version = $5, pending = $6
        where client_id = $1 and size = $7 and auth_index = $8 and data_version = $9
          and $4 <= now() + interval '2 seconds'
          and (select authn_version from instance) = $10
          and (select count(*) from subject s where s.client_id = $1
            and s.subject_id = any($11::uuid[]) and s.import_id is distinct from head.pending)
            = cardinality($11::uuid[])
        returning 1
      ), added as (
        insert into ledger_entry (client_id, idx, leaf, is_fact, has_changes, attachment, ct)
        select $1, e.idx, e.leaf, false, e.has_changes, e.attachment, e.ct
        from moved, unnest($12::int8[], $13::bytea[], $14::bool[], $15::uuid[], $16::bytea[])
          as e(idx, leaf, has_changes, attachment, ct)
      )
      select case when exists (select from moved) then array[$1::text] else '{}' end as moved,
        (select authn_version from instance) as authn_version,
        1 / (case when not $17 or exists (select from moved) then 1 else 0 end) as complete`,
    values: [
      step.ledger,
      step.newSize,
      step.newFrontier,
      new Date(step.newAt),
      step.newDataVersion,
      step.pending,
      step.size,
      step.authIndex,
      step.dataVersion,
      authnVersion,
      uuidArray(subjects),
      int8Array(entries.map((e) => e.index)),
      byteaArray(entries.map((e) => e.leaf)),
      entries.map((e) => e.hasChanges),
      entries.map((e) => e.attachment),
      byteaArray(entries.map((e) => e.ct)),
      all,
    ],
  };
}

function appendToMany(
  steps: readonly HeadStep[],
  entries: readonly AppendedEntry[],
  wanted: readonly (readonly [client: string, subject: string])[],
  authnVersion: number,
  all: boolean,
): Statement {
  return {
    name: 'batch/append',
    text: `with w as (
        select * from unnest($1::uuid[], $2::int8[], $3::int8[], $4::int8[], $5::int8[],
          $6::bytea[], $7::timestamptz[], $8::int8[], $9::uuid[])
          as w(client_id, size, auth_index, data_version, new_size, new_frontier, new_at,
            new_data_version, pending)
      ), locked as (
        select h.client_id from head h join w using (client_id)
        where h.size = w.size and h.auth_index = w.auth_index and h.data_version = w.data_version
        order by h.client_id for update of h
      ), missing as (
        select m.client_id from unnest($10::uuid[], $11::uuid[]) as m(client_id, subject_id)
          join head h on h.client_id = m.client_id
          left join subject s on s.client_id = m.client_id and s.subject_id = m.subject_id
            and s.import_id is distinct from h.pending
        where s.subject_id is null
      ), moved as (
        update head h set size = w.new_size, frontier = w.new_frontier, last_at = w.new_at,
          data_version = w.new_data_version, pending = w.pending
        from w join locked using (client_id)
        where h.client_id = w.client_id and h.size = w.size
          and w.new_at <= now() + interval '2 seconds'
          and not exists (select from missing m where m.client_id = h.client_id)
          and (select authn_version from instance) = $12
        returning h.client_id
      ), added as (
        insert into ledger_entry (client_id, idx, leaf, is_fact, has_changes, attachment, ct)
        select e.client_id, e.idx, e.leaf, false, e.has_changes, e.attachment, e.ct
        from unnest($13::uuid[], $14::int8[], $15::bytea[], $16::bool[], $17::uuid[], $18::bytea[])
          as e(client_id, idx, leaf, has_changes, attachment, ct)
          join moved using (client_id)
      )
      select array(select client_id from moved)::text[] as moved,
        (select authn_version from instance) as authn_version,
        1 / (case when not $19 or (select count(*) from moved) = cardinality($1) then 1 else 0 end)
          as complete`,
    values: [
      uuidArray(steps.map((s) => s.ledger)),
      int8Array(steps.map((s) => s.size)),
      int8Array(steps.map((s) => s.authIndex)),
      int8Array(steps.map((s) => s.dataVersion)),
      int8Array(steps.map((s) => s.newSize)),
      byteaArray(steps.map((s) => s.newFrontier)),
      steps.map((s) => new Date(s.newAt).toISOString()),
      int8Array(steps.map((s) => s.newDataVersion)),
      steps.map((s) => s.pending),
      uuidArray(wanted.map((s) => s[0])),
      uuidArray(wanted.map((s) => s[1])),
      authnVersion,
      uuidArray(entries.map((e) => e.ledger)),
      int8Array(entries.map((e) => e.index)),
      byteaArray(entries.map((e) => e.leaf)),
      entries.map((e) => e.hasChanges),
      entries.map((e) => e.attachment),
      byteaArray(entries.map((e) => e.ct)),
      all,
    ],
  };
}
