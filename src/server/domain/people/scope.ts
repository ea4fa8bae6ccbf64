/** Whom a grant reaches: everybody, the people below a manager, or oneself. */
import { notFound } from '../../fault.ts';
import type { Call } from '../operation.ts';
import { accessOf, askReadModel, versionOf } from '../read-model-access.ts';

/** Throws notFound for a person outside the grant. Gives the data version that it looked at, for
 * grants that depend on who reports to whom. */
export async function checkScope(call: Call, subject: string): Promise<{ dataVersion?: number }> {
  const { house, state, grant, signal } = call;
  const { scope } = grant!;
  if (scope.kind === 'all') return {};
  if (scope.kind === 'self') {
    if (scope.subject !== subject) throw notFound();
    return {};
  }
  const who = { subject, manager: scope.subject };
  const { isUnder, dataVersion } = await askReadModel(() =>
    house.readModel.isUnder(accessOf(state), versionOf(state), who, signal),
  );
  if (!isUnder) throw notFound();
  return { dataVersion };
}
