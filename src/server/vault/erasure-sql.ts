/** The statements that leave nothing of people: keyrings with their uniqueness hashes, every revision,
 * documents, and whatever was made of their data and kept. */
import type { Statement } from './database.ts';
import { uuidArray } from './pg-arrays.ts';

export interface Erased {
  readonly subjects: readonly string[];
  /** Of all their compartments. */
  readonly tags: readonly string[];
  readonly documents: readonly string[];
}

/** The number of revisions is what was read: raises division_by_zero when it is not, or when somebody is
 * not there any more. */
export function eraseStatements(
  client: string,
  { subjects, tags, documents }: Erased,
  revisions: number,
): Statement[] {
  const gone = [client, uuidArray(documents)];
  return [
    {
      name: 'erasure/records',
      text: `with d as (delete from record where client_id = $1 and tag = any($2::uuid[]) returning 1)
        select 1 / (case when (select count(*) from d) = $3 then 1 else 0 end)`,
      values: [client, uuidArray(tags), revisions],
    },
    {
      name: 'erasure/subjects',
      text: `with d as (delete from subject where client_id = $1 and subject_id = any($2::uuid[])
          returning 1)
        select 1 / (case when (select count(*) from d) = cardinality($2) then 1 else 0 end)`,
      values: [client, uuidArray(subjects)],
    },
    {
      name: 'erasure/chunks',
      text: 'delete from document_chunk where client_id = $1 and document_id = any($2::uuid[])',
      values: gone,
    },
    {
      name: 'erasure/documents',
      text: 'delete from document where client_id = $1 and document_id = any($2::uuid[])',
      values: gone,
    },
    ...MADE_OF_DATA.map((table) => ({
      name: `erasure/${table}`,
      text: `delete from ${table} where client_id = $1`,
      values: [client],
    })),
  ];
}

/** Kept results and answers, and what a change to many would do: of everybody, for they do not tell
 * whom they are about. */
const MADE_OF_DATA = ['saved_run', 'replay', 'bulk_preview'] as const;
