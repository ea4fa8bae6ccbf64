/** What a reader of reports may see, by role: person by person, or suppressed. */
import { findElement } from '../../../catalogue/find.ts';
import { REASONS } from '../../../contract/promises.ts';
import { Refusal } from '../../fault.ts';
import type { Rights } from '../../readmodel/messages.ts';
import type { Grant } from '../operation.ts';

/** Whose rights go down to single records; everybody else gets suppressed figures. */
const RECORD_LEVEL = new Set(['hr', 'servicing', 'product']);

/** The rights by which figures are suppressed or not. */
export function rightsOf(role: string, types: Iterable<string>): Rights {
  return {
    types: RECORD_LEVEL.has(role) ? [...types] : [],
    sensitivities: ['R1', 'R2', 'R3', 'R4'],
  };
}

/** Throws 403 unless the grant covers all these record types. */
export function mustCover(grant: Grant, types: readonly string[]): void {
  if (types.every((type) => grant.types.has(type))) return;
  throw refusal(grant.instruction === null ? 'role-not-permitted' : 'type-not-instructed');
}

/** Throws 403 unless the reader may see every element person by person. Nothing of R4 makes a list. */
export function mustSeeEach(grant: Grant, elements: readonly string[]): void {
  mustCover(grant, [...new Set(elements.map((id) => id.split('.')[0]!))]);
  for (const id of elements) {
    const [type, element] = id.split('.') as [string, string];
    const sensitivity = findElement(grant.catalogue, id)?.element.sensitivity;
    if (sensitivity === undefined || sensitivity === 'R4' || !grant.allows(type, element)) {
      throw refusal('role-not-permitted');
    }
  }
}

export function refusal(reason: 'role-not-permitted' | 'type-not-instructed'): Refusal {
  const { sentence, promise } = REASONS[reason];
  return new Refusal(403, [reason], sentence, { promise });
}
