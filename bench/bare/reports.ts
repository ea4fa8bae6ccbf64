/** Bare: the three reports as PostgreSQL would be asked for them, each with its audit row. */
import type { BareDatabase } from './database.ts';

export type ReportId = 'headcount' | 'joiners-leavers' | 'eeo-1';

export interface ReportParameters {
  /** The day of headcount and EEO-1, and the last day of joiners and leavers. */
  asOf: string;
  /** How many months joiners and leavers go back. */
  months: number;
}

const audit = `a as (
  insert into audit (client_id, at, user_id, op, outcome, purpose, types, subjects, detail)
  values ($1, $3, $2, 'reports.run', 'allowed', 'reporting', '{employment,job}', '{}', $5)
)`;

const inForce = `j.client_id = s.client_id and j.subject_id = s.subject_id
  and (j.valid_from is null or j.valid_from <= $4) and (j.valid_until is null or j.valid_until > $4)`;
const employed = `s.client_id = $1 and s.hire_date <= $4
  and (s.termination_date is null or s.termination_date > $4)`;

const texts: Record<ReportId, string> = {
  headcount: `
with ${audit}
select j.department, count(*)::int as headcount
from staff s join job j on ${inForce}
where ${employed}
group by 1 order by 1`,
  'joiners-leavers': `
with ${audit}, m as (
  select generate_series(date_trunc('month', $4::date) - make_interval(months => $6 - 1),
    date_trunc('month', $4::date), '1 month')::date as month
), joined as (
  select date_trunc('month', hire_date)::date as month, count(*)::int as n
  from staff where client_id = $1 group by 1
), gone as (
  select date_trunc('month', termination_date)::date as month, count(*)::int as n
  from staff where client_id = $1 and termination_date is not null group by 1
)
select m.month, coalesce(joined.n, 0) as joiners, coalesce(gone.n, 0) as leavers
from m left join joined using (month) left join gone using (month) order by 1`,
  'eeo-1': `
with ${audit}
select j.eeo_category, case when d.hispanic_latino then 'hispanic' else d.race end as race, d.sex,
  count(*)::int as people
from staff s
join job j on ${inForce}
left join demographic d on d.client_id = s.client_id and d.subject_id = s.subject_id
where ${employed}
group by 1, 2, 3 order by 1, 2, 3`,
};

/** Rows as arrays. The matrix of EEO-1 is laid out by the caller. */
export async function runReport(
  database: BareDatabase,
  id: ReportId,
  client: string,
  user: string,
  parameters: ReportParameters,
): Promise<unknown[][]> {
  const values: unknown[] = [client, user, new Date(), parameters.asOf, JSON.stringify(parameters)];
  if (id === 'joiners-leavers') values.push(parameters.months);
  const query = { name: `report ${id}`, text: texts[id], values, rowMode: 'array' as const };
  return (await database.query(query)).rows as unknown[][];
}
