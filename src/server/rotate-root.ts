/** Rotation of the root key: a new version, everything that lay under the old one wrapped anew, the
 * old version destroyed. Reading and writing go on meanwhile; a rotation that was interrupted is
 * taken up where it stopped by starting it again. */
import { readAccountKeys, rewrapAccount } from './domain/access/user-account.ts';
import { systemDraft } from './ledger/draft.ts';
import type { Ledgers } from './ledger/ledger.ts';
import { readClientIds } from './ledger/registry.ts';
import {
  isDestroyed,
  replaceStored,
  rewrapUnderRoot,
  storedKeysStatement,
} from './vault/client-keys.ts';
import { wrappedUnderVersion } from './vault/crypto/wrap.ts';
import type { Database, Row } from './vault/database.ts';
import type { RootKeyProvider } from './vault/keys/root-key-provider.ts';

export interface Rotation {
  readonly version: number;
  /** How many keys were wrapped anew. */
  readonly rewrapped: number;
  readonly destroyed: readonly number[];
}

export interface RotationHouse {
  readonly database: Database;
  readonly root: RootKeyProvider;
  readonly ledgers: Ledgers;
}

/** Tells how far it is through `progress`, in ledgers. */
export async function rotateRoot(
  house: RotationHouse,
  progress: (done: number, total: number) => void = () => {},
): Promise<Rotation> {
  const { database, root, ledgers } = house;
  const { provider } = ledgers;
  const before = root.currentVersion();
  const known = [provider.id, ...(await readClientIds(database))];
  const isUnfinished = await anyUnder(database, known, (version) => version < before);
  const { version } = isUnfinished ? { version: before } : await root.rotate();
  // Whoever is about to store a key under the old version decided before this fact, and decides
  // again: what comes after it lies under the new version, what came before it is found below.
  await record(house, 'rotated', version);
  let rewrapped = await rewrapAccounts(house, version);
  const ids = [provider.id, ...(await readClientIds(database))];
  for (const [i, id] of ids.entries()) {
    rewrapped += await rewrapLedger(house, id, version);
    progress(i + 1, ids.length);
  }
  // Only a ledger's key for a new year depends on no decision: look once more before destroying.
  for (const id of ids) rewrapped += await rewrapLedger(house, id, version);
  const destroyed: number[] = [];
  for (let old = 1; old < version; old++) {
    if (!root.has(old)) continue;
    await root.destroy(old);
    await record(house, 'destroyed', old);
    destroyed.push(old);
  }
  return { version, rewrapped, destroyed };
}

async function rewrapLedger({ database, root }: RotationHouse, id: string, version: number) {
  const [rows] = await database.batch([id], [storedKeysStatement(id)]);
  const old = rows!.filter(
    (row) => isUnderRoot(row) && wrappedUnderVersion(row.wrapped as Buffer) < version,
  );
  const statements = old.map((row) => replaceStored(id, row, rewrapUnderRoot(root, id, row)));
  if (statements.length > 0) await database.batch([id], statements);
  return old.length;
}

async function rewrapAccounts({ database, root }: RotationHouse, version: number): Promise<number> {
  const rows = (await readAccountKeys(database)).filter(
    (row) => wrappedUnderVersion(row.wrapped as Buffer) < version,
  );
  const statements = rows.map((row) => rewrapAccount(root, row));
  if (statements.length > 0) await database.batch([], statements);
  return rows.length;
}

async function anyUnder(
  database: Database,
  ids: readonly string[],
  test: (version: number) => boolean,
) {
  for (const row of await readAccountKeys(database)) {
    if (test(wrappedUnderVersion(row.wrapped as Buffer))) return true;
  }
  for (const id of ids) {
    const [rows] = await database.batch([id], [storedKeysStatement(id)]);
    const wrapped = rows!.filter(isUnderRoot).map((row) => row.wrapped as Buffer);
    if (wrapped.some((bytes) => test(wrappedUnderVersion(bytes)))) return true;
  }
  return false;
}

function isUnderRoot(row: Row): boolean {
  return row.parent === 'root' && !isDestroyed(row);
}

async function record(
  { ledgers }: RotationHouse,
  event: 'rotated' | 'destroyed',
  version: number,
): Promise<void> {
  const fact = {
    type: 'key.changed' as const,
    id: null,
    key: 'root',
    event,
    version,
    signature: null,
  };
  await ledgers.appendSystem(ledgers.provider, systemDraft('sys:keys', 'keys.rotate', fact));
}
