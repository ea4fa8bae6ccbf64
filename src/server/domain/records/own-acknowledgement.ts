/** What a member of staff may write: that they have read a policy, for themselves, now, in the wording
 * that is in force. The day and the way come from the server and not from the caller. */
import { badInput, notFound } from '../../fault.ts';
import { NIL_UUID } from '../../vault/crypto/uuid-bytes.ts';
import type { Call } from '../operation.ts';
import { currentVersion } from './current-version.ts';

const NOT_STORED = 'This acknowledgement cannot be stored.';

/** The values of the record. Throws badInput for anything but the policy and its current version. */
export async function ownAcknowledgement(
  { grant, input, at }: Call,
  given: { readonly values: Record<string, unknown>; readonly from: string | null },
): Promise<Record<string, unknown>> {
  if (input.params.type !== 'acknowledgement') throw notFound();
  const { policy, version, ...others } = given.values;
  const faults = Object.keys(others).map((id) => ({
    at: `acknowledgement.${id}`,
    reason: 'is set by the server',
  }));
  if (given.from !== null) faults.push({ at: 'from', reason: 'is set by the server' });
  if (faults.length > 0) throw badInput(NOT_STORED, faults);
  const today = new Date(at).toISOString().slice(0, 10);
  const own = await grant!.store.read(NIL_UUID);
  const current = currentVersion(own?.records ?? [], String(policy), today);
  if (current?.body.e.version !== version) {
    const reason = current
      ? `is not the version in force, which is «${current.body.e.version}»`
      : 'names a policy of which no version is in force';
    throw badInput(NOT_STORED, [
      { at: `acknowledgement.${current ? 'version' : 'policy'}`, reason },
    ]);
  }
  return { policy, version, acknowledgedOn: today, method: 'electronic' };
}
