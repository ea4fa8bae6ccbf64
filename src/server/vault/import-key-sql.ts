/** The statements that wrap the keys of imports anew when the client key changes. */
import type { Statement } from './database.ts';
import { versionBytes } from './sealed-columns.ts';

const IS_UNDER_OTHER = 'wrapped is not null and substring(wrapped from 3 for 4) <> $2';

/** How many imports that were begun with another client key still go on: their threads know no later
 * one. */
export function countOldImports(client: string, version: number): Statement {
  return {
    name: 'import/under-old-key',
    text: `select count(*) as running from staff_import
      where client_id = $1 and state in ('queued', 'running') and ${IS_UNDER_OTHER}`,
    values: [client, versionBytes(version)],
  };
}

export function importKeysUnderOther(client: string, version: number, limit: number): Statement {
  return {
    name: 'import/keys-of-other',
    text: `select import_id, wrapped from staff_import
      where client_id = $1 and ${IS_UNDER_OTHER} limit $3`,
    values: [client, versionBytes(version), limit],
  };
}

/** Unless it was destroyed meanwhile. */
export function replaceImportKey(
  client: string,
  id: string,
  before: Buffer,
  after: Buffer,
): Statement {
  return {
    name: 'import/rewrap-key',
    text: `update staff_import set wrapped = $4
      where client_id = $1 and import_id = $2 and wrapped = $3`,
    values: [client, id, before, after],
  };
}
