/** Brings what is held up to a later head: only the records that the ledger names as changed. */
import type { Compartment } from '../../catalogue/catalogue.ts';
import { CHANGE_BYTES, type RecordChanges } from '../ledger/changed-records.ts';
import { keepIn, type LoadContext, loadPeople, loadRecords, ownersOf } from './load.ts';
import { addTags, type ModelData } from './model-data.ts';
import { uuidText } from './uuid-index.ts';

/** Takes over the changed records, all at once at the end, and gives the numbers of the people whom
 * they are about. */
export async function refreshData(
  context: LoadContext,
  data: ModelData,
  compartments: readonly Compartment[],
  changed: RecordChanges,
): Promise<Set<number>> {
  const people = new Set<number>();
  if (changed.count === 0) return people;
  const records = Array.from({ length: changed.count }, (_, i) =>
    uuidText(changed.packed, CHANGE_BYTES * i),
  );
  const wanted = { compartments, records, types: [...data.tables.keys()] };
  const owners = await ownersOf(context, data, wanted);
  const keyrings = await loadPeople(context, data, owners);
  addTags(data, context.access, compartments, data.tagged);
  data.tagged = data.people.size;
  const apply: (() => void)[] = [];
  const keep = keepIn(data);
  await loadRecords(context, data, keyrings, wanted, changed, (bytes, at, person, plain) => {
    people.add(person);
    apply.push(() => keep(bytes, at, person, plain));
  });
  // Lists that run meanwhile must see all of a change or nothing of it.
  for (const one of apply) one();
  return people;
}
