/** The clients that the caller belongs or is assigned to. Who runs or watches the system sees all. */
import { toId } from '../../../contract/ids.ts';
import type { House } from '../../house.ts';
import { isInForce } from '../../ledger/authority.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { readClientIds } from '../../ledger/registry.ts';
import { isSealedOff } from '../../vault/sealed-off.ts';
import { readClientsOf } from '../access/clients-of-user.ts';
import { withFreshKeys } from '../fresh-keys.ts';
import type { Call, DomainOperation } from '../operation.ts';
import { readProfile } from './client-profile.ts';

export const listClients: DomainOperation = {
  async run(call) {
    const items: { id: string; name: string; status: string }[] = [];
    for (const id of await idsFor(call)) {
      const state = await call.house.ledgers.find(id);
      if (!state || !belongs(call, state.authority)) continue;
      const name = await nameOf(call.house, state);
      items.push({ id: toId('client', id), name, status: state.authority.status });
    }
    return { answer: () => ({ items }) };
  },
};

/** A client that is sealed off does not even tell its name. */
async function nameOf(house: House, state: LedgerState): Promise<string> {
  if (isSealedOff(state)) return '(sealed off)';
  return (await withFreshKeys(house, state, () => readProfile(house, state))).name;
}

async function idsFor({ house, principal, role }: Call): Promise<string[]> {
  if (role !== 'administrator' && role !== 'security') return readClientsOf(house, principal.user);
  return readClientIds(house.database);
}

function belongs({ principal, role, at }: Call, authority: Call['state']['authority']): boolean {
  if (role !== 'servicing' && role !== 'product') return true;
  const user = toId('user', principal.user);
  return [...authority.assignments.values()].some((a) => a.fact.user === user && isInForce(a, at));
}
