/** Passkeys as the database knows them: whose, by a keyed hash of the credential's id, and how often
 * they signed. The public key stands in the ledger. */
import { createHmac } from 'node:crypto';
import type { House } from '../../house.ts';
import { encodeAad } from '../../vault/crypto/aad.ts';
import type { Statement } from '../../vault/database.ts';

export interface StoredPasskey {
  /** Bare uuids. */
  readonly passkey: string;
  readonly user: string;
  readonly counter: number;
}

/** The passkey of a credential id (base64url) that was not removed. */
export async function findPasskey(house: House, credential: string): Promise<StoredPasskey | null> {
  const [rows] = await house.database.batch(
    [],
    [
      {
        name: 'passkey/find',
        text: `select passkey_id, user_id, counter from passkey
        where credential_hash = $1 and not removed`,
        values: [credentialHash(house, credential)],
      },
    ],
  );
  const row = rows![0];
  if (!row) return null;
  return {
    passkey: row.passkey_id as string,
    user: row.user_id as string,
    counter: Number(row.counter),
  };
}

/** A credential that somebody has already, anybody, breaks `passkey_credential_hash_key`. */
export function insertPasskey(
  house: House,
  { passkey, user, counter }: StoredPasskey,
  credential: string,
): Statement {
  return {
    name: 'passkey/insert',
    text: `insert into passkey (passkey_id, user_id, credential_hash, counter)
      values ($1, $2, $3, $4)`,
    values: [passkey, user, credentialHash(house, credential), counter],
  };
}

/** Notes that it signed; divides by zero when it was removed, or has counted further, meanwhile. */
export function countUse({ passkey }: StoredPasskey, counter: number): Statement {
  return {
    name: 'passkey/count',
    text: `with u as (update passkey set counter = $2 where passkey_id = $1 and not removed
        and (counter < $2 or (counter = 0 and $2 = 0)) returning 1)
      select 1 / (select count(*) from u)`,
    values: [passkey, counter],
  };
}

/** Divides by zero when it is gone already, or is the last one of this user. */
export function removePasskey(passkey: string, user: string): Statement {
  return {
    name: 'passkey/remove',
    text: `with mine as (select passkey_id from passkey where user_id = $2 and not removed for update),
      r as (update passkey set removed = true where passkey_id = $1 and not removed
        and (select count(*) from mine) > 1 and passkey_id in (select passkey_id from mine)
        returning 1)
      select 1 / (select count(*) from r)`,
    values: [passkey, user],
  };
}

export function removeAllPasskeys(user: string): Statement {
  return {
    name: 'passkey/remove-all',
    text: 'update passkey set removed = true where user_id = $1 and not removed',
    values: [user],
  };
}

function credentialHash(house: House, credential: string): Buffer {
  return createHmac('sha256', house.ledgers.provider.clientKeys.unique)
    .update(encodeAad('worksmartly/credential/1', [Buffer.from(credential, 'base64url')]))
    .digest();
}
