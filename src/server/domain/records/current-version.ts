/** Which wording of a policy holds on a day. Pure. */
import { type Held, isInForce } from './references.ts';

/** The version that began last among those in force; of two from one day the one recorded later. None
 * when the policy itself is not in force. */
export function currentVersion<R extends { readonly record: string; readonly body: Held }>(
  records: readonly R[],
  policy: string,
  day: string,
): R | undefined {
  const isHeld = records.some(
    ({ body }) => body.t === 'policy' && body.e.name === policy && isInForce(body, day),
  );
  if (!isHeld) return undefined;
  const versions = records.filter(
    ({ body }) => body.t === 'policyVersion' && body.e.policy === policy && isInForce(body, day),
  );
  return versions.sort(byBeginning).at(-1);
}

function byBeginning(
  a: { readonly record: string; readonly body: Held },
  b: { readonly record: string; readonly body: Held },
): number {
  const [left, right] = [`${a.body.e.from ?? ''}`, `${b.body.e.from ?? ''}`];
  if (left !== right) return left < right ? -1 : 1;
  // Ids begin with their time.
  return a.record < b.record ? -1 : 1;
}
