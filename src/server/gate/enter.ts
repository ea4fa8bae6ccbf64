/** Calls that take no token: what they carry proves who calls. Whoever gets in has an entry in the
 * provider's ledger before the answer leaves; whoever does not has none, like every call without a
 * valid token. */
import { toId } from '../../contract/ids.ts';
import type { Answer, Committed, Entrance } from '../domain/operation.ts';
import { signInFailed } from '../domain/sign-in/sign-in-failed.ts';
import type { House } from '../house.ts';
import { whereabouts } from '../ledger/place.ts';
import { appendRecord } from './record.ts';
import type { Request } from './request.ts';

export async function enter(
  house: House,
  entrance: Entrance,
  request: Request,
): Promise<Answer | 'stale'> {
  const { provider } = house.ledgers;
  const at = Math.max(house.now(), provider.head.at);
  const input = request.parse();
  const authIndex = provider.authority.index;
  const { token, pending } = request;
  const entered = await entrance.run({
    house,
    input,
    at,
    previous: token,
    pending: pending ?? null,
  });
  const { id, status } = request.operation;
  if (!('principal' in entered)) {
    return { status, body: entered.answer, ...(entered.cookies && { cookies: entered.cookies }) };
  }
  const { principal, result, operation = id } = entered;
  const registered = provider.authority.users.get(toId('user', principal.user));
  if (!registered || registered.disabled) throw signInFailed();
  const offices = await house.offices.at(request.address, provider.authority);
  const entry = {
    principal,
    place: whereabouts(provider.authority, offices, at).place,
    side: registered.side,
    role: registered.roles[0] ?? null,
    operation,
    outcome: 'allowed' as const,
    purpose: null,
    types: [],
  };
  const decided = { authIndex, until: Number.POSITIVE_INFINITY };
  const outcome = await appendRecord(house, provider, decided, entry, result);
  if (outcome.kind === 'stale') return 'stale';
  // Used already, or by somebody else at the same moment.
  if (outcome.kind !== 'committed') throw signInFailed();
  const { cookies, location } = result;
  const body = await result.answer(outcome as Committed);
  return { status, body, ...(cookies && { cookies }), ...(location && { location }) };
}
