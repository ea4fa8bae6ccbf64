/** Where detection keeps how far it has come, what it has seen and which people are canaries. */
import type { Statement } from './database.ts';
import { uuidArray } from './pg-arrays.ts';

/** How long each of these ledgers is. */
export function ledgerSizes(ids: readonly string[]): Statement {
  return {
    name: 'detection/sizes',
    text: 'select client_id, size from head where client_id = any($1::uuid[])',
    values: [uuidArray(ids)],
  };
}

export function readDetectionState(client: string): Statement {
  return {
    name: 'detection/state',
    text: 'select place, seen, canaries from detection_state where client_id = $1',
    values: [client],
  };
}

export interface DetectionColumns {
  readonly place: Buffer;
  readonly seen: Buffer;
  readonly canaries: Buffer;
}

/** The row of a ledger that has none yet. */
export function insertDetectionState(
  client: string,
  { place, seen, canaries }: DetectionColumns,
): Statement {
  return {
    name: 'detection/insert',
    text: `insert into detection_state (client_id, place, seen, canaries) values ($1, $2, $3, $4)
      on conflict do nothing`,
    values: [client, place, seen, canaries],
  };
}

/** Moves on from one place to the next; division by zero (22012) when somebody else has. `seen` null
 * leaves what is stored. */
export function movePlace(
  client: string,
  from: Buffer,
  to: Buffer,
  seen: Buffer | null,
): Statement {
  return {
    name: 'detection/move',
    text: `with moved as (
        update detection_state set place = $3, seen = coalesce($4, seen)
        where client_id = $1 and place = $2 returning 1)
      select 1 / count(*)::int4 from moved`,
    values: [client, from, to, seen],
  };
}

/** Replaces the sealed list of canaries; 22012 when it was changed meanwhile. */
export function replaceCanaries(client: string, from: Buffer, to: Buffer): Statement {
  return {
    name: 'detection/canaries',
    text: `with changed as (
        update detection_state set canaries = $3 where client_id = $1 and canaries = $2 returning 1)
      select 1 / count(*)::int4 from changed`,
    values: [client, from, to],
  };
}

/** Entries from ≤ index < to as they are stored. */
export function sealedEntries(client: string, from: number, to: number): Statement {
  return {
    name: 'detection/entries',
    text: `select idx, attachment, ct from ledger_entry
      where client_id = $1 and idx >= $2 and idx < $3 order by idx`,
    values: [client, from, to],
  };
}

/** Removes a person: the keyring, and every revision under these tags. */
export function removePerson(
  client: string,
  subject: string,
  tags: readonly string[],
): Statement[] {
  return [
    {
      name: 'canary/records',
      text: 'delete from record where client_id = $1 and tag = any($2::uuid[])',
      values: [client, uuidArray(tags)],
    },
    {
      name: 'canary/subject',
      text: 'delete from subject where client_id = $1 and subject_id = $2',
      values: [client, subject],
    },
  ];
}
