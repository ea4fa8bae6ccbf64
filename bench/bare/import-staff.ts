/**
 * Bare's import: the very same parsing, mapping and checking as WorkSmartly's, then COPY into the
 * indexed tables, all in one transaction. It adds people; a file sent again is answered from the
 * first time.
 */
import { hash } from 'node:crypto';
import type pg from 'pg';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { type Mapping, mappingSchema } from '../../src/contract/mapping.ts';
import { compileMapping } from '../../src/server/domain/imports/file/compile-mapping.ts';
import { findRepeatedKey } from '../../src/server/domain/imports/file/find-repeated-key.ts';
import type { MappedRow } from '../../src/server/domain/imports/file/map-row.ts';
import { parseCsv } from '../../src/server/domain/imports/file/parse-csv.ts';
import { fold } from '../../src/server/readmodel/fold.ts';
import { newUuid } from '../../src/server/uuid.ts';
import { copyIn, copyLine } from './copy-in.ts';

export interface BareImport {
  client: string;
  user: string;
  file: Buffer;
  mapping: unknown;
}

/** Rows per COPY: large enough to make its start-up cost vanish, small enough for bounded memory. */
const blockRows = 5000;

/** The number of people added. Throws an Error at the first bad row. */
export async function importStaff(
  pool: pg.Pool,
  catalogue: Catalogue,
  { client, user, file, mapping }: BareImport,
): Promise<number> {
  const rules: Mapping = mappingSchema.parse(mapping);
  const csv = await parseCsv(async function* () {
    yield file;
  });
  const compiled = compileMapping({ adopted: catalogue, whole: catalogue }, rules, csv.headers);
  if ('faults' in compiled) throw new Error(JSON.stringify(compiled.faults.slice(0, 5)));
  const repeated = findRepeatedKey(compiled.keyHeader);
  const connection = await pool.connect();
  const importId = newUuid(Date.now());
  let count = 0;
  try {
    await connection.query('begin');
    let lines = emptyLines();
    let held = 0;
    let sending = Promise.resolve();
    for await (const batch of csv.batches) {
      for (const [index, cells] of batch.rows.entries()) {
        const row = compiled.mapRow(cells, batch.numbers[index] as number);
        if ('errors' in row) throw new Error(JSON.stringify(row.errors[0]));
        if (repeated(row.staffNumber, row.row) !== undefined) throw new Error('staff number twice');
        addLines(lines, client, user, importId, row);
        count++;
        held++;
      }
      if (held < blockRows) continue;
      await sending;
      sending = sendLines(connection, lines);
      sending.catch(() => {});
      lines = emptyLines();
      held = 0;
    }
    await sending;
    await sendLines(connection, lines);
    await connection.query({
      text: `with a as (
        insert into audit (client_id, at, user_id, op, outcome, purpose, types, subjects, detail)
        values ($1, $5, $6, 'imports.start', 'allowed', 'import', '{}', '{}', $2::text)
      )
      insert into import_job (client_id, import_id, fingerprint, rows, at) values ($1, $2::uuid, $3, $4, $5)`,
      values: [client, importId, hash('sha256', file, 'buffer'), count, new Date(), user],
    });
    await connection.query('commit');
    return count;
  } catch (error) {
    await connection.query('rollback').catch(() => {});
    throw error;
  } finally {
    connection.release();
  }
}

const copies = {
  staff: `client_id, subject_id, person_record, person_revision, employment_record,
    employment_revision, at, by, via, staff_number, given_name, family_name, date_of_birth, hire_date,
    termination_date, status, employment_type, title, department, location, search`,
  job: `client_id, subject_id, record_id, revision, at, by, via, valid_from, title, department,
    location, manager, eeo_category`,
  contact: 'client_id, subject_id, record_id, revision, at, by, via, work_email',
  pay: 'client_id, subject_id, record_id, revision, at, by, via, valid_from, base, currency, basis',
  demographic:
    'client_id, subject_id, record_id, revision, at, by, via, sex, hispanic_latino, race',
};

type Table = keyof typeof copies;
type Lines = Record<Table, string[]>;

function emptyLines(): Lines {
  return { staff: [], job: [], contact: [], pay: [], demographic: [] };
}

async function sendLines(connection: pg.ClientBase, lines: Lines): Promise<void> {
  for (const table of Object.keys(copies) as Table[]) {
    if (lines[table].length === 0) continue;
    await copyIn(connection, `copy ${table} (${copies[table]}) from stdin`, lines[table]);
  }
}

type Values = Record<string, unknown>;
const none: Values = {};

function addLines(
  lines: Lines,
  client: string,
  user: string,
  importId: string,
  row: MappedRow,
): void {
  const now = Date.now();
  const at = new Date(now).toISOString();
  const subject = newUuid(now);
  const types = new Map(row.types.map((type) => [type.type, type]));
  const person = types.get('person')?.values ?? none;
  const employment = types.get('employment')?.values ?? none;
  const job = types.get('job');
  const contact = types.get('contact');
  const pay = types.get('pay');
  const demographic = types.get('demographic');
  const work = job?.values ?? none;
  const searched = [
    ...[person.firstName, person.lastName, row.staffNumber, work.title, work.department],
    contact?.values.workEmail,
  ];
  const head = (): unknown[] => [client, subject, newUuid(now), 1, at, user, importId];

  lines.staff.push(
    copyLine([
      ...[client, subject, newUuid(now), 1, newUuid(now), 1, at, user, importId, row.staffNumber],
      ...[person.firstName, person.lastName, person.dateOfBirth, employment.hireDate],
      ...[employment.terminationDate, employment.status, employment.type],
      ...[work.title, work.department, work.location, fold(searched.join('\n'))],
    ]),
  );
  if (job !== undefined) {
    const { title, department, location, manager, eeoCategory } = job.values;
    const cells = [...head(), job.from, title, department, location, manager, eeoCategory];
    lines.job.push(copyLine(cells));
  }
  if (contact !== undefined) lines.contact.push(copyLine([...head(), contact.values.workEmail]));
  if (pay !== undefined) {
    const { base, basis } = pay.values as {
      base: { amount: string; currency: string };
      basis: string;
    };
    lines.pay.push(copyLine([...head(), pay.from, base.amount, base.currency, basis]));
  }
  if (demographic !== undefined) {
    const { sex, hispanicLatino, race } = demographic.values;
    lines.demographic.push(copyLine([...head(), sex, hispanicLatino, race]));
  }
}
