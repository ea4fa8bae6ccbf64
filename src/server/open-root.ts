/** The root key of this installation: in a file, sealed or not, or in a token. A new one is made for an
 * empty database only: for any other one it is lost, not new. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config, Secrets } from './config.ts';
import { Fault } from './fault.ts';
import { readProviderId } from './ledger/registry.ts';
import type { Database } from './vault/database.ts';
import { createRootKeyFile, hasRootKeyFile, openFileProvider } from './vault/keys/file-provider.ts';
import { openPkcs11Provider } from './vault/keys/pkcs11-provider.ts';
import type { RootKeyProvider } from './vault/keys/root-key-provider.ts';

/** Throws Fault or KeyFileError, with what to do. */
export async function openRoot(
  database: Database,
  { directory, root }: Config,
  { rootPassphrase, rootShares, pkcs11Pin }: Secrets,
): Promise<RootKeyProvider> {
  const keys = join(directory, 'keys');
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  if (root.kind === 'pkcs11') {
    const provider = openPkcs11Provider({ ...root, pin: pkcs11Pin! });
    if (provider.isEmpty()) {
      await checkEmpty(database, `token ${root.token}`);
      await provider.rotate();
    }
    return provider;
  }
  if (!hasRootKeyFile(keys)) {
    await checkEmpty(database, keys);
    await createRootKeyFile(keys, rootPassphrase);
  }
  return openFileProvider(keys, rootPassphrase, rootShares);
}

async function checkEmpty(database: Database, where: string): Promise<void> {
  if (!(await readProviderId(database))) return;
  const message = `the database is in use, but there is no root key in ${where}`;
  throw new Fault('root-key-missing', message);
}
