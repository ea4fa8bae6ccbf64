/** Bare: the three reports on plaintext in DuckDB, loaded once per client, each with its audit row. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { BareDatabase } from './database.ts';
import { loadDuck } from './load-duck.ts';
import type { ReportId, ReportParameters } from './reports.ts';

const employed = `hire_date <= $1 and (termination_date is null or termination_date > $1)`;

const texts: Record<ReportId, string> = {
  headcount: `
select department, count(*)::integer from staff where ${employed} group by 1 order by 1`,
  'joiners-leavers': `
with joined as (
  select hire_date[:7] as month, count(*)::integer as n from staff group by 1
), gone as (
  select termination_date[:7] as month, count(*)::integer as n from staff
  where termination_date is not null group by 1
), m as (
  select strftime(cast($1 as date) - to_months(i::integer), '%Y-%m') as month
  from range(0, $2::integer) r(i)
)
select m.month, coalesce(joined.n, 0), coalesce(gone.n, 0)
from m left join joined using (month) left join gone using (month) order by 1`,
  'eeo-1': `
select eeo_category, case when hispanic_latino = 'true' then 'hispanic' else race end, sex,
  count(*)::integer
from staff where ${employed} group by 1, 2, 3 order by 1, 2, 3`,
};

const audit = `insert into audit (client_id, at, user_id, op, outcome, purpose, types, subjects, detail)
  values ($1, $2, $3, 'reports.run', 'allowed', 'reporting', '{employment,job}', '{}', $4)`;

type RunReport = (
  database: BareDatabase,
  id: ReportId,
  client: string,
  user: string,
  parameters: ReportParameters,
) => Promise<unknown[][]>;

/** Keeps what it has loaded: opening is another row of the bench. */
export function duckReports(): RunReport {
  const loaded = new Map<string, Promise<DuckDBConnection>>();
  return async (database, id, client, user, parameters) => {
    let duck = loaded.get(client);
    if (duck === undefined) {
      duck = loadDuck(database.pool, client);
      loaded.set(client, duck);
    }
    const connection = await duck;
    const values =
      id === 'joiners-leavers' ? [parameters.asOf, parameters.months] : [parameters.asOf];
    const reader = await connection.runAndReadAll(texts[id], values);
    await database.query({
      name: 'audit report',
      text: audit,
      values: [client, new Date(), user, JSON.stringify({ id, ...parameters })],
    });
    return reader.getRowsJson() as unknown[][];
  };
}
