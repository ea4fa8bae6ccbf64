/** Values on their way into a record: each must be an element with a procedure, and pass its check. */

import type { Catalogue, RecordType } from '../../../catalogue/catalogue.ts';
import { compileCheck } from '../../../catalogue/check-value.ts';
import { badInput } from '../../fault.ts';
import type { StoredValue } from '../../vault/store.ts';

type Values = Record<string, StoredValue>;

/** The values before, with those given put in; null takes one out. Throws badInput with every fault,
 * never with a value. */
export function changeValues(
  catalogue: Catalogue,
  type: RecordType,
  before: Readonly<Values>,
  given: Readonly<Record<string, unknown>>,
): Values {
  const after: Values = { ...before };
  const faults: { at: string; reason: string }[] = [];
  for (const [id, raw] of Object.entries(given)) {
    const at = `${type.id}.${id}`;
    const element = type.elements.find((candidate) => candidate.id === id);
    if (!element) {
      faults.push({ at, reason: 'no procedure that this client adopted covers this element' });
    } else if (raw === null) {
      delete after[id];
    } else {
      const checked = compileCheck(catalogue, element)(raw);
      if ('reason' in checked) faults.push({ at, reason: checked.reason });
      else after[id] = checked.value;
    }
  }
  for (const element of type.elements) {
    const at = `${type.id}.${element.id}`;
    const isTold = faults.some((fault) => fault.at === at);
    // A document is attached to a record that is there already.
    const isNeeded = element.required && element.type !== 'document';
    if (isNeeded && after[element.id] === undefined && !isTold) {
      faults.push({ at, reason: 'is required' });
    }
  }
  if (Object.keys(after).length === 0 && faults.length === 0)
    faults.push({ at: type.id, reason: 'has no values' });
  if (faults.length > 0) throw badInput('These values cannot be stored.', faults);
  return after;
}
