/** Bare: correct elements of one record: history row, new revision and audit row in one statement. */
import type { BareDatabase } from './database.ts';

interface Table {
  name: string;
  /** Element id → column. */
  columns: Record<string, string>;
}

const tables: Record<string, Table> = {
  contact: { name: 'contact', columns: { workEmail: 'work_email' } },
  job: { name: 'job', columns: { title: 'title', department: 'department', location: 'location' } },
  pay: { name: 'pay', columns: { basis: 'basis' } },
};

export interface Correction {
  client: string;
  subject: string;
  type: string;
  record: string;
  user: string;
  values: Record<string, string | null>;
}

/** The new revision; null where there is no such record or element. */
export async function correctRecord(
  database: BareDatabase,
  correction: Correction,
): Promise<{ id: string; revision: number } | null> {
  const { client, subject, type, record, user, values } = correction;
  const table = tables[type];
  const columns = Object.keys(values).map((element) => table?.columns[element]);
  if (table === undefined || columns.length === 0 || columns.includes(undefined)) return null;
  const { rows } = await database.query({
    name: `correct ${type} ${columns.join()}`,
    text: correctionText(table.name, columns as string[], type),
    values: [client, subject, record, user, new Date(), ...Object.values(values)],
  });
  const row = rows[0] as { revision: number } | undefined;
  return row === undefined ? null : { id: `rec_${record}`, revision: row.revision };
}

const where = 'client_id = $1 and subject_id = $2 and record_id = $3';

/** Table and column names come from the list above, never from a request. */
function correctionText(table: string, columns: string[], type: string): string {
  const sets = columns.map((column, index) => `${column} = $${index + 6}`).join(', ');
  return `
with old as (
  select * from ${table} where ${where} for update
), h as (
  insert into ${table}_history select old.*, $5 from old
), u as (
  update ${table} set ${sets}, revision = revision + 1, at = $5, by = $4, via = null
  where ${where} and exists (select 1 from old) returning revision
), a as (
  insert into audit (client_id, at, user_id, op, outcome, purpose, types, subjects)
  select $1, $5, $4, 'records.correct',
    case when exists (select 1 from old) then 'allowed' else 'refused' end,
    'hr-administration', '{${type}}', array[$2::uuid]
)
select revision from u`;
}
