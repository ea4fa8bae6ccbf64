/** Statements that raise division_by_zero while something lies under another version of a client's keys
 * than the current one. */
import type { Statement } from './database.ts';
import { SEALED_UNDER_RECORD, versionBytes } from './sealed-columns.ts';

export function noneUnderOther(client: string, clientKey: number, recordKey: number): Statement[] {
  const none = (table: string, column: string, version: number): Statement => ({
    name: `none-under-other/${table}-${column}`,
    text: `select 1 / (case when exists (select from ${table} where client_id = $1
      and substring(${column} from 3 for 4) <> $2) then 0 else 1 end)`,
    values: [client, versionBytes(version)],
  });
  return [
    none('subject', 'keyring', clientKey),
    none('staff_import', 'wrapped', clientKey),
    ...SEALED_UNDER_RECORD.map(({ table, column }) => none(table, column, recordKey)),
  ];
}
