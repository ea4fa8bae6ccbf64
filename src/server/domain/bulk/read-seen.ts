/** The current records of many people in the compartments that a bulk edit touches, some people at a
 * time, so that other calls get their turn. */

import { notFound } from '../../fault.ts';
import {
  keyringsNowStatement,
  recordsNowStatement,
  sealedRecordOf,
} from '../../vault/records-sql.ts';
import type { SealedRecord } from '../../vault/sealed-record.ts';
import type { Call } from '../operation.ts';

const AT_ONCE = 100;

export interface SeenPerson {
  readonly subject: string;
  readonly keyring: Buffer;
  readonly records: readonly SealedRecord[];
}

/** In the order of `subjects` (bare uuids). Throws notFound when somebody is gone. */
export async function* readSeen(
  { house, state, grant }: Call,
  types: ReadonlySet<string>,
  subjects: readonly string[],
): AsyncGenerator<SeenPerson> {
  const client = state.id;
  for (let from = 0; from < subjects.length; from += AT_ONCE) {
    const some = subjects.slice(from, from + AT_ONCE);
    const owners = new Map<string, string>();
    for (const subject of some) {
      for (const tag of grant!.store.tagsOf(subject, types)) owners.set(tag, subject);
    }
    const [people, rows] = await house.database.batch(
      [client],
      [keyringsNowStatement(client, some), recordsNowStatement(client, [...owners.keys()])],
    );
    const keyrings = new Map(people!.map((row) => [row.subject_id, row.keyring as Buffer]));
    const records = Map.groupBy(
      rows!.map((row) => sealedRecordOf(row, true)),
      ({ tag }) => owners.get(tag)!,
    );
    for (const subject of some) {
      const keyring = keyrings.get(subject);
      if (!keyring) throw notFound();
      yield { subject, keyring, records: records.get(subject) ?? [] };
    }
  }
}
