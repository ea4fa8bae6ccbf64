/** The rows of seals in `wrapped_key`: `seal` is a seal's own key under the root, `sealed` the client key
 * under the seal; both have the seal's number. */
import type { KeyObject } from 'node:crypto';
import { isDestroyed, openUnderRoot, storeUnderRoot } from './client-keys.ts';
import { newKey } from './crypto/random-key.ts';
import { sealKey } from './crypto/seal-code.ts';
import { unwrapKey, wrapKey } from './crypto/wrap.ts';
import type { Row, Statement } from './database.ts';
import type { RootKeyProvider } from './keys/root-key-provider.ts';

/** Of a client: the number of each seal that is not destroyed, oldest first. */
export function sealsIn(rows: readonly Row[]): number[] {
  return rows
    .filter((row) => row.purpose === 'sealed' && !isDestroyed(row))
    .map((row) => row.version as number);
}

/** The number of the next seal. */
export function nextSeal(rows: readonly Row[]): number {
  const numbers = rows
    .filter(({ purpose }) => purpose === 'seal')
    .map((row) => row.version as number);
  return Math.max(0, ...numbers) + 1;
}

/** A seal that is not closed yet: the client key as it will lie when it is. Earlier ones are destroyed. */
export function prepareSeal(
  root: RootKeyProvider,
  client: string,
  seal: number,
  code: Buffer,
  key: { readonly version: number; readonly key: KeyObject },
): Statement[] {
  const own = newKey();
  const kek = sealKey(code, own, client, seal);
  const wrapped = wrapKey(kek, seal, partsOf(client, seal, key.version), key.key);
  return [
    destroySeals(client, seal, '<'),
    storeUnderRoot(root, client, 'seal', seal, own),
    {
      name: 'keys/store',
      text: 'insert into wrapped_key (client_id, purpose, version, parent, wrapped) values ($1, $2, $3, $4, $5)',
      values: [client, 'sealed', seal, 'seal', wrapped],
    },
  ];
}

/** The client key; throws SealError unless this is the code that the seal was prepared with. */
export function openSeal(
  root: RootKeyProvider,
  client: string,
  rows: readonly Row[],
  code: Buffer,
): { readonly seal: number; readonly version: number; readonly key: KeyObject } {
  const seal = sealsIn(rows).at(-1)!;
  const of = (purpose: string) =>
    rows.find((row) => row.purpose === purpose && row.version === seal)!;
  const version = rows.find(isUnderSeal)!.version as number;
  const kek = sealKey(code, openUnderRoot(root, client, of('seal')), client, seal);
  const wrapped = of('sealed').wrapped as Buffer;
  return { seal, version, key: unwrapKey(kek, seal, partsOf(client, seal, version), wrapped) };
}

/** Whether the row is that of a client key that only a seal still holds. */
export function isUnderSeal({ purpose, parent }: Row): boolean {
  return purpose === 'client' && parent === 'seal';
}

/** Leaves of the client key what this seal holds. Raises division_by_zero unless exactly that is there. */
export function closeSeal(client: string, seal: number, version: number): Statement[] {
  return [
    {
      name: 'seal/is-there',
      text: `select 1 / (case when count(*) = 2 then 1 else 0 end) from wrapped_key
        where client_id = $1 and purpose in ('seal', 'sealed') and version = $2 and wrapped <> ''`,
      values: [client, seal],
    },
    {
      name: 'seal/close',
      text: `with u as (update wrapped_key set wrapped = '', parent = 'seal'
          where client_id = $1 and purpose = 'client' and version = $2 and parent = 'root'
            and wrapped <> '' returning 1)
        select 1 / (select count(*) from u)`,
      values: [client, version],
    },
  ];
}

/** Puts the client key back under the root. Raises division_by_zero unless the client is sealed off. */
export function reopenUnderRoot(
  root: RootKeyProvider,
  client: string,
  version: number,
  key: KeyObject,
): Statement {
  const [, , , , wrapped] = storeUnderRoot(root, client, 'client', version, key).values;
  return {
    name: 'seal/open',
    text: `with u as (update wrapped_key set wrapped = $3, parent = 'root'
        where client_id = $1 and purpose = 'client' and version = $2 and parent = 'seal' returning 1)
      select 1 / (select count(*) from u)`,
    values: [client, version, wrapped],
  };
}

/** After it nothing opens them any more, with whatever code. */
export function destroySeals(client: string, seal: number, which: '<' | '<='): Statement {
  return {
    name: which === '<' ? 'seal/destroy-earlier' : 'seal/destroy',
    text: `update wrapped_key set wrapped = '' where client_id = $1
      and purpose in ('seal', 'sealed') and version ${which} $2`,
    values: [client, seal],
  };
}

function partsOf(client: string, seal: number, version: number): (string | number)[] {
  return ['sealed-client-key', client, seal, version];
}
