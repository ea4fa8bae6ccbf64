/** What is kept of a user beside the facts: name and sign-in address, sealed under a key of the
 * user's own, which the root key wraps. The address must be unique; its keyed hash sees to that. */
import type { House } from '../../house.ts';
import { newKey } from '../../vault/crypto/random-key.ts';
import { openBlob, sealBlob } from '../../vault/crypto/seal.ts';
import { uniqueHash } from '../../vault/crypto/unique-hash.ts';
import type { Database, Row, Statement } from '../../vault/database.ts';
import type { RootKeyProvider } from '../../vault/keys/root-key-provider.ts';
import { uuidArray } from '../../vault/pg-arrays.ts';

const PROFILE = { siv: false, pad: true };

/** The statement that keeps a new user's name and address. */
export function insertAccount(
  house: House,
  user: string,
  name: string,
  address: string,
): Statement {
  const key = newKey();
  const profile = Buffer.from(JSON.stringify({ name, address }));
  return {
    name: 'user/insert',
    text: 'insert into user_account (user_id, wrapped, profile, address_hash) values ($1, $2, $3, $4)',
    values: [
      user,
      house.root.wrap(['user-key', user], key),
      sealBlob(key, 1, ['user-profile', user], profile, PROFILE),
      uniqueHash(house.ledgers.provider.clientKeys.unique, 'address', address),
    ],
  };
}

/** The name and sign-in address of a user (uuid); throws when there is no such user. */
export async function readAccount(
  house: Pick<House, 'database' | 'root'>,
  user: string,
): Promise<{ readonly name: string; readonly address: string }> {
  const [rows] = await house.database.batch(
    [],
    [
      {
        name: 'user/read',
        text: 'select wrapped, profile from user_account where user_id = $1',
        values: [user],
      },
    ],
  );
  return openProfile(house.root, user, rows![0]!);
}

/** The user (uuid) who signs in with this address, by its keyed hash. */
export async function findUserByAddress(
  house: Pick<House, 'database' | 'ledgers'>,
  address: string,
): Promise<string | null> {
  if (address.trim() === '') return null;
  const [rows] = await house.database.batch(
    [],
    [
      {
        name: 'user/by-address',
        text: 'select user_id from user_account where address_hash = $1',
        values: [uniqueHash(house.ledgers.provider.clientKeys.unique, 'address', address)],
      },
    ],
  );
  return (rows![0]?.user_id as string | undefined) ?? null;
}

/** The names of these users (bare uuids), for those who may know who it was. */
export async function readUserNames(
  { database, root }: Pick<House, 'database' | 'root'>,
  users: readonly string[],
): Promise<Map<string, string>> {
  const [rows] = await database.batch(
    [],
    [
      {
        name: 'user/names',
        text: 'select user_id, wrapped, profile from user_account where user_id = any($1::uuid[])',
        values: [uuidArray(users)],
      },
    ],
  );
  return new Map(
    rows!.map((row) => {
      const user = row.user_id as string;
      return [user, openProfile(root, user, row).name];
    }),
  );
}

function openProfile(root: RootKeyProvider, user: string, row: Row) {
  const key = root.unwrap(['user-key', user], row.wrapped as Buffer);
  const profile = openBlob(key, 1, ['user-profile', user], row.profile as Buffer, PROFILE);
  return JSON.parse(profile.toString()) as { readonly name: string; readonly address: string };
}

/** The wrapped key of every user, for the rotation of the root key. */
export async function readAccountKeys(database: Database): Promise<Row[]> {
  const [rows] = await database.batch(
    [],
    [{ name: 'user/keys', text: 'select user_id, wrapped from user_account', values: [] }],
  );
  return rows!;
}

/** The statement that puts a user's key under the current root key. */
export function rewrapAccount(root: RootKeyProvider, row: Row): Statement {
  const user = row.user_id as string;
  const wrapped = row.wrapped as Buffer;
  const parts = ['user-key', user];
  return {
    name: 'user/rewrap',
    text: 'update user_account set wrapped = $3 where user_id = $1 and wrapped = $2',
    values: [user, wrapped, root.wrap(parts, root.unwrap(parts, wrapped))],
  };
}
