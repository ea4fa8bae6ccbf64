/** The keys of one ledger: the Ed25519 key that signs its checkpoints, and a key per year that seals
 * its entries. Both stand under the root key, so that evidence outlives the client's data. */
import { createPrivateKey, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { formatVkey } from '#verifier/note.ts';
import { isDestroyed, openUnderRoot, storeUnderRoot } from '../vault/client-keys.ts';
import { newKey } from '../vault/crypto/random-key.ts';
import type { Row, Statement } from '../vault/database.ts';
import type { RootKeyProvider } from '../vault/keys/root-key-provider.ts';

const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

export interface LedgerKeys {
  readonly origin: string;
  readonly signing: KeyObject;
  readonly publicKey: Buffer;
  readonly vkey: string;
  /** By version, as in the header of each sealed entry: the year, and 10,000 more for each time that the
   * year's key was exchanged. */
  readonly sealing: Map<number, KeyObject>;
}

/** The origin of a ledger: worksmartly/<clientId>, or worksmartly/provider. */
export function originOf(ledger: string, isProvider: boolean): string {
  return isProvider ? 'worksmartly/provider' : `worksmartly/cli_${ledger}`;
}

/** Fresh keys for a new ledger, and the statements that store them. */
export function makeLedgerKeys(
  root: RootKeyProvider,
  ledger: string,
  origin: string,
  year: number,
): { keys: LedgerKeys; store: Statement[] } {
  const seed = newKey();
  const entries = newKey();
  return {
    keys: ledgerKeys(origin, seed, new Map([[year, entries]])),
    store: [
      storeUnderRoot(root, ledger, 'log', 1, seed),
      storeUnderRoot(root, ledger, 'ledger', year, entries),
    ],
  };
}

/** The keys of a ledger from the rows of its stored keys. */
export function openLedgerKeys(
  root: RootKeyProvider,
  ledger: string,
  origin: string,
  rows: readonly Row[],
): LedgerKeys {
  let seed: KeyObject | undefined;
  let newest = 0;
  const sealing = new Map<number, KeyObject>();
  for (const row of rows) {
    if (isDestroyed(row)) continue;
    if (row.purpose === 'log' && (row.version as number) > newest) {
      newest = row.version as number;
      seed = openUnderRoot(root, ledger, row);
    }
    if (row.purpose === 'ledger')
      sealing.set(row.version as number, openUnderRoot(root, ledger, row));
  }
  if (!seed) throw new Error(`ledger ${origin} has no signing key`);
  return ledgerKeys(origin, seed, sealing);
}

/** Another key to sign checkpoints with. */
export function makeLogKey(
  root: RootKeyProvider,
  ledger: string,
  origin: string,
  version: number,
): { readonly vkey: string; readonly store: Statement } {
  const seed = newKey();
  const { vkey } = ledgerKeys(origin, seed, new Map());
  return { vkey, store: storeUnderRoot(root, ledger, 'log', version, seed) };
}

/** A key for the entries of another year, or the next version of a year's. */
export function makeYearKey(root: RootKeyProvider, ledger: string, year: number) {
  const key = newKey();
  return {
    key: createSecretKey(key.export()),
    store: storeUnderRoot(root, ledger, 'ledger', year, key),
  };
}

/** The key that seals entries of a year now; undefined when the year has none yet. */
export function sealingKey(
  { sealing }: Pick<LedgerKeys, 'sealing'>,
  year: number,
): { readonly version: number; readonly key: KeyObject } | undefined {
  let version = year;
  while (sealing.has(version + GENERATION)) version += GENERATION;
  // The first generations may be destroyed.
  if (!sealing.has(version)) {
    const later = [...sealing.keys()].filter((held) => yearOfVersion(held) === year);
    if (later.length === 0) return undefined;
    version = Math.max(...later);
  }
  return { version, key: sealing.get(version)! };
}

/** The year whose entries a version seals. */
export function yearOfVersion(version: number): number {
  return version % GENERATION;
}

/** The version that takes this one's place. */
export function nextGeneration(version: number): number {
  return version + GENERATION;
}

const GENERATION = 10_000;

function ledgerKeys(origin: string, seed: KeyObject, sealing: Map<number, KeyObject>): LedgerKeys {
  const der = Buffer.concat([PKCS8_ED25519, seed.export()]);
  const signing = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  der.fill(0);
  const spki = createPublicKey(signing).export({ format: 'der', type: 'spki' });
  const publicKey = spki.subarray(spki.length - 32);
  return { origin, signing, publicKey, vkey: formatVkey(origin, publicKey), sealing };
}
