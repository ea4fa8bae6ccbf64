/** The statements that wrap the keyrings of people anew. */
import type { Statement } from './database.ts';
import { byteaArray, int4Array, uuidArray } from './pg-arrays.ts';

export interface KeyringChange {
  readonly subject: string;
  readonly before: Buffer;
  readonly after: Buffer;
}

/** The next keyrings in the order of the people's ids. */
export function readKeyrings(client: string, after: string | null, limit: number): Statement {
  return {
    name: 'keyring/page',
    text: `select subject_id, keyring from subject
      where client_id = $1 and ($2::uuid is null or subject_id > $2) order by subject_id limit $3`,
    values: [client, after, limit],
  };
}

/** The same, without the people of an import under way. */
export function readVisibleKeyrings(
  client: string,
  after: string | null,
  limit: number,
): Statement {
  return {
    name: 'keyring/visible-page',
    text: `select subject_id, keyring from subject
      where client_id = $1 and ($2::uuid is null or subject_id > $2)
        and import_id is distinct from (select pending from head where client_id = $1)
      order by subject_id limit $3`,
    values: [client, after, limit],
  };
}

export function countKeyrings(client: string): Statement {
  return {
    name: 'keyring/count',
    text: 'select count(*) as total from subject where client_id = $1',
    values: [client],
  };
}

/** Leaves out those that were changed meanwhile. */
export function replaceKeyrings(client: string, changes: readonly KeyringChange[]): Statement {
  return {
    name: 'keyring/replace',
    text: `update subject s set keyring = w.after
      from unnest($2::uuid[], $3::bytea[], $4::bytea[]) as w(subject_id, before, after)
      where s.client_id = $1 and s.subject_id = w.subject_id and s.keyring = w.before`,
    values: [
      client,
      uuidArray(changes.map((c) => c.subject)),
      byteaArray(changes.map((c) => c.before)),
      byteaArray(changes.map((c) => c.after)),
    ],
  };
}

/** Revisions of a record stand in their order, as a list of changes wants them: its last one counts.
 * These people's keyrings (`tag` is the person then, and `compartment` null) and every revision that is
 * stored under these tags, the replaced ones too, as they stand in one moment. */
export function readWhole(
  client: string,
  subjects: readonly string[],
  tags: readonly string[],
): Statement {
  return {
    name: 'keyring/whole',
    text: `select null::uuid as record_id, null::int4 as revision, null as compartment,
        subject_id as tag, keyring as ct from subject
      where client_id = $1 and subject_id = any($2::uuid[])
      union all
      select record_id, revision, compartment, tag, ct from record
      where client_id = $1 and tag = any($3::uuid[])
      order by record_id nulls first, revision`,
    values: [client, uuidArray(subjects), uuidArray(tags)],
  };
}

/** Fails as `CHANGED` while an import is under way. */
export function noImport(client: string): Statement {
  return {
    name: 'keyring/no-import',
    text: `select (case when pending is null then 1 else 40000 end)::int2 from head
      where client_id = $1`,
    values: [client],
  };
}

export interface RevisionChange {
  readonly record: string;
  readonly revision: number;
  readonly before: Buffer;
  readonly after: Buffer;
}

/** Puts all of these keyrings and revisions in the place of the old ones, which must be exactly those
 * that lie there under `tags`; otherwise it fails as `CHANGED`. A revision that came meanwhile would be
 * sealed under a key that is gone. */
export function renewStatements(
  client: string,
  keyrings: readonly KeyringChange[],
  revisions: readonly RevisionChange[],
  tags: readonly string[],
): Statement[] {
  return [
    {
      name: 'keyring/no-more-revisions',
      text: `select (case when count(*) = $3::int4 then 1 else 40000 end)::int2 from record
        where client_id = $1 and tag = any($2::uuid[])`,
      values: [client, uuidArray(tags), revisions.length],
    },
    {
      name: 'keyring/renew',
      text: `with u as (update subject s set keyring = w.after
          from unnest($2::uuid[], $3::bytea[], $4::bytea[]) as w(subject_id, before, after)
          where s.client_id = $1 and s.subject_id = w.subject_id and s.keyring = w.before
          returning 1)
        select (case when (select count(*) from u) = cardinality($2) then 1 else 40000 end)::int2`,
      values: [
        client,
        uuidArray(keyrings.map((k) => k.subject)),
        byteaArray(keyrings.map((k) => k.before)),
        byteaArray(keyrings.map((k) => k.after)),
      ],
    },
    {
      name: 'keyring/renew-revisions',
      text: `with u as (update record r set ct = w.after
          from unnest($2::uuid[], $3::int4[], $4::bytea[], $5::bytea[])
            as w(record_id, revision, before, after)
          where r.client_id = $1 and r.record_id = w.record_id and r.revision = w.revision
            and r.ct = w.before
          returning 1)
        select (case when (select count(*) from u) = cardinality($2) then 1 else 40000 end)::int2`,
      values: [
        client,
        uuidArray(revisions.map((r) => r.record)),
        int4Array(revisions.map((r) => r.revision)),
        byteaArray(revisions.map((r) => r.before)),
        byteaArray(revisions.map((r) => r.after)),
      ],
    },
  ];
}

/** Fails as `CHANGED` when the person's keyring is not the one that was read. */
export function sameKeyring(client: string, subject: string, keyring: Buffer): Statement {
  return {
    name: 'keyring/same',
    text: `select (case when count(*) = 1 then 1 else 40000 end)::int2 from subject
      where client_id = $1 and subject_id = $2 and keyring = $3`,
    values: [client, subject, keyring],
  };
}
