/** The statements that wrap the keyrings of people anew. */
import type { Statement } from './database.ts';
import { byteaArray, uuidArray } from './pg-arrays.ts';

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
