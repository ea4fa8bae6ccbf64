/** The networks of the provider's offices: kept sealed, held in memory, and only believed where the
 * fact of the office names their digest. */
import { createHash } from 'node:crypto';
import { jcs } from '#verifier/jcs.ts';
import { parseId, toId } from '../../../contract/ids.ts';
import type { House, Offices } from '../../house.ts';
import type { Authority } from '../../ledger/authority.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { type Network, networkTest, parseNetwork } from '../../network.ts';
import { SealError } from '../../vault/crypto/seal-error.ts';
import { openUnder, sealUnder } from '../../vault/crypto/versioned-key.ts';
import type { Row, Statement } from '../../vault/database.ts';
import { insertOffice, readOffices } from '../../vault/premises-sql.ts';

/** What is kept of an office beside its fact. */
export interface KeptOffice {
  readonly name: string;
  /** Sorted, in canonical form. */
  readonly networks: readonly string[];
  /** The office in whose place it was opened. */
  readonly replaces: string | null;
}

interface Held extends KeptOffice {
  readonly digest: string;
  readonly holds: (address: string) => boolean;
}

const ADDRESSES_MAX = 5000;
const NONE: readonly string[] = [];
const FORM = { siv: true, pad: true };

/** What the fact of an office says of its networks, which are sorted. */
export function networksDigest(networks: readonly string[]): string {
  return `sha256:${createHash('sha256').update(jcs(networks)).digest('hex')}`;
}

/** `id` is prefixed. */
export function keepOffice(provider: LedgerState, id: string, kept: KeptOffice): Statement {
  const uuid = parseId('office', id)!;
  const bytes = Buffer.from(JSON.stringify(kept));
  const ct = sealUnder(provider.clientKeys.record, ['office', provider.id, uuid], bytes, FORM);
  return insertOffice(provider.id, uuid, ct);
}

/** All that were ever opened, by prefixed id. */
export async function readKept(
  { database, log }: Pick<House, 'database' | 'log'>,
  provider: LedgerState,
): Promise<Map<string, KeptOffice>> {
  const [rows] = await database.batch([provider.id], [readOffices(provider.id)]);
  const offices = new Map<string, KeptOffice>();
  for (const row of rows!) {
    const kept = open(provider, row);
    if (kept) offices.set(toId('office', row.office_id as string), kept);
    else log({ event: 'office-unreadable', office: row.office_id as string });
  }
  return offices;
}

/** One whose row was tampered with has no networks: nobody is in it. */
function open(provider: LedgerState, row: Row): KeptOffice | null {
  const parts = ['office', provider.id, row.office_id as string];
  try {
    const bytes = openUnder(provider.clientKeys.record, parts, row.ct as Buffer, FORM);
    return JSON.parse(bytes.toString()) as KeptOffice;
  } catch (error) {
    if (error instanceof SealError) return null;
    throw error;
  }
}

/** In memory, loaded when an authority names an office that is not yet known. */
export function openOffices(
  house: Pick<House, 'database' | 'log'>,
  provider: LedgerState,
): Offices {
  let held = new Map<string, Held>();
  let byAddress = new Map<string, readonly string[]>();
  const looked = new WeakSet<Authority['offices']>();

  async function load(): Promise<void> {
    const kept = await readKept(house, provider);
    held = new Map([...kept].map(([id, office]) => [id, heldOf(office)]));
    byAddress = new Map();
  }

  function holding(address: string): readonly string[] {
    const known = byAddress.get(address);
    if (known) return known;
    const found = [...held].filter(([, office]) => office.holds(address)).map(([id]) => id);
    if (byAddress.size >= ADDRESSES_MAX) byAddress.clear();
    byAddress.set(address, found);
    return found;
  }

  /** Once per fold of the facts. */
  async function know(offices: Authority['offices']): Promise<void> {
    if (looked.has(offices)) return;
    if ([...offices.keys()].some((id) => !held.has(id))) await load();
    looked.add(offices);
  }

  return {
    async at(address, { offices }) {
      if (address === null || offices.size === 0) return NONE;
      await know(offices);
      // Where a client's ledger was closed when the office was, the provider's still says so.
      const { offices: own } = provider.authority;
      const isMeant = (id: string) =>
        offices.get(id)?.fact.networks === held.get(id)?.digest &&
        !(own.has(id) && own.get(id)!.until < provider.head.at);
      const found = holding(address);
      return found.every(isMeant) ? found : found.filter(isMeant);
    },
    async since(ids, { offices }) {
      if (ids.length === 0) return ids;
      await know(offices);
      // Oldest first, so chains are followed to their end.
      const all = new Set(ids);
      for (const [id, { replaces }] of held) if (replaces && all.has(replaces)) all.add(id);
      return [...all];
    },
  };
}

function heldOf(kept: KeptOffice): Held {
  const networks = kept.networks.map((text) => parseNetwork(text) as Network);
  return { ...kept, digest: networksDigest(kept.networks), holds: networkTest(networks) };
}
