/** What is kept of a user beside the facts: name and sign-in address, sealed under a key of the
 * user's own, which the root key wraps. The address must be unique; its keyed hash sees to that. */
import type { House } from '../../house.ts';
import { newKey } from '../../vault/crypto/random-key.ts';
import { sealBlob } from '../../vault/crypto/seal.ts';
import { uniqueHash } from '../../vault/crypto/unique-hash.ts';
import { wrapKey } from '../../vault/crypto/wrap.ts';
import type { Statement } from '../../vault/database.ts';

/** The statement that keeps a new user's name and address. */
export function insertAccount(house: House, user: string, name: string, address: string): Statement {
  const { key: kek, version } = house.root.current();
  const key = newKey();
  const profile = Buffer.from(JSON.stringify({ name, address }));
  return {
    name: 'user/insert',
    text: 'insert into user_account (user_id, wrapped, profile, address_hash) values ($1, $2, $3, $4)',
    values: [
      user,
      wrapKey(kek, version, ['user-key', user], key),
      sealBlob(key, 1, ['user-profile', user], profile, { siv: false, pad: true }),
      uniqueHash(house.ledgers.provider.clientKeys.unique, 'address', address),
    ],
  };
}
