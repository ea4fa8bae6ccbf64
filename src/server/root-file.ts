/** What commands do with the root key file itself. */
import { join } from 'node:path';
import type { Config, Secrets } from './config.ts';
import { openFileProvider } from './vault/keys/file-provider.ts';
import { newProtection } from './vault/keys/key-file-format.ts';
import { parseShare, type Share } from './vault/keys/shares/share.ts';

/** A share from its text. Throws KeyFileError, without repeating it. */
export async function openShare(
  text: string,
  passphraseOf: (number: number) => Promise<string>,
): Promise<Share> {
  const parsed = parseShare(text);
  return parsed.open(parsed.needsPassphrase ? await passphraseOf(parsed.number) : undefined);
}

/** Whether the shares open the file. With `release` they are not needed any more afterwards. Throws
 * KeyFileError. */
export async function combineRoot(
  { directory }: Config,
  { rootShares, rootPassphrase }: Secrets,
  release: boolean,
): Promise<{ readonly version: number }> {
  const root = await openFileProvider(join(directory, 'keys'), undefined, rootShares);
  try {
    if (release) root.protect(await newProtection(rootPassphrase));
    return { version: root.currentVersion() };
  } finally {
    root.close();
  }
}
