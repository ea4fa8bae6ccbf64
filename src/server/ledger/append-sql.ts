/** The statement that appends to one ledger. It holds only where the head is still the one that the
 * entries were built on (compare and set), so what was read in the same transaction belongs to exactly
 * that head. It answers one row when it held. */
import type { Statement } from '../vault/database.ts';
import { byteaArray, int8Array, uuidArray } from '../vault/pg-arrays.ts';
import type { Head } from './head.ts';

export interface AppendedEntry {
  readonly index: number;
  readonly leaf: Buffer;
  readonly ct: Buffer;
  readonly hasChanges: boolean;
  readonly attachment: string | null;
}

/** What a ledger's head was, and what it becomes. */
export interface HeadStep {
  readonly ledger: string;
  readonly before: Head;
  readonly after: Head;
}

/**
 * Appends the entries if the head still is as `step` says, every wanted person exists and no token was
 * revoked since `authnVersion`. With `all`, anything less raises division_by_zero, which rolls the
 * whole transaction back.
 */
export function appendStatement(
  step: HeadStep,
  entries: readonly AppendedEntry[],
  subjects: readonly string[],
  authnVersion: number,
  all: boolean,
): Statement {
  const [only] = entries;
  if (only && entries.length === 1 && subjects.length < 2) {
    return appendOne(step, only, subjects[0] ?? null, authnVersion, all);
  }
  return appendSeveral(step, entries, subjects, authnVersion, all);
}

const COLUMNS = 'client_id, idx, leaf, is_fact, has_changes, attachment, ct';

/** The size stands for the whole head: nothing changes one without an entry. */
function movedBy(people: string): string {
  return `with moved as (
        update head set size = $2, frontier = $3, last_at = $4, data_version = $5, pending = $6,
          purge_version = $12
        where client_id = $1 and size = $7 and auth_index = $8 and data_version = $9
          and pending is not distinct from $10::uuid and $4 <= now() + interval '2 seconds'
          and (select authn_version from instance) = $11
          and ${people}
        returning 1
      )`;
}

/** The fewest steps for the database: most entries come alone. */
function appendOne(
  step: HeadStep,
  { index, leaf, ct, hasChanges, attachment }: AppendedEntry,
  subject: string | null,
  authnVersion: number,
  all: boolean,
): Statement {
  const moved = movedBy(`($13::uuid is null or exists (select from subject s
            where s.client_id = $1 and s.subject_id = $13 and s.import_id is distinct from $10))`);
  const insert = `insert into ledger_entry (${COLUMNS})`;
  return {
    name: all ? 'append/one-or-fail' : 'append/one',
    text: all
      ? `${moved}
      ${insert} select $1, $14::int8 / (select count(*) from moved), $15, false, $16, $17, $18
      returning 1`
      : `${moved}
      ${insert} select $1, $14::int8, $15, false, $16, $17, $18 from moved returning 1`,
    values: [...headValues(step, authnVersion), subject, index, leaf, hasChanges, attachment, ct],
  };
}

function appendSeveral(
  step: HeadStep,
  entries: readonly AppendedEntry[],
  subjects: readonly string[],
  authnVersion: number,
  all: boolean,
): Statement {
  const moved =
    movedBy(`(select count(*) from unnest($13::uuid[], $14::uuid[]) as w(client_id, subject_id)
              join subject s on s.client_id = w.client_id and s.subject_id = w.subject_id
            where s.import_id is distinct from $10) = cardinality($14::uuid[])`);
  return {
    name: all ? 'append/several-or-fail' : 'append/several',
    text: `${moved}, added as (
        insert into ledger_entry (${COLUMNS})
        select $1, e.idx, e.leaf, false, e.has_changes, e.attachment, e.ct
        from moved, unnest($15::int8[], $16::bytea[], $17::bool[], $18::uuid[], $19::bytea[])
          as e(idx, leaf, has_changes, attachment, ct)
      )
      ${all ? 'select 1 / (select count(*) from moved)' : 'select 1 from moved'}`,
    values: [
      ...headValues(step, authnVersion),
      uuidArray(subjects.map(() => step.ledger)),
      uuidArray(subjects),
      int8Array(entries.map((e) => e.index)),
      byteaArray(entries.map((e) => e.leaf)),
      entries.map((e) => e.hasChanges),
      entries.map((e) => e.attachment),
      byteaArray(entries.map((e) => e.ct)),
    ],
  };
}

function headValues({ ledger, before, after }: HeadStep, authnVersion: number): unknown[] {
  return [
    ledger,
    after.size,
    Buffer.concat(after.frontier),
    new Date(after.at),
    after.dataVersion,
    after.pending,
    before.size,
    before.authIndex,
    before.dataVersion,
    before.pending,
    authnVersion,
    after.purgeVersion,
  ];
}
