/**
 * Bare: the staff list in two ways of writing it. Which one is faster depends on the term, so both
 * are measured and the better one counts.
 */
import type { BareDatabase } from './database.ts';

export interface ListQuery {
  q: string;
  limit: number;
  /** Column filters, from the list below. */
  filters: Record<string, string>;
}

export type ListVariant = 'plain' | 'materialized';

const filterColumns: Record<string, string> = {
  'job.department': 'department',
  'job.location': 'location',
  'job.title': 'title',
  'employment.status': 'status',
};

export interface ListItem {
  id: string;
  [element: string]: unknown;
}

/** A page and the number of all that match, with the audit row in the same round trip. */
export async function listStaff(
  database: BareDatabase,
  variant: ListVariant,
  client: string,
  user: string,
  query: ListQuery,
): Promise<{ items: ListItem[]; total: number; next: string | null }> {
  const names = Object.keys(query.filters).filter((name) => name in filterColumns);
  const conditions = names
    .map((name, index) => ` and ${filterColumns[name]} = $${index + 6}`)
    .join('');
  const searched = searchCondition(query.q);
  const { rows } = await database.query({
    name: `list ${variant} ${names.join()} ${searched}`,
    text: statementOf[variant](`client_id = $1${searched}${conditions}`),
    values: [
      client,
      user,
      new Date(),
      query.limit,
      `%${query.q.toLowerCase().replace(/[\\%_]/gu, '\\$&')}%`,
      ...names.map((name) => query.filters[name]),
    ],
  });
  const [first] = rows as { total: number }[];
  const items = (rows as Record<string, unknown>[]).flatMap((row) =>
    row.id === null ? [] : [itemOf(row)],
  );
  const total = first?.total ?? 0;
  return { items, total, next: total > items.length ? nextCursor(items) : null };
}

/** Trigrams say nothing about terms of one or two letters, so these must not use the index. */
function searchCondition(q: string): string {
  if (q === '') return '';
  return [...q].length < 3 ? " and (search || '') like $5" : ' and search like $5';
}

function itemOf(row: Record<string, unknown>): ListItem {
  const { id, staffNumber, givenName, familyName, title, department, location, status } = row;
  return {
    id: `sub_${id}`,
    staffNumber,
    'person.firstName': givenName,
    'person.lastName': familyName,
    'job.title': title,
    'job.department': department,
    'job.location': location,
    'employment.status': status,
    'employment.hireDate': row.hireDate,
  };
}

function nextCursor(items: ListItem[]): string | null {
  const last = items.at(-1);
  if (last === undefined) return null;
  const place = [last['person.lastName'], last['person.firstName'], last.id].join('\u0000');
  return Buffer.from(place).toString('base64url');
}

const audit = `a as (
  insert into audit (client_id, at, user_id, op, outcome, purpose, types, subjects)
  values ($1, $3, $2, 'people.list', 'allowed', 'hr-administration', '{person,employment,job}', '{}')
)`;
// $5 stands in every text, so that its parameters are the same with and without a term.
const used = 'and ($5::text is not null or true)';
const wanted = `subject_id, staff_number, given_name, family_name, title, department, location, status,
  hire_date`;
const named = `subject_id as id, staff_number as "staffNumber", given_name as "givenName",
  family_name as "familyName", title, department, location, status, hire_date as "hireDate"`;
const order = 'order by family_name, given_name, subject_id limit $4';

const statementOf: Record<ListVariant, (where: string) => string> = {
  plain: (where) => `
with ${audit}, n as (
  select count(*)::int as total from staff where ${where} ${used}
), m as (
  select ${wanted} from staff where ${where} ${used} ${order}
)
select n.total, ${named} from n left join m on true order by family_name, given_name, subject_id`,
  materialized: (where) => `
with ${audit}, m as materialized (
  select ${wanted} from staff where ${where} ${used}
)
select (select count(*)::int from m) as total, ${named} from (select 1) one left join m on true ${order}`,
};
