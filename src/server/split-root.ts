/** Splits the root key among custodians: afterwards nobody starts the server alone. The root key itself is
 * exchanged in the same go, so that neither an earlier copy of its file nor earlier shares open anything. */
import { type Rotation, type RotationHouse, rotateRoot } from './rotate-root.ts';
import { newKey } from './vault/crypto/random-key.ts';
import { type FileProvider, isFileProvider } from './vault/keys/file-provider.ts';
import { KeyFileError } from './vault/keys/key-file-error.ts';
import { formatShare } from './vault/keys/shares/share.ts';
import { splitKey } from './vault/keys/shares/split-key.ts';

export interface Splitting {
  readonly total: number;
  readonly threshold: number;
  /** What each custodian, from 1, protects the own share with. */
  readonly passphraseOf?: (number: number) => Promise<string | undefined>;
  /** Puts the shares where the custodians get them; nothing is changed before it returns. */
  readonly handOut: (shares: readonly string[]) => Promise<void> | void;
}

/** Throws KeyFileError. Interrupted after the shares were handed out, it is to be done again. */
export async function splitRoot(house: RotationHouse, splitting: Splitting): Promise<Rotation> {
  const root = fileOf(house);
  const { total, threshold, passphraseOf, handOut } = splitting;
  const key = newKey();
  const shares = await splitKey(key, total, threshold);
  const texts: string[] = [];
  for (const share of shares) {
    texts.push(await formatShare(share, await passphraseOf?.(share.number)));
    share.bytes.fill(0);
  }
  await handOut(texts);
  root.protect({ kind: 'shares', set: shares[0]!.set, threshold, total, key });
  return rotateRoot(house);
}

function fileOf({ root }: RotationHouse): FileProvider {
  if (isFileProvider(root)) return root;
  throw new KeyFileError(
    'this root key is in a token, which nobody can take it out of to split it',
  );
}
