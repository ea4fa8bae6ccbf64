/** Bare: correct elements of one record: history row, new revision and audit row in one statement. */
import type { BareDatabase } from './database.ts';

type Money = { amount: string; currency: string };

/** The columns and values of an element; undefined for one that the table does not have. */
type Assign = (value: unknown) => Record<string, unknown> | undefined;

// What stands in `staff` as well, for lists, is not corrected here: the bench corrects pay.
const tables: Record<string, { name: string; elements: Record<string, Assign> }> = {
  pay: {
    name: 'pay',
    elements: {
      base: (value) => {
        const { amount, currency } = value as Money;
        return { base: amount, currency };
      },
      basis: (value) => ({ basis: value }),
    },
  },
};

export interface Correction {
  client: string;
  subject: string;
  type: string;
  record: string;
  user: string;
  values: Record<string, string | Money>;
}

/** The new revision; null where there is no such record or element. */
export async function correctRecord(
  database: BareDatabase,
  correction: Correction,
): Promise<{ id: string; revision: number } | null> {
  const { client, subject, type, record, user, values } = correction;
  const table = tables[type];
  const sets: Record<string, unknown> = {};
  for (const [element, value] of Object.entries(values)) {
    const assigned = table?.elements[element]?.(value);
    if (assigned === undefined) return null;
    Object.assign(sets, assigned);
  }
  const columns = Object.keys(sets);
  if (table === undefined || columns.length === 0) return null;
  const { rows } = await database.query({
    name: `correct ${type} ${columns.join()}`,
    text: correctionText(table.name, columns, type),
    values: [client, subject, record, user, new Date(), ...Object.values(sets)],
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
