/** About whom a user operation is: what the policies for calls without a client decide on. */
import { parseId, toId, uuidOf } from '../../../contract/ids.ts';
import { notFound } from '../../fault.ts';
import type { House } from '../../house.ts';
import type { Input, Principal } from '../operation.ts';
import { findRecovery } from '../sign-in/recovery-sql.ts';
import { readClientsOf } from './clients-of-user.ts';
import { canSignIn, readTokenUser } from './token-sql.ts';

export interface Target {
  readonly targetSide: 'provider' | 'client' | 'client-without-hr';
  readonly targetSelf: boolean;
  readonly targetSameClient: boolean;
}

/** Of a call that names no user and no client; it is this very object then. */
export const NOBODY: Target = {
  targetSide: 'provider',
  targetSelf: false,
  targetSameClient: false,
};

/** What is about the caller alone, or about no user at all. */
const ABOUT_NOBODY: ReadonlySet<string> = new Set([
  'clients.list',
  'clients.open',
  'sessions.list',
  'sessions.revoke',
  'sessions.end',
  'sessions.step-up-options',
  'sessions.step-up',
  'passkeys.list',
  'passkeys.options',
  'passkeys.add',
  'passkeys.remove',
  'recoveries.list',
  'offices.open',
  'offices.close',
  'offices.list',
  'exceptions.request',
  'clock.read',
  'clock.check',
  'texts.publish',
  'texts.list',
  'texts.read',
  'reminders.list',
]);

/** Throws notFound when the call names somebody who does not exist. */
export async function findTarget(
  house: House,
  principal: Principal,
  id: string,
  input: Input,
): Promise<Target> {
  if (ABOUT_NOBODY.has(id) || id.startsWith('provider-')) return NOBODY;
  if (id === 'users.register') {
    const { side, client } = input.body as { side: string; client?: string };
    if (side === 'provider') return NOBODY;
    return { ...(await clientTarget(house, principal, client)), targetSelf: false };
  }
  const user = await targetUser(house, id, input);
  const registered = house.ledgers.provider.authority.users.get(toId('user', user));
  if (!registered) throw notFound();
  const targetSelf = user === principal.user;
  if (registered.side === 'provider') return { ...NOBODY, targetSelf };
  const [client] = await readClientsOf(house, user);
  return {
    ...(await clientTarget(house, principal, client && toId('client', client))),
    targetSelf,
  };
}

async function clientTarget(house: House, principal: Principal, client: string | undefined) {
  const uuid = parseId('client', client);
  const state = uuid ? await house.ledgers.find(uuid) : null;
  if (!state || state.isProvider) throw notFound();
  await house.ledgers.refresh(state);
  const hr = [...state.authority.users.values()]
    .filter((user) => user.side === 'client' && !user.disabled && user.roles.includes('hr'))
    .map((user) => uuidOf(user.user));
  const hasHr = await canSignIn(house.database, hr, house.now());
  const own = await readClientsOf(house, principal.user);
  return {
    targetSide: hasHr ? ('client' as const) : ('client-without-hr' as const),
    targetSameClient: own.includes(state.id),
  };
}

async function targetUser(house: House, id: string, input: Input): Promise<string> {
  if (id === 'tokens.revoke') {
    const user = await readTokenUser(house.database, parseId('token', input.params.id) ?? '');
    if (!user) throw notFound();
    return user;
  }
  if (id === 'recoveries.confirm') {
    const recovery = await findRecovery(house, parseId('recovery', input.params.id) ?? '');
    if (!recovery) throw notFound();
    return recovery.user;
  }
  if (id === 'ndas.end') {
    const nda = house.ledgers.provider.authority.ndas.get(input.params.id ?? '');
    if (!nda) throw notFound();
    return parseId('user', nda.fact.user)!;
  }
  return parseId('user', input.params.id) ?? '';
}
