/** Brings what is held up to a later head: only the records that the ledger names as changed. */
import type { Compartment } from '../../catalogue/catalogue.ts';
import type { RecordDigests } from './digests.ts';
import { keepIn, type LoadContext, loadPeople, loadRecords } from './load.ts';
import { addTags, type ModelData } from './model-data.ts';
import { uuidText } from './uuid-index.ts';

/** Takes over the changed records and gives the numbers of the people whom they are about. */
export async function refreshData(
  context: LoadContext,
  data: ModelData,
  compartments: readonly Compartment[],
  changed: RecordDigests,
): Promise<Set<number>> {
  const people = new Set<number>();
  if (changed.revisions.length === 0) return people;
  const known = data.people.size;
  // Whose rows they are shows only in their tags, so new people must be known before.
  const keyrings = await loadPeople(context, data, null);
  addTags(data, context.access, compartments, known);
  const records = Array.from(changed.revisions, (_, i) => uuidText(changed.ids, 16 * i));
  const keep = keepIn(data);
  await loadRecords(context, data, keyrings, { compartments, records }, changed, (bytes, at, person, plain) => {
    people.add(person);
    keep(bytes, at, person, plain);
  });
  return people;
}
