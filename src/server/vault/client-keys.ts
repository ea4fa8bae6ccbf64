/** The keys of one client (or of the provider's own ledger), stored wrapped: under the root key the
 * client key and the ledger's keys, under the client key all others. */
import type { KeyObject } from 'node:crypto';
import { newKey } from './crypto/random-key.ts';
import {
  firstVersion,
  keyOfVersion,
  unwrapUnder,
  type VersionedKey,
  wrapUnder,
} from './crypto/versioned-key.ts';
import type { Row, Statement } from './database.ts';
import type { RootKeyProvider } from './keys/root-key-provider.ts';
import { SEALED_OFF } from './sealed-off.ts';

/** Purposes under the client key. */
const UNDER_CLIENT = ['tag', 'unique', 'record', 'cursor'] as const;

export interface ClientKeys {
  /** Wraps the keyrings of people and the keys of imports. */
  readonly client: VersionedKey;
  /** What these two made stays where it stands, so they have one version only. */
  readonly tag: KeyObject;
  readonly unique: KeyObject;
  /** Seals what is kept about the client itself: profile, proposals, report runs, states of jobs. */
  readonly record: VersionedKey;
  readonly cursor: VersionedKey;
}

export type StoredPurpose = 'client' | 'log' | 'ledger' | 'seal' | (typeof UNDER_CLIENT)[number];

/** Fresh keys for a new client, and the statement that stores them wrapped. */
export function makeClientKeys(
  root: RootKeyProvider,
  client: string,
): { keys: ClientKeys; store: Statement[] } {
  const clientKey = firstVersion(newKey());
  const store = [storeUnderRoot(root, client, 'client', 1, clientKey.versions.get(1)!)];
  const keys = Object.fromEntries(UNDER_CLIENT.map((purpose) => [purpose, newKey()]));
  for (const purpose of UNDER_CLIENT) {
    store.push(storeUnderClient(clientKey, client, purpose, 1, keys[purpose]!));
  }
  return {
    keys: {
      client: clientKey,
      tag: keys.tag!,
      unique: keys.unique!,
      record: firstVersion(keys.record!),
      cursor: firstVersion(keys.cursor!),
    },
    store,
  };
}

/** The statement that stores `key` wrapped under the client key. */
export function storeUnderClient(
  clientKey: VersionedKey,
  client: string,
  purpose: (typeof UNDER_CLIENT)[number],
  version: number,
  key: KeyObject,
): Statement {
  const wrapped = wrapUnder(clientKey, aad(client, purpose, version), key);
  return storeStatement(client, purpose, version, 'client', wrapped);
}

/** The statement that stores `key` wrapped under the current root key. */
export function storeUnderRoot(
  root: RootKeyProvider,
  client: string,
  purpose: StoredPurpose,
  version: number,
  key: KeyObject,
): Statement {
  const wrapped = root.wrap(aad(client, purpose, version), key);
  return storeStatement(client, purpose, version, 'root', wrapped);
}

/** Reads every stored key of a client. */
export function storedKeysStatement(client: string): Statement {
  return {
    name: 'keys/read',
    text: `select purpose, version, parent, wrapped from wrapped_key where client_id = $1
      order by purpose, version`,
    values: [client],
  };
}

/** The keys of a client from its rows; null when it has none, and none that open when it is sealed off.
 * Throws SealError on a wrong root key. */
export function openClientKeys(
  root: RootKeyProvider,
  client: string,
  rows: readonly Row[],
): ClientKeys | null {
  if (rows.some((row) => row.purpose === 'client' && row.parent === 'seal')) return SEALED_OFF;
  const keys = rows.filter((row) => row.purpose === 'client' && !isDestroyed(row));
  if (keys.length === 0) return null;
  const clientKey = versionsOf(keys, (row) => openUnderRoot(root, client, row));
  const open = (purpose: (typeof UNDER_CLIENT)[number]) =>
    versionsOf(
      rows.filter((row) => row.purpose === purpose && !isDestroyed(row)),
      (row) => openUnderClient(clientKey, client, row),
    );
  const single = (key: VersionedKey) => keyOfVersion(key, key.version);
  return {
    client: clientKey,
    tag: single(open('tag')),
    unique: single(open('unique')),
    record: open('record'),
    cursor: open('cursor'),
  };
}

/** A key that is wrapped under the client key, from its row. */
export function openUnderClient(clientKey: VersionedKey, client: string, row: Row): KeyObject {
  return unwrapUnder(clientKey, partsOf(client, row), row.wrapped as Buffer);
}

/** The same key wrapped under the current client key. */
export function rewrapUnderClient(clientKey: VersionedKey, client: string, row: Row): Buffer {
  return wrapUnder(clientKey, partsOf(client, row), openUnderClient(clientKey, client, row));
}

/** Whether only the row is left of a key, to say that there was one. */
export function isDestroyed({ wrapped }: Row): boolean {
  return (wrapped as Buffer).length === 0;
}

/** The statement after which nothing opens any more that only this version opens. */
export function destroyStored(client: string, purpose: StoredPurpose, version: number): Statement {
  return {
    name: 'keys/destroy',
    text: `update wrapped_key set wrapped = '' where client_id = $1 and purpose = $2 and version = $3`,
    values: [client, purpose, version],
  };
}

/** Replaces a wrap, unless somebody else did so meanwhile. */
export function replaceStored(client: string, row: Row, wrapped: Buffer): Statement {
  return {
    name: 'keys/rewrap',
    text: `update wrapped_key set wrapped = $5
      where client_id = $1 and purpose = $2 and version = $3 and wrapped = $4`,
    values: [client, row.purpose, row.version, row.wrapped, wrapped],
  };
}

/** A key that is wrapped under the root, from its row. Throws SealError. */
export function openUnderRoot(root: RootKeyProvider, client: string, row: Row): KeyObject {
  return root.unwrap(partsOf(client, row), row.wrapped as Buffer);
}

/** The same key wrapped under the current root key, for the rotation of the root key. */
export function rewrapUnderRoot(root: RootKeyProvider, client: string, row: Row): Buffer {
  return root.wrap(partsOf(client, row), openUnderRoot(root, client, row));
}

function storeStatement(
  client: string,
  purpose: string,
  version: number,
  parent: string,
  wrapped: Buffer,
): Statement {
  return {
    name: 'keys/store',
    text: 'insert into wrapped_key (client_id, purpose, version, parent, wrapped) values ($1, $2, $3, $4, $5)',
    values: [client, purpose, version, parent, wrapped],
  };
}

function versionsOf(rows: readonly Row[], open: (row: Row) => KeyObject): VersionedKey {
  const versions = new Map(rows.map((row) => [row.version as number, open(row)]));
  return { version: Math.max(...versions.keys()), versions };
}

function partsOf(client: string, row: Row): (string | number)[] {
  return aad(client, row.purpose as string, row.version as number);
}

function aad(client: string, purpose: string, version: number): (string | number)[] {
  return ['stored-key', client, purpose, version];
}
