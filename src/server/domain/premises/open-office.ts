/** Opens an office or a VPN pool of the provider, for all clients; where it takes the place of another
 * one, that one closes in the same moment. */
import { toId } from '../../../contract/ids.ts';
import { badInput, notFound, Refusal } from '../../fault.ts';
import { isInForce } from '../../ledger/authority.ts';
import { areOverlapping, type Network, parseNetwork } from '../../network.ts';
import { newUuid } from '../../uuid.ts';
import { periodOf } from '../access/period.ts';
import { intoAllClients } from '../into-all-clients.ts';
import type { Call, DomainOperation } from '../operation.ts';
import { type HoursBody, hoursOf } from './hours-of.ts';
import { keepOffice, networksDigest, readKept } from './office-networks.ts';

interface Body extends HoursBody {
  readonly kind: 'office' | 'vpn';
  readonly name: string;
  readonly networks: readonly string[];
  readonly replaces?: string;
  readonly from?: string;
  readonly until: string | null;
}

export const openOffice: DomainOperation = {
  async run(call) {
    const { house, state, principal, input, at } = call;
    const body = input.body as Body;
    const by = toId('user', principal.user);
    const id = toId('office', newUuid(at));
    const hours = await hoursOf(body, at);
    const { replaces } = body;
    const replaced = replaces && state.authority.offices.get(replaces);
    if (replaces && body.from) {
      const reason = 'an office in the place of another one opens now: leave it out';
      throw badInput('This office cannot be opened.', [{ at: 'body.from', reason }]);
    }
    if (replaces && !(replaced && isInForce(replaced, at))) throw notFound();
    const networks = await networksOf(call, body);
    const opened = {
      type: 'office.opened' as const,
      id,
      kind: body.kind,
      networks: networksDigest(networks),
      by,
      ...hours,
      ...periodOf(body, at),
      signature: null,
    };
    const common = { id: null, by, signature: null };
    const closed = replaces ? [{ type: 'office.closed' as const, ref: replaces, ...common }] : [];
    const facts = await intoAllClients(house, [opened, ...closed]);
    const kept = { name: body.name, networks, replaces: replaces ?? null };
    return {
      facts: { ...facts, statements: [keepOffice(state, id, kept), ...facts.statements] },
      answer: () => ({ id, closed: hours.closed }),
    };
  },
};

/** Canonical and sorted. Throws badInput when one is too wide, none, or is in another office already:
 * an address is in one office at a time. */
async function networksOf({ house, state, at }: Call, body: Body): Promise<string[]> {
  const faults: { at: string; reason: string }[] = [];
  const networks: Network[] = [];
  const others = await openNetworks(house, state, at, body.replaces);
  for (const [i, text] of body.networks.entries()) {
    const network = parseNetwork(text);
    const where = `body.networks[${i}]`;
    if ('fault' in network) faults.push({ at: where, reason: network.fault });
    else if (networks.some((other) => areOverlapping(other, network))) {
      faults.push({ at: where, reason: 'overlaps another network of this list' });
    } else if (others.some((other) => areOverlapping(other, network))) {
      faults.push({ at: where, reason: 'overlaps a network of another office' });
    } else networks.push(network);
  }
  if (faults.length > 0) throw badInput('These networks cannot be those of an office.', faults);
  return networks.map(({ cidr }) => cidr).sort();
}

async function openNetworks(
  house: Call['house'],
  state: Call['state'],
  at: number,
  but: string | undefined,
): Promise<Network[]> {
  const kept = await readKept(house, state);
  return [...state.authority.offices.values()]
    .filter(({ fact, until }) => until > at && fact.id !== but)
    .flatMap(({ fact }) => {
      const office = kept.get(fact.id);
      if (office) return office.networks.map((text) => parseNetwork(text) as Network);
      throw new Refusal(
        409,
        ['office-unreadable'],
        'The networks of another office cannot be read. Close that office first.',
      );
    });
}
