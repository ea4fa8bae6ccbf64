/** Wraps the keyrings of people, and the keys of imports, under the current client key. */

import type { House } from '../../house.ts';
import type { LedgerState } from '../../ledger/ledger-state.ts';
import { unwrapMaterial, wrapMaterial } from '../../vault/crypto/keyring.ts';
import { wrappedUnderVersion } from '../../vault/crypto/wrap.ts';
import { importKeysUnderOther, replaceImportKey } from '../../vault/import-key-sql.ts';
import { countKeyrings, readKeyrings, replaceKeyrings } from '../../vault/keyring-sql.ts';
import { unwrapImportKey, wrapImportKey } from '../imports/import-key.ts';

const PEOPLE_PER_STEP = 500;
const IMPORTS_PER_STEP = 100;

/** The next people after `after`; null for `last` when there are no more. */
export async function rewrapPeople(
  { database }: House,
  state: LedgerState,
  after: string | null,
): Promise<{ readonly last: string | null; readonly done: number; readonly total: number }> {
  const { id, clientKeys } = state;
  const [rows, [count]] = (await database.batch(
    [id],
    [readKeyrings(id, after, PEOPLE_PER_STEP), countKeyrings(id)],
  )) as [{ subject_id: string; keyring: Buffer }[], [{ total: number }]];
  const old = rows.filter(
    ({ keyring }) => wrappedUnderVersion(keyring) !== clientKeys.client.version,
  );
  const changes = old.map(({ subject_id: subject, keyring: before }) => {
    const owner = { client: id, subject };
    const material = unwrapMaterial(clientKeys.client, owner, before);
    const wrapped = wrapMaterial(clientKeys.client, owner, material);
    material.fill(0);
    return { subject, before, after: wrapped };
  });
  if (changes.length > 0) await database.batch([id], [replaceKeyrings(id, changes)]);
  const last = rows.at(-1)?.subject_id ?? null;
  return { last, done: rows.length, total: count.total };
}

/** Keys of imports that have ended; whether none is left. */
export async function rewrapImportKeys({ database }: House, state: LedgerState): Promise<boolean> {
  const { id, clientKeys } = state;
  const { client } = clientKeys;
  const find = importKeysUnderOther(id, client.version, IMPORTS_PER_STEP);
  const [rows] = await database.batch([id], [find]);
  const statements = rows!.map((row) => {
    const [importId, before] = [row.import_id as string, row.wrapped as Buffer];
    const key = unwrapImportKey(client, id, importId, before);
    return replaceImportKey(id, importId, before, wrapImportKey(client, id, importId, key));
  });
  if (statements.length > 0) await database.batch([id], statements);
  return rows!.length < IMPORTS_PER_STEP;
}
