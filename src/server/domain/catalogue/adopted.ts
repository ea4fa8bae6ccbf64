/** The catalogue that a client adopted: the one whose digest its last catalogue.adopted fact names. */
import type { Catalogue } from '../../../catalogue/catalogue.ts';
import { Fault } from '../../fault.ts';
import type { House } from '../../house.ts';
import { sealingKey } from '../../ledger/ledger-keys.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { openUnder, sealUnder, type VersionedKey } from '../../vault/crypto/versioned-key.ts';
import type { Row, Statement } from '../../vault/database.ts';
import { isSealedOff } from '../../vault/sealed-off.ts';

const NONE: Catalogue = { version: 0, codeLists: {}, types: [] };
const FORM = { siv: true, pad: true };
const known = new Map<string, Catalogue>();

/** What the client holds now; nothing when it has adopted nothing. */
export async function adoptedCatalogue(
  house: Pick<House, 'database'>,
  state: LedgerState,
): Promise<Catalogue> {
  const sha256 = state.authority.catalogue?.sha256;
  if (!sha256) return NONE;
  return known.get(sha256) ?? (await readAdopted(house, state, sha256));
}

/** What the client holds now, if it was read before: the gate reads it for every call. */
export function adoptedNow(
  state: LedgerState,
): { readonly sha256: string; readonly catalogue: Catalogue } | undefined {
  const sha256 = state.authority.catalogue?.sha256;
  const catalogue = sha256 && known.get(sha256);
  return catalogue ? { sha256, catalogue } : undefined;
}

/** A catalogue that the client adopted at some time. */
export async function readAdopted(
  house: Pick<House, 'database'>,
  state: LedgerState,
  sha256: string,
): Promise<Catalogue> {
  const cached = known.get(sha256);
  if (cached) return cached;
  const [rows] = await house.database.batch(
    [state.id],
    [
      {
        name: 'adoption/read',
        text: 'select ct from adoption where client_id = $1 and sha256 = $2',
        values: [state.id, Buffer.from(sha256, 'hex')],
      },
    ],
  );
  const row = rows![0];
  if (!row) throw new Fault('catalogue-missing', 'the adopted catalogue is not stored');
  const bytes = openAdopted(state, sha256, row.ct as Buffer);
  const catalogue = JSON.parse(bytes.toString()) as Catalogue;
  known.set(sha256, catalogue);
  return catalogue;
}

/** The statement that keeps an adopted catalogue. */
export function storeAdopted(state: LedgerState, sha256: string, catalogue: Catalogue): Statement {
  const bytes = Buffer.from(JSON.stringify(catalogue));
  return {
    name: 'adoption/store',
    text: 'insert into adoption (client_id, sha256, ct) values ($1, $2, $3) on conflict do nothing',
    values: [
      state.id,
      Buffer.from(sha256, 'hex'),
      sealUnder(state.clientKeys.record, aad(state.id, sha256), bytes, FORM),
    ],
  };
}

/** While a client is sealed off, what evidence carries lies under the ledger's key: it must be had then
 * too, and holds nothing about people. The statements that seal it so, or back under the client's own. */
export function resealAdopted(
  state: LedgerState,
  rows: readonly Row[],
  from: Pick<LedgerState, 'clientKeys'>,
  to: 'ledger' | VersionedKey,
): Statement[] {
  return rows.map((row) => {
    const sha256 = (row.sha256 as Buffer).toString('hex');
    const bytes = openAdopted({ ...state, ...from }, sha256, row.ct as Buffer);
    const own = sealingKey(state.keys, new Date(state.head.at).getUTCFullYear())!;
    const key =
      to === 'ledger' ? { version: own.version, versions: new Map([[own.version, own.key]]) } : to;
    return {
      name: 'adoption/reseal',
      text: `with u as (update adoption set ct = $4
          where client_id = $1 and sha256 = $2 and ct = $3 returning 1)
        select 1 / (select count(*) from u)`,
      values: [state.id, row.sha256, row.ct, sealUnder(key, aad(state.id, sha256), bytes, FORM)],
    };
  });
}

/** Every catalogue that the client adopted, sealed. */
export function readAdoptions(client: string): Statement {
  return {
    name: 'adoption/all',
    text: 'select sha256, ct from adoption where client_id = $1 order by sha256',
    values: [client],
  };
}

function openAdopted(state: LedgerState, sha256: string, ct: Buffer): Buffer {
  const key = isSealedOff(state)
    ? { version: 0, versions: state.keys.sealing }
    : state.clientKeys.record;
  return openUnder(key, aad(state.id, sha256), ct, FORM);
}

function aad(client: string, sha256: string): string[] {
  return ['adoption', client, sha256];
}
