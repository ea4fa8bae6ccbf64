/** Before a record is stored: everything that it refers to must be on record. */
import { findType } from '../../../catalogue/find.ts';
import { badInput } from '../../fault.ts';
import { NIL_UUID } from '../../vault/crypto/uuid-bytes.ts';
import type { RecordBody } from '../../vault/store.ts';
import type { Call } from '../operation.ts';
import { referenceFault } from './references.ts';

/** Throws badInput that names every record without its counterpart, and what there is instead. */
export async function checkReferences(
  { grant, at }: Pick<Call, 'grant' | 'at'>,
  bodies: readonly RecordBody[],
): Promise<void> {
  const { catalogue, store } = grant!;
  const types = bodies.map((body) => findType(catalogue, body.t)!);
  if (!types.some((type) => type.refersTo)) return;
  const own = await store.read(NIL_UUID);
  const held = own?.records.map(({ body }) => body) ?? [];
  const today = new Date(at).toISOString().slice(0, 10);
  const faults = bodies.flatMap((body, i) => {
    const fault = referenceFault(types[i]!, body.e, held, today);
    return fault ? [{ at: `${body.t}.${fault.element}`, reason: fault.reason }] : [];
  });
  if (faults.length > 0) throw badInput('This record refers to what is not there.', faults);
}
