/** Whether the database is blind to what it holds: values of some people, opened here, are sought in
 * every stored column. */
import type { Compartment } from '../../catalogue/catalogue.ts';
import type { ClientKeys } from './client-keys.ts';
import { compartmentKey } from './crypto/compartment-key.ts';
import { unwrapKeyring } from './crypto/keyring.ts';
import { openRecord } from './crypto/seal.ts';
import { tagOf } from './crypto/tag.ts';
import type { Database } from './database.ts';
import { recordsNowStatement } from './records-sql.ts';

const PEOPLE = 5;
const VALUE_BYTES_MIN = 10;
/** Every column of bytes, and its table. */
const COLUMNS = [
  ['record', 'ct'],
  ['subject', 'keyring'],
  ['subject', 'staff_number_hash'],
  ['ledger_entry', 'ct'],
  ['client_profile', 'ct'],
  ['staff_import', 'status'],
  ['import_chunk', 'ct'],
  ['document_chunk', 'ct'],
  ['bulk_preview', 'ct'],
  ['report_run', 'ct'],
  ['replay', 'ct'],
] as const;

/** Opens some people and looks for their longer values as they stand in the columns. */
export async function checkBlind(
  database: Database,
  of: { readonly id: string; readonly clientKeys: ClientKeys },
): Promise<{ check: string; ok: boolean; detail: string }> {
  const values = await sampleValues(database, of);
  const seen: string[] = [];
  for (const [table, column] of COLUMNS) {
    const [rows] = await database.batch(
      [of.id],
      [
        {
          name: `blind/${table}-${column}`,
          text: `select 1 from (select ${column} as c from ${table} where client_id = $1 limit 20000) t
          where exists (select from unnest($2::bytea[]) v where position(v in c) > 0) limit 1`,
          values: [of.id, values],
        },
      ],
    );
    if (rows!.length > 0) seen.push(`${table}.${column}`);
  }
  const detail =
    seen.length === 0
      ? `${values.length} values of a sample are nowhere in the stored columns`
      : `values stand in clear in ${seen.join(', ')}`;
  return { check: 'blind', ok: seen.length === 0, detail };
}

async function sampleValues(
  database: Database,
  { id: client, clientKeys }: { readonly id: string; readonly clientKeys: ClientKeys },
): Promise<Buffer[]> {
  const [people] = await database.batch(
    [client],
    [
      {
        name: 'blind/people',
        text: 'select subject_id, keyring from subject where client_id = $1 limit $2',
        values: [client, PEOPLE],
      },
    ],
  );
  const values = new Set<string>();
  for (const person of people!) {
    const subject = person.subject_id as string;
    const wrapped = person.keyring as Buffer;
    const keyring = unwrapKeyring(clientKeys.client, { client, subject }, wrapped);
    for (const compartment of ['personnel', 'contact'] as Compartment[]) {
      const tag = tagOf(clientKeys.tag, subject, compartment);
      const [rows] = await database.batch([client], [recordsNowStatement(client, [tag])]);
      for (const row of rows!) {
        const [record, revision] = [row.record_id as string, row.revision as number];
        const meta = { client, subject, record, revision, keyVersion: 1 };
        const bytes = openRecord(compartmentKey(keyring, compartment)!, meta, row.ct as Buffer);
        const { e } = JSON.parse(bytes.toString()) as { e: Record<string, unknown> };
        for (const value of Object.values(e)) {
          if (typeof value === 'string' && Buffer.byteLength(value) >= VALUE_BYTES_MIN)
            values.add(value);
        }
      }
    }
  }
  return [...values].map((value) => Buffer.from(value));
}
