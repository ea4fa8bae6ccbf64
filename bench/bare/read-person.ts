/**
 * Bare: one person's file (person, employment, job, contact, pay) and its audit row in one statement;
 * the answer is made by WorkSmartly's own function, so that the bytes are the same.
 */
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import type { Grant } from '../../src/server/domain/operation.ts';
import { personFile } from '../../src/server/domain/people/person-file.ts';
import type { OpenedRecord, RecordBody } from '../../src/server/vault/store.ts';
import type { BareDatabase } from './database.ts';

const text = `
with s as (
  select * from staff where client_id = $1 and subject_id = $2
), a as (
  insert into audit (client_id, at, user_id, op, outcome, purpose, types, subjects)
  select $1, $4, $3, 'people.read',
    case when exists (select 1 from s) then 'allowed' else 'refused' end,
    'hr-administration', '{person,employment,job,contact,pay}', array[$2::uuid]
)
select s.at, s.by, s.via, s.person_record, s.person_revision, s.given_name, s.family_name,
  s.date_of_birth, s.employment_record, s.employment_revision, s.staff_number, s.hire_date,
  s.termination_date, s.status, s.employment_type,
  j.record_id, j.revision, j.at, j.by, j.via, j.valid_from, j.valid_until, j.title, j.department,
  j.location, j.manager, j.eeo_category,
  c.record_id, c.revision, c.at, c.by, c.via, c.work_email,
  p.record_id, p.revision, p.at, p.by, p.via, p.valid_from, p.valid_until, p.base::text, p.currency,
  p.basis
from s
left join job j on j.client_id = s.client_id and j.subject_id = s.subject_id
left join contact c on c.client_id = s.client_id and c.subject_id = s.subject_id
left join pay p on p.client_id = s.client_id and p.subject_id = s.subject_id`;

type Cells = readonly unknown[];

/** What `personFile` wants to know of a reader, for one who may see everything. */
export function everything(catalogue: Catalogue): Grant {
  return { catalogue, allows: () => true } as unknown as Grant;
}

/** The answer's value, or null where there is no such person. */
export async function readPerson(
  database: BareDatabase,
  grant: Grant,
  client: string,
  subject: string,
  user: string,
): Promise<object | null> {
  const values = [client, subject, user, new Date()];
  const query = { name: 'people.read', text, values, rowMode: 'array' as const };
  const rows = (await database.query(query)).rows as unknown[][];
  const [first] = rows;
  if (first === undefined) return null;
  return personFile(grant, subject, [
    personOf(first),
    employmentOf(first),
    ...each(rows, 15, jobOf),
    ...each(rows, 27, contactOf),
    ...each(rows, 33, payOf),
  ]);
}

/** The join repeats a record where another type has several; each is taken once. */
function each(rows: Cells[], at: number, recordOf: (cells: Cells) => OpenedRecord): OpenedRecord[] {
  const records = new Map<unknown, OpenedRecord>();
  for (const cells of rows) {
    const id = cells[at];
    if (id !== null && !records.has(id)) records.set(id, recordOf(cells));
  }
  return [...records.values()];
}

function personOf(cells: Cells): OpenedRecord {
  const e = { firstName: cells[5], lastName: cells[6], dateOfBirth: cells[7] };
  return recordOf('person', cells.slice(3, 5), cells, null, null, e);
}

function employmentOf(cells: Cells): OpenedRecord {
  const [staffNumber, hireDate, terminationDate, status, type] = cells.slice(10, 15);
  const e = { staffNumber, hireDate, terminationDate, status, type };
  return recordOf('employment', cells.slice(8, 10), cells, null, null, e);
}

function jobOf(cells: Cells): OpenedRecord {
  const [title, department, location, manager, eeoCategory] = cells.slice(22, 27);
  const e = { title, department, location, manager, eeoCategory };
  return recordOf('job', cells.slice(15), cells.slice(17), cells[20], cells[21], e);
}

function contactOf(cells: Cells): OpenedRecord {
  const e = { workEmail: cells[32] };
  return recordOf('contact', cells.slice(27), cells.slice(29), null, null, e);
}

function payOf(cells: Cells): OpenedRecord {
  const [amount, currency, basis] = cells.slice(40);
  const e = { base: { amount, currency }, basis };
  return recordOf('pay', cells.slice(33), cells.slice(35), cells[38], cells[39], e);
}

/** `ids`: record and revision; `trace`: at, by, via. */
function recordOf(
  t: string,
  [record, revision]: Cells,
  [at, by, via]: Cells,
  from: unknown,
  until: unknown,
  values: Record<string, unknown>,
): OpenedRecord {
  const e: Record<string, unknown> = {};
  for (const element in values) {
    if (values[element] !== null) e[element] = values[element];
  }
  const body = {
    t,
    e,
    from,
    until,
    at: (at as Date).toISOString(),
    by: `usr_${by}`,
    via: via === null ? null : `imp_${via}`,
  } as RecordBody;
  return { record: record as string, revision: revision as number, current: true, body };
}
