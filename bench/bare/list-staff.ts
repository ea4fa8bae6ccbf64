/**
 * Bare: the staff list in two ways of writing it. Which one is faster depends on the term, so both
 * are measured and the better one counts.
 */
import { fold } from '../../src/server/readmodel/fold.ts';
import type { BareDatabase } from './database.ts';

export interface ListQuery {
  q: string;
  limit: number;
  /** By element id, from the list below. */
  filters: Record<string, string>;
}

export type ListVariant = 'plain' | 'materialized';

const filterColumns: Record<string, string> = {
  'job.department': 'department',
  'job.location': 'location',
  'job.title': 'title',
  'employment.status': 'status',
};

/** The elements of an item and where they stand; null stands for what the file did not give. */
const shown: Record<string, string | null> = {
  'employment.staffNumber': 'staff_number',
  'person.firstName': 'given_name',
  'person.lastName': 'family_name',
  'person.preferredName': null,
  'job.title': 'title',
  'job.department': 'department',
  'job.departmentName': null,
  'job.location': 'location',
  'employment.status': 'status',
  'employment.type': 'employment_type',
  'employment.hireDate': 'hire_date',
  'contact.workEmail': 'work_email',
};

export interface ListPage {
  items: Record<string, unknown>[];
  total: number;
  next: string | null;
}

/** A page and the number of all that match, with the audit row in the same round trip. */
export async function listStaff(
  database: BareDatabase,
  variant: ListVariant,
  client: string,
  user: string,
  query: ListQuery,
): Promise<ListPage> {
  const words = fold(query.q)
    .split(/[\s,]+/u)
    .filter(Boolean);
  const names = Object.keys(query.filters).filter((name) => name in filterColumns);
  const conditions = [
    ...words.map((word, index) => searchCondition(word, index + 5)),
    ...names.map((name, index) => `${filterColumns[name]} = $${index + 5 + words.length}`),
  ].map((condition) => ` and ${condition}`);
  const { rows } = await database.query({
    // PostgreSQL cuts names at 63 bytes; longer searches go unprepared.
    ...(conditions.length < 2 && { name: `list ${variant}${conditions.join('')}` }),
    text: statementOf[variant](`client_id = $1${conditions.join('')}`),
    values: [
      client,
      user,
      new Date(),
      query.limit,
      ...words.map((word) => `%${word.replace(/[\\%_]/gu, '\\$&')}%`),
      ...names.map((name) => query.filters[name]),
    ],
  });
  const people = (rows as Row[]).filter((row) => row.subject_id !== null);
  const total = (rows[0] as Row | undefined)?.total ?? 0;
  const next = total > people.length ? nextCursor(people.at(-1)) : null;
  return { items: people.map(itemOf), total, next };
}

interface Row {
  subject_id: string | null;
  total: number;
  [column: string]: unknown;
}

/** Trigrams say nothing about terms of one or two letters, so these must not use the index. */
function searchCondition(word: string, parameter: number): string {
  return [...word].length < 3 ? `(search || '') like $${parameter}` : `search like $${parameter}`;
}

function itemOf(row: Row): Record<string, unknown> {
  const item: Record<string, unknown> = {
    id: `sub_${row.subject_id}`,
    staffNumber: row.staff_number,
  };
  for (const element in shown) {
    const column = shown[element];
    item[element] = column === null || column === undefined ? null : row[column];
  }
  return item;
}

function nextCursor(last: Row | undefined): string | null {
  if (last === undefined) return null;
  const place = [last.family_name, last.given_name, last.subject_id].join('\u0000');
  return Buffer.from(place).toString('base64url');
}

const audit = `a as (
  insert into audit (client_id, at, user_id, op, outcome, purpose, types, subjects)
  values ($1, $3, $2, 'people.list', 'allowed', 'hr-administration', '{person,employment,job}', '{}')
)`;
const columns = `subject_id, staff_number, given_name, family_name, title, department, location,
  status, employment_type, hire_date`;
const order = 'order by family_name, given_name, subject_id';
// Mail addresses stand in another table: they are fetched for the page only.
const mail = `(select work_email from contact c where c.client_id = $1 and c.subject_id = m.subject_id
  limit 1) as work_email`;

const statementOf: Record<ListVariant, (where: string) => string> = {
  plain: (where) => `
with ${audit}, n as (
  select count(*)::int as total from staff where ${where}
), m as (
  select ${columns} from staff where ${where} ${order} limit $4
)
select n.total, m.*, ${mail} from n left join m on true ${order}`,
  materialized: (where) => `
with ${audit}, found as materialized (
  select ${columns} from staff where ${where}
), m as (
  select * from found ${order} limit $4
), n as (
  select count(*)::int as total from found
)
select n.total, m.*, ${mail} from n left join m on true ${order}`,
};
