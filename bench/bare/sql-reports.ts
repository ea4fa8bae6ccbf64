/**
 * Bare: the three reports as PostgreSQL would be asked for them, each with its audit row. WorkSmartly's
 * own report code lays out the rows, so that both sides answer the same bytes.
 */
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { dayOf } from '../../src/server/readmodel/day.ts';
import type { ReportParameters } from '../../src/server/readmodel/reports/parameters.ts';
import type { ReportResult, RunContext } from '../../src/server/readmodel/reports/report.ts';
import { findReport } from '../../src/server/readmodel/reports/reports.ts';
import type { BareDatabase } from './database.ts';

export type ReportId = 'headcount' | 'joiners-leavers' | 'eeo-1';

export interface ReportCall {
  client: string;
  user: string;
  report: ReportId;
  parameters: ReportParameters;
}

const audit = `a as (
  insert into audit (client_id, at, user_id, op, outcome, purpose, types, subjects, detail)
  values ($1, $4, $3, 'reports.run', 'allowed', 'reporting', '{employment,job}', '{}', $5)
)`;

const inForce = `j.client_id = s.client_id and j.subject_id = s.subject_id
  and (j.valid_from is null or j.valid_from <= $2) and (j.valid_until is null or j.valid_until > $2)`;
const employed = `s.client_id = $1 and s.hire_date <= $2
  and (s.termination_date is null or s.termination_date > $2)`;
const people = `from staff s
left join job j on ${inForce}
left join demographic d on d.client_id = s.client_id and d.subject_id = s.subject_id
where ${employed}`;

/** The answers that each report asks for, in turn. Texts become codes, dates become days. */
const texts: Record<ReportId, string[]> = {
  headcount: [
    `with ${audit}
select j.department, count(*)::int
from staff s left join job j on ${inForce} where ${employed} group by 1`,
  ],
  'joiners-leavers': [
    `with ${audit}
select 0, hire_date, count(*)::int from staff
where client_id = $1 and hire_date between $6 and $2 group by 2
union all
select 1, termination_date, count(*)::int from staff
where client_id = $1 and termination_date between $6 and $2 group by 2`,
  ],
  'eeo-1': [
    `with ${audit}
select j.eeo_category, d.hispanic_latino, d.sex, d.race, count(*)::int ${people} group by 1, 2, 3, 4`,
    `select s.subject_id, s.staff_number, j.eeo_category, d.hispanic_latino, d.sex, d.race ${people}
and (j.eeo_category is null or d.hispanic_latino is null or d.sex is null
  or (not d.hispanic_latino and d.race is null))
order by s.subject_id limit 1000`,
  ],
};

const elements: Record<ReportId, string[]> = {
  headcount: ['job.department'],
  'joiners-leavers': [],
  'eeo-1': ['job.eeoCategory', 'demographic.hispanicLatino', 'demographic.sex', 'demographic.race'],
};

/** Runs one report on the tables. */
export async function runSqlReport(
  database: BareDatabase,
  catalogue: Catalogue,
  call: ReportCall,
): Promise<ReportResult> {
  const { report, parameters } = call;
  const words = new Map(elements[report].map((element) => [element, ['']]));
  const numbers = new Map(elements[report].map((element) => [element, new Map<string, number>()]));
  const codeOf = (element: string, value: unknown): number => {
    if (value === null) return 0;
    const known = numbers.get(element)?.get(String(value));
    if (known !== undefined) return known;
    const code = (words.get(element)?.push(String(value)) ?? 1) - 1;
    numbers.get(element)?.set(String(value), code);
    return code;
  };
  const named: { subject: string; staffNumber: string | null }[] = [];
  let asked = 0;
  const context: RunContext = {
    catalogue,
    suppress: false,
    reference: {},
    words: (element) => words.get(element) ?? [''],
    person: (number) => named[number] ?? { subject: '', staffNumber: null },
    async query() {
      const step = asked++;
      const rows = await ask(database, call, step);
      return rows.map((row) => {
        if (report === 'joiners-leavers')
          return [row[0] as number, dayOf(row[1] as string), row[2] as number];
        if (step === 0) return [...coded(row.slice(0, -1)), row.at(-1) as number];
        const [subject, staffNumber, ...values] = row as string[];
        named.push({ subject: subject as string, staffNumber: staffNumber ?? null });
        return [named.length - 1, ...coded(values)];
      });
    },
  };
  const coded = (row: unknown[]): number[] =>
    row.map((value, index) => codeOf(elements[report][index] as string, value));
  const found = findReport(report);
  if (found === undefined) throw new Error(`no report ${report}`);
  return found.run(context, parameters);
}

async function ask(database: BareDatabase, call: ReportCall, step: number): Promise<unknown[][]> {
  const { client, user, report, parameters } = call;
  const values: unknown[] = [client, parameters.asOf];
  if (step === 0) values.push(user, new Date(), JSON.stringify(parameters));
  if (report === 'joiners-leavers') values.push(firstDay(parameters));
  const text = texts[report][step] as string;
  const query = { name: `report ${report} ${step}`, text, values, rowMode: 'array' as const };
  return (await database.query(query)).rows as unknown[][];
}

/** First day of the earliest month of joiners and leavers. */
function firstDay({ asOf, months = 12 }: ReportParameters): string {
  const month = 12 * Number(asOf.slice(0, 4)) + Number(asOf.slice(5, 7)) - months;
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}-01`;
}
