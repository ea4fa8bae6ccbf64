/** Alerts and what they do, as detection would have left them. */
import { toId } from '../../src/contract/ids.ts';
import { systemDraft } from '../../src/server/ledger/draft.ts';
import { newUuid } from '../../src/server/uuid.ts';
import type { World } from './world.ts';

/** An alert about nobody, in a client's ledger or in the provider's. */
export async function leaveAlert(world: World, client: string | null): Promise<string> {
  const { ledgers, now } = world.server.house;
  const state = client === null ? ledgers.provider : (await ledgers.find(client.slice(4)))!;
  const id = toId('alert', newUuid(now()));
  const fact = {
    ...{ type: 'alert.raised' as const, id, rule: 'bulk-reading', severity: 'high', about: [] },
    ...{ index: null, effect: 'none' as const, signature: null },
  };
  await ledgers.appendSystem(state, systemDraft('sys:detection', 'alerts.raise', fact));
  return id;
}

export async function leaveSuspended(world: World, client: string, ref: string): Promise<void> {
  const { ledgers } = world.server.house;
  const state = (await ledgers.find(client.slice(4)))!;
  const alert = await leaveAlert(world, client);
  const fact = { type: 'assignment.suspended' as const, id: null, ref, alert, signature: null };
  await ledgers.appendSystem(state, systemDraft('sys:detection', 'assignments.suspend', fact));
}
