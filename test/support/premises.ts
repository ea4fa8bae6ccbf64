/** Offices and exceptions for worlds that need them. */

import { toId } from '../../src/contract/ids.ts';
import type { House } from '../../src/server/house.ts';
import { systemDraft } from '../../src/server/ledger/draft.ts';
import { newUuid } from '../../src/server/uuid.ts';
import type { Fact } from '../../verifier/src/fact.ts';
import { must } from './api.ts';

export const ALWAYS = { days: [1, 2, 3, 4, 5, 6, 7], from: '00:00', until: '24:00' };
/** Where all test calls come from. */
export const LOOPBACK = ['127.0.0.0/8', '::1/128'];

export const OFFICE = {
  kind: 'office',
  name: 'Head office',
  zone: 'Europe/Berlin',
  hours: [ALWAYS],
  networks: LOOPBACK,
  until: null,
};

/** Its id. */
export async function openOffice(url: string, administrator: string, more: object = {}) {
  const body = { ...OFFICE, ...more };
  return (await must(url, administrator, 'offices.open', { body })).id as string;
}

type Granted = Extract<Fact, { type: 'exception.granted' }>;

/** An exception in force, as if it had been asked for and approved. */
export async function grantException(
  house: House,
  client: string,
  granted: Pick<Granted, 'user' | 'types' | 'from' | 'until'> & Partial<Granted>,
): Promise<string> {
  const state = (await house.ledgers.find(client.slice(4)))!;
  const id = toId('exception', newUuid(house.now()));
  const fact: Granted = {
    type: 'exception.granted',
    id,
    code: 'client-asked',
    reason: `sha256:${'e'.repeat(64)}`,
    proposedBy: granted.user,
    approvedBy: [toId('user', newUuid(house.now()))],
    signature: null,
    ...granted,
  };
  await house.ledgers.appendSystem(state, systemDraft('sys:gate', 'proposals.approve', fact));
  return id;
}

/** A stop of the clock that only the provider's ledger knows: it stops nobody. With a client it stops
 * those who work for that one. */
export async function leaveClockStop(house: House, client?: string): Promise<string> {
  const id = toId('clock', newUuid(house.now()));
  const fact: Fact = { type: 'clock.stopped', id, seconds: 61, signature: null };
  const draft = systemDraft('sys:clock', 'clock.watch', fact);
  const { provider } = house.ledgers;
  await house.ledgers.appendSystem(provider, draft);
  const source = { index: provider.authority.index };
  const state = client && (await house.ledgers.find(client.slice(4)));
  if (state) await house.ledgers.appendSystem(state, { ...draft, source });
  return id;
}
