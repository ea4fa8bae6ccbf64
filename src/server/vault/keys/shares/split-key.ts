/** Splits a key among custodians (Shamir over GF(2^8), `shamir-secret-sharing`), and puts it together
 * again. The library does not notice wrong shares: what the key opens tells, by its commitment. */
import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { combine, split } from 'shamir-secret-sharing';
import { KeyFileError } from '../key-file-error.ts';
import { SET_BYTES, SHARE_BYTES, type Share } from './share.ts';

const SHARES_MAX = 50;

/** The key in `total` shares, any `threshold` of which give it back. Throws KeyFileError. */
export async function splitKey(
  key: KeyObject,
  total: number,
  threshold: number,
): Promise<readonly Share[]> {
  const isPossible = threshold >= 2 && threshold <= total && total <= SHARES_MAX;
  if (!isPossible) {
    throw new KeyFileError(`a key is split among 2 to ${SHARES_MAX}, of whom 2 or more are needed`);
  }
  const set = randomBytes(SET_BYTES);
  const secret = key.export();
  try {
    const shares = await split(plain(secret), total, threshold);
    return shares.map((bytes, i) => ({
      ...{ set, threshold, total, number: i + 1 },
      bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    }));
  } finally {
    secret.fill(0);
  }
}

/** The key. Throws KeyFileError, saying which, when shares are of different sets, given twice or too
 * few. The shares' bytes are wiped. */
export async function joinKey(shares: readonly Share[]): Promise<KeyObject> {
  try {
    checkTogether(shares);
    const enough = shares.slice(0, shares[0]!.threshold);
    const secret = await combine(enough.map(({ bytes }) => plain(bytes)));
    const key = createSecretKey(secret);
    secret.fill(0);
    return key;
  } finally {
    for (const { bytes } of shares) bytes.fill(0);
  }
}

/** The same memory: the library takes nothing that is more than a Uint8Array. */
function plain({ buffer, byteOffset, byteLength }: Buffer): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function checkTogether(shares: readonly Share[]): void {
  const [first] = shares;
  if (!first) throw new KeyFileError('shares of the root key are needed, and none was given');
  const seen = new Set<number>();
  for (const { set, number, bytes, threshold } of shares) {
    if (!set.equals(first.set) || threshold !== first.threshold) {
      throw new KeyFileError(`share ${number} is of another splitting than share ${first.number}`);
    }
    if (seen.has(number)) throw new KeyFileError(`share ${number} was given twice`);
    if (bytes.length !== SHARE_BYTES) throw new KeyFileError(`share ${number} is damaged`);
    seen.add(number);
  }
  if (shares.length < first.threshold) {
    const message = `${first.threshold} shares are needed, and ${shares.length} were given`;
    throw new KeyFileError(message);
  }
}
