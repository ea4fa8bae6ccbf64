/** Bare: one person's file (person, employment, job, contact, pay) and its audit row in one statement. */
import type { BareDatabase } from './database.ts';
import type { HeldRecord, HeldType, HoldElements } from './held-elements.ts';

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
  j.record_id, j.revision, j.valid_from, j.valid_until, j.at, j.by, j.via, j.title, j.department,
  j.location, j.manager, j.eeo_category,
  c.record_id, c.revision, c.at, c.by, c.via, c.work_email,
  p.record_id, p.revision, p.valid_from, p.valid_until, p.at, p.by, p.via, p.base::text, p.currency,
  p.basis
from s
left join job j on j.client_id = s.client_id and j.subject_id = s.subject_id
left join contact c on c.client_id = s.client_id and c.subject_id = s.subject_id
left join pay p on p.client_id = s.client_id and p.subject_id = s.subject_id`;

type Cells = readonly unknown[];

/** The answer's value, or null where there is no such person. */
export async function readPerson(
  database: BareDatabase,
  hold: HoldElements,
  client: string,
  subject: string,
  user: string,
): Promise<{ id: string; types: HeldType[] } | null> {
  const values = [client, subject, user, new Date()];
  const query = { name: 'people.read', text, values, rowMode: 'array' as const };
  const rows = (await database.query(query)).rows as unknown[][];
  const [first] = rows;
  if (first === undefined) return null;
  const types: HeldType[] = [
    { id: 'person', label: 'Person', compartment: 'personnel', records: [personOf(first, hold)] },
    {
      id: 'employment',
      label: 'Employment',
      compartment: 'personnel',
      records: [employmentOf(first, hold)],
    },
    { id: 'job', label: 'Job', compartment: 'personnel', records: each(rows, 15, jobOf, hold) },
    {
      id: 'contact',
      label: 'Contact',
      compartment: 'contact',
      records: each(rows, 27, contactOf, hold),
    },
    { id: 'pay', label: 'Pay', compartment: 'pay', records: each(rows, 33, payOf, hold) },
  ];
  return { id: `sub_${subject}`, types };
}

/** The join repeats a record where another type has several; each is taken once. */
function each(
  rows: Cells[],
  at: number,
  recordOf: (cells: Cells, hold: HoldElements) => HeldRecord,
  hold: HoldElements,
): HeldRecord[] {
  const records = new Map<unknown, HeldRecord>();
  for (const cells of rows) {
    const id = cells[at];
    if (id !== null && !records.has(id)) records.set(id, recordOf(cells, hold));
  }
  return [...records.values()];
}

function personOf(cells: Cells, hold: HoldElements): HeldRecord {
  const [at, by, via, id, revision, firstName, lastName, dateOfBirth] = cells;
  const elements = hold('person', { firstName, lastName, dateOfBirth });
  return recordOf(id, revision, null, null, at, by, via, elements);
}

function employmentOf(cells: Cells, hold: HoldElements): HeldRecord {
  const [at, by, via] = cells;
  const [id, revision, staffNumber, hireDate, terminationDate, status, type] = cells.slice(8, 15);
  const elements = hold('employment', { staffNumber, hireDate, terminationDate, status, type });
  return recordOf(id, revision, null, null, at, by, via, elements);
}

function jobOf(cells: Cells, hold: HoldElements): HeldRecord {
  const [id, revision, from, until, at, by, via, ...values] = cells.slice(15, 27);
  const [title, department, location, manager, eeoCategory] = values;
  const elements = hold('job', { title, department, location, manager, eeoCategory });
  return recordOf(id, revision, from, until, at, by, via, elements);
}

function contactOf(cells: Cells, hold: HoldElements): HeldRecord {
  const [id, revision, at, by, via, workEmail] = cells.slice(27, 33);
  return recordOf(id, revision, null, null, at, by, via, hold('contact', { workEmail }));
}

function payOf(cells: Cells, hold: HoldElements): HeldRecord {
  const [id, revision, from, until, at, by, via, amount, currency, basis] = cells.slice(33);
  const elements = hold('pay', { base: { amount, currency }, basis });
  return recordOf(id, revision, from, until, at, by, via, elements);
}

function recordOf(
  id: unknown,
  revision: unknown,
  from: unknown,
  until: unknown,
  at: unknown,
  by: unknown,
  via: unknown,
  elements: HeldRecord['elements'],
): HeldRecord {
  const when = at instanceof Date ? at.toISOString() : String(at);
  return {
    id: `rec_${id}`,
    revision: revision as number,
    from: from as string | null,
    until: until as string | null,
    at: when,
    by: `usr_${by}`,
    via: via === null ? null : `imp_${via}`,
    elements,
  };
}
