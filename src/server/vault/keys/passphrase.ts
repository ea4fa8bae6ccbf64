/** Keys from passphrases. */
import { createSecretKey, type KeyObject, scrypt } from 'node:crypto';
import { KEY_BYTES } from '../crypto/random-key.ts';
import { KeyFileError } from './key-file-error.ts';

/** 128 MiB and about half a second for each guess (OWASP's first choice for scrypt). */
export const SCRYPT_COST = { N: 2 ** 17, r: 8, p: 1 } as const;
export const SALT_BYTES = 16;

export function deriveKey(passphrase: string, salt: Buffer): Promise<KeyObject> {
  if (passphrase === '') throw new KeyFileError('the passphrase is empty');
  const { promise, resolve, reject } = Promise.withResolvers<KeyObject>();
  const maxmem = 256 * SCRYPT_COST.N * SCRYPT_COST.r;
  const options = { ...SCRYPT_COST, maxmem };
  scrypt(passphrase.normalize('NFC'), salt, KEY_BYTES, options, (error, bytes) => {
    if (error) return reject(error);
    const key = createSecretKey(bytes);
    bytes.fill(0);
    resolve(key);
  });
  return promise;
}
