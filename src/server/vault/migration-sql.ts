/** The statements of the job that rewrites records under another catalogue. Its rows carry its id as
 * those of an import do: while the head's `pending` names it, nobody sees them. */
import type { Statement } from './database.ts';
import { int4Array, uuidArray } from './pg-arrays.ts';

/** Holds the job against its end until the transaction ends; raises division_by_zero when it is not
 * running any more, or its rows would be visible. */
export function stillRewriting(client: string, job: string): Statement {
  return {
    name: 'migration/still-running',
    text: `with j as (select 1 from job where client_id = $1 and job_id = $2 and state = 'running'
        for share)
      select 1 / (select count(*) from j, head h where h.client_id = $1 and h.pending = $2)`,
    values: [client, job],
  };
}

/** Takes back what the job wrote under these tags, so that it can be written again. */
export function clearRewritten(client: string, job: string, tags: readonly string[]): Statement[] {
  const values = [client, job, uuidArray(tags)];
  return [
    {
      name: 'migration/clear',
      text: `delete from record where client_id = $1 and import_id = $2 and tag = any($3::uuid[])`,
      values,
    },
    {
      name: 'migration/unmark',
      text: `update record set replaced_in = null
        where client_id = $1 and replaced_in = $2 and tag = any($3::uuid[])`,
      values,
    },
  ];
}

/** What the job has written, in the order of the records. */
export function rewrittenRows(
  client: string,
  job: string,
  after: string | null,
  limit: number,
): Statement {
  return {
    name: 'migration/rows',
    text: `select record_id, revision, compartment, tag, ct from record
      where client_id = $1 and import_id = $2 and ($3::uuid is null or record_id > $3)
      order by record_id limit $4`,
    values: [client, job, after, limit],
  };
}

/** Every revision under these tags that something visible replaced. */
export function oldRevisions(client: string, tags: readonly string[]): Statement {
  return {
    name: 'migration/old',
    text: `select r.compartment, r.tag, r.record_id, r.revision, r.ct
      from unnest($2::uuid[], $3::uuid[]) as w(client_id, tag)
        join record r on r.client_id = w.client_id and r.tag = w.tag
      where r.replaced_in is not null
        and r.replaced_in is distinct from (select pending from head where client_id = $1)`,
    values: [client, uuidArray(tags.map(() => client)), uuidArray(tags)],
  };
}

/** Removes old revisions; what is current, and what an import under way is about to replace, is never
 * touched. */
export function deleteRevisions(
  client: string,
  revisions: readonly { readonly record: string; readonly revision: number }[],
): Statement {
  return {
    name: 'migration/purge',
    text: `delete from record r using unnest($2::uuid[], $3::int4[]) as w(record_id, revision)
      where r.client_id = $1 and r.record_id = w.record_id and r.revision = w.revision
        and r.replaced_in is not null
        and r.replaced_in is distinct from (select pending from head where client_id = $1)`,
    values: [
      client,
      uuidArray(revisions.map((each) => each.record)),
      int4Array(revisions.map((each) => each.revision)),
    ],
  };
}

/** Removes the lists of an earlier attempt to end the job. */
export function clearLists(client: string, job: string): Statement {
  return {
    name: 'migration/clear-lists',
    text: 'delete from ledger_attachment where client_id = $1 and attachment_id = $2',
    values: [client, job],
  };
}
