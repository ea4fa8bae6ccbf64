/** The keys of one client (or of the provider's own ledger), stored wrapped: under the root key the
 * client key and the ledger's keys, under the client key all others. */
import type { KeyObject } from 'node:crypto';
import { newKey } from './crypto/random-key.ts';
import { SealError } from './crypto/seal-error.ts';
import { unwrapKey, wrapKey, wrappedUnderVersion } from './crypto/wrap.ts';
import type { Row, Statement } from './database.ts';
import type { RootKeyProvider } from './keys/root-key-provider.ts';

/** Purposes under the client key; each has one version until client keys rotate. */
const UNDER_CLIENT = ['tag', 'unique', 'record', 'cursor'] as const;

export const CLIENT_KEY_VERSION = 1;

export interface ClientKeys {
  /** Wraps the keyrings of people and the keys of imports. */
  readonly client: KeyObject;
  readonly tag: KeyObject;
  readonly unique: KeyObject;
  /** Seals records about the client itself: profile, proposals, report runs, import states. */
  readonly record: KeyObject;
  readonly cursor: KeyObject;
}

export type StoredPurpose = 'client' | 'log' | 'ledger' | (typeof UNDER_CLIENT)[number];

/** Fresh keys for a new client, and the statement that stores them wrapped. */
export function makeClientKeys(
  root: RootKeyProvider,
  client: string,
): { keys: ClientKeys; store: Statement[] } {
  const clientKey = newKey();
  const store = [storeUnderRoot(root, client, 'client', CLIENT_KEY_VERSION, clientKey)];
  const others = UNDER_CLIENT.map((purpose) => {
    const key = newKey();
    const wrapped = wrapKey(clientKey, CLIENT_KEY_VERSION, aad(client, purpose, 1), key);
    store.push(storeStatement(client, purpose, 1, 'client', wrapped));
    return [purpose, key] as const;
  });
  return {
    keys: { client: clientKey, ...(Object.fromEntries(others) as Omit<ClientKeys, 'client'>) },
    store,
  };
}

/** The statement that stores `key` wrapped under the current root key. */
export function storeUnderRoot(
  root: RootKeyProvider,
  client: string,
  purpose: StoredPurpose,
  version: number,
  key: KeyObject,
): Statement {
  const { key: kek, version: kekVersion } = root.current();
  const wrapped = wrapKey(kek, kekVersion, aad(client, purpose, version), key);
  return storeStatement(client, purpose, version, 'root', wrapped);
}

/** Reads every stored key of a client. */
export function storedKeysStatement(client: string): Statement {
  return {
    name: 'keys/read',
    text: 'select purpose, version, parent, wrapped from wrapped_key where client_id = $1',
    values: [client],
  };
}

/** The keys of a client from its rows; null when it has none. Throws SealError on a wrong root key. */
export function openClientKeys(
  root: RootKeyProvider,
  client: string,
  rows: readonly Row[],
): ClientKeys | null {
  const row = rows.find((candidate) => candidate.purpose === 'client');
  if (!row) return null;
  const clientKey = openUnderRoot(root, client, row);
  const others = UNDER_CLIENT.map((purpose) => {
    const { version, wrapped } = rows.find((candidate) => candidate.purpose === purpose)!;
    const parts = aad(client, purpose, version as number);
    return [purpose, unwrapKey(clientKey, CLIENT_KEY_VERSION, parts, wrapped as Buffer)] as const;
  });
  return { client: clientKey, ...(Object.fromEntries(others) as Omit<ClientKeys, 'client'>) };
}

/** A key that is wrapped under the root, from its row. */
export function openUnderRoot(root: RootKeyProvider, client: string, row: Row): KeyObject {
  const wrapped = row.wrapped as Buffer;
  const version = wrappedUnderVersion(wrapped);
  const key = root.get(version);
  if (!key) throw new SealError('key-version');
  return unwrapKey(
    key,
    version,
    aad(client, row.purpose as string, row.version as number),
    wrapped,
  );
}

/** The same key wrapped under the current root key, for the rotation of the root key. */
export function rewrapUnderRoot(root: RootKeyProvider, client: string, row: Row): Buffer {
  const { key, version } = root.current();
  const parts = aad(client, row.purpose as string, row.version as number);
  return wrapKey(key, version, parts, openUnderRoot(root, client, row));
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

function aad(client: string, purpose: string, version: number): (string | number)[] {
  return ['stored-key', client, purpose, version];
}
