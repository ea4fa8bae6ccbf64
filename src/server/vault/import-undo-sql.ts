/** The statements of an undoing: what an import replaced, and what has become of its rows since. */
import type { Statement } from './database.ts';
import { int4Array, uuidArray } from './pg-arrays.ts';

/** The revisions before these ones that the import replaced, with the digests of what is stored. */
export function replacedDigests(
  client: string,
  id: string,
  written: readonly { readonly record: string; readonly revision: number }[],
): Statement {
  return {
    name: 'import/replaced-digests',
    text: `select p.record_id, p.revision, sha256(p.ct) as digest
      from unnest($3::uuid[], $4::int4[]) as w(record_id, revision) cross join lateral (
        select record_id, revision, ct from record r
        where r.client_id = $1 and r.record_id = w.record_id and r.revision = w.revision - 1
          and r.replaced_in = $2 limit 1
      ) p`,
    values: [
      client,
      id,
      uuidArray(written.map((each) => each.record)),
      int4Array(written.map((each) => each.revision)),
    ],
  };
}

/** Of these records, as far as they are there: under which tag each lies, whether the import wrote a
 * revision of it, and whether that one is still the current one. */
export function recordPlaces(client: string, id: string, records: readonly string[]): Statement {
  return {
    name: 'import/record-places',
    text: `select p.tag, p.own, p.stands from unnest($3::uuid[]) as w(record_id)
      cross join lateral (
        select tag, bool_or(import_id = $2) as own,
          bool_or(import_id = $2 and replaced_in is null) as stands
        from record r
        where r.client_id = $1 and r.record_id = w.record_id group by tag
      ) p`,
    values: [client, id, uuidArray(records)],
  };
}

/** Which of these people the import added. */
export function addedAmong(client: string, id: string, subjects: readonly string[]): Statement {
  return {
    name: 'import/added-among',
    text: `select p.subject_id from unnest($3::uuid[]) as w(subject_id) cross join lateral (
        select subject_id from subject s
        where s.client_id = $1 and s.subject_id = w.subject_id and s.import_id = $2 limit 1
      ) p`,
    values: [client, id, uuidArray(subjects)],
  };
}
