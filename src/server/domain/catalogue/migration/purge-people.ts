/** Removes old revisions that hold what the client does not hold any more, or not there any more. What
 * is current was written anew before. */
import type { Compartment } from '../../../../catalogue/catalogue.ts';
import { findType } from '../../../../catalogue/find.ts';
import { carryRecord } from '../../../../catalogue/migration.ts';
import { deleteRevisions, oldRevisions } from '../../../vault/migration-sql.ts';
import { sealedRecordOf } from '../../../vault/records-sql.ts';
import { type Migration, type Person, storesOf, tagsOf } from './rewrite-people.ts';

export async function purgePeople(of: Migration, people: readonly Person[]): Promise<void> {
  const { house, state, before, after, compartments } = of;
  const stores = storesOf(of);
  const owners = new Map<string, Person>();
  for (const person of people) {
    for (const tag of tagsOf(state, person.subject, compartments)) owners.set(tag, person);
  }
  const read = oldRevisions(state.id, [...owners.keys()]);
  const [rows] = await house.database.batch([state.id], [read]);
  const gone: { record: string; revision: number }[] = [];
  for (const row of rows!) {
    const person = owners.get(row.tag as string)!;
    const sealed = sealedRecordOf(row, false);
    const [opened] = stores.before.open(person.subject, person.keyring, [sealed]);
    if (!opened) continue;
    const { t, e } = opened.body;
    const compartment: Compartment = findType(before, t)!.compartment;
    if (carryRecord(after, before.version, compartment, t, e).isDestroyed) {
      gone.push({ record: sealed.record, revision: sealed.revision });
    }
  }
  if (gone.length > 0) await house.database.batch([state.id], [deleteRevisions(state.id, gone)]);
}
