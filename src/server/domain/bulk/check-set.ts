/** What may be set in bulk: elements that lists show, of records that everybody has once at a time, for
 * which the catalogue allows imports. Everything else is changed person by person. */
import type { Catalogue, Compartment } from '../../../catalogue/catalogue.ts';
import { compileCheck } from '../../../catalogue/check-value.ts';
import { findElement } from '../../../catalogue/find.ts';
import { badInput } from '../../fault.ts';
import type { StoredValue } from '../../vault/store.ts';
import type { Grant } from '../operation.ts';

const COMPARTMENTS = new Set<Compartment>(['personnel', 'contact', 'pay']);
const OWN = new Set(['employment.staffNumber']);

/** Canonical values by element. Throws badInput with every fault, never with a value. */
export function checkSet(
  grant: Grant,
  given: Readonly<Record<string, unknown>>,
): Record<string, StoredValue> {
  const set: Record<string, StoredValue> = {};
  const faults: { at: string; reason: string }[] = [];
  for (const [id, raw] of Object.entries(given)) {
    const reason = refusal(grant, grant.catalogue, id);
    const element = findElement(grant.catalogue, id)?.element;
    if (reason || !element) {
      faults.push({ at: id, reason: reason ?? 'is not held' });
      continue;
    }
    const checked = compileCheck(grant.catalogue, element)(raw);
    if ('reason' in checked) faults.push({ at: id, reason: checked.reason });
    else set[id] = checked.value as StoredValue;
  }
  if (Object.keys(given).length === 0) faults.push({ at: 'set', reason: 'sets nothing' });
  if (faults.length > 0) throw badInput('This cannot be set for many people at once.', faults);
  return set;
}

function refusal(grant: Grant, catalogue: Catalogue, id: string): string | null {
  const found = findElement(catalogue, id);
  if (found?.type.about !== 'subject' || !grant.types.has(found.type.id)) {
    return 'is no element about people that you may use here';
  }
  const { type, element } = found;
  if (!grant.allows(type.id, element.id)) return 'is no element that you may use here';
  if (OWN.has(id) || element.type === 'document') return 'is each person’s own';
  if (type.cardinality === 'many') return 'is of a record of which people have several';
  if (element.sensitivity === 'R4' || !COMPARTMENTS.has(type.compartment)) {
    return 'is too sensitive to be set for many people at once';
  }
  if (type.appendOnly !== undefined) return 'is of a record that is never changed';
  if (!element.purposes.includes('import')) return 'may not be imported, says its procedure';
  return null;
}
