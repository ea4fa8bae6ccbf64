/**
 * Bare's read model: plaintext rows from PostgreSQL into the same tables in memory as WorkSmartly's, by
 * the same functions; only opening and comparing with a ledger are missing.
 */
import type pg from 'pg';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { type CopyRow, copyRows } from '../../src/server/readmodel/copy-rows.ts';
import { runType } from '../../src/server/readmodel/held-types.ts';
import { type ModelData, newModelData } from '../../src/server/readmodel/model-data.ts';
import { checkedUuid } from '../../src/server/readmodel/snapshot.ts';
import { newTable, putRecord, type Table } from '../../src/server/readmodel/table.ts';
import type { UuidIndex } from '../../src/server/readmodel/uuid-index.ts';

export interface BareModel {
  data: ModelData;
  /** What only EEO-1 reads. */
  demographic: Table | undefined;
}

interface Source {
  type: string;
  table: string;
  record: string;
  /** Element id → SQL that gives its canonical value as text. */
  elements: Record<string, string>;
  effective?: true;
}

const sources: Source[] = [
  {
    type: 'person',
    table: 'staff',
    record: 'person_record',
    elements: {
      firstName: 'given_name',
      lastName: 'family_name',
      dateOfBirth: 'date_of_birth::text',
    },
  },
  {
    type: 'employment',
    table: 'staff',
    record: 'employment_record',
    elements: {
      staffNumber: 'staff_number',
      hireDate: 'hire_date::text',
      terminationDate: 'termination_date::text',
      status: 'status',
      type: 'employment_type',
    },
  },
  {
    type: 'job',
    table: 'job',
    record: 'record_id',
    elements: {
      title: 'title',
      department: 'department',
      location: 'location',
      manager: 'manager',
      eeoCategory: 'eeo_category',
    },
    effective: true,
  },
  { type: 'contact', table: 'contact', record: 'record_id', elements: { workEmail: 'work_email' } },
  {
    type: 'pay',
    table: 'pay',
    record: 'record_id',
    elements: { base: "currency || ' ' || base::text", basis: 'basis' },
    effective: true,
  },
  {
    type: 'demographic',
    table: 'demographic',
    record: 'record_id',
    elements: { sex: 'sex', hispanicLatino: 'hispanic_latino::text', race: 'race' },
  },
];

/** Loads one client. `withDemographic`: also what only EEO-1 reads. */
export async function loadModel(
  pool: pg.Pool,
  catalogue: Catalogue,
  client: string,
  withDemographic: boolean,
): Promise<BareModel> {
  const data = newModelData(catalogue);
  const held = withDemographic ? runType(catalogue, 'demographic') : undefined;
  const demographic = held === undefined ? undefined : newTable(held, 16);
  const connection = await pool.connect();
  try {
    for (const source of sources) {
      const table = data.tables.get(source.type) ?? demographic;
      if (table?.held.type.id !== source.type) continue;
      await loadType(connection, source, client, data.people, table);
    }
  } finally {
    connection.release();
  }
  return { data, demographic };
}

async function loadType(
  connection: pg.ClientBase,
  { type, table: name, record, elements, effective }: Source,
  client: string,
  people: UuidIndex,
  table: Table,
): Promise<void> {
  const ids = Object.keys(elements);
  const dates = effective
    ? ['valid_from::text', 'valid_until::text']
    : ['null::text', 'null::text'];
  const columns = ['subject_id', record, ...dates, ...Object.values(elements)];
  const text = `copy (select ${columns.join(', ')} from ${name}
    where client_id = '${checkedUuid(client)}') to stdout (format binary)`;
  await copyRows(connection, text, (row) => {
    const person = people.add(row.bytes, row.start[0] as number);
    const e: Record<string, string | null> = {};
    for (let index = 0; index < ids.length; index++) e[ids[index] as string] = cell(row, index + 4);
    const plain = { t: type, e, from: cell(row, 2), until: cell(row, 3) };
    putRecord(table, row.bytes, row.start[1] as number, person, plain);
  });
}

function cell({ bytes, start, end }: CopyRow, field: number): string | null {
  const [from, to] = [start[field] as number, end[field] as number];
  return to < from ? null : bytes.toString('utf8', from, to);
}
