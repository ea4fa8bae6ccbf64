/** The tables that reports read: from held records to numbers in DuckDB. `employment` has a row per
 * person; `staffing` has one for every stretch of days on which a person's job stays the same, those
 * without a job included, so that on any day everybody is counted exactly once and without a join. */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { NO_DAY } from './day.ts';
import { fillTable, type IntegerColumn } from './duck.ts';
import { DIMENSIONS } from './reports/dimensions.ts';
import { RUN_ELEMENTS } from './reports/eeo-1.ts';
import { EMPLOYED_ELEMENTS } from './reports/report.ts';
import { ALWAYS, endOfRow, FOREVER, rowInForce, type Table } from './table.ts';

/** Elements that reports use, without those of the run's own table. */
const KEPT = [
  ...new Set([...EMPLOYED_ELEMENTS, ...DIMENSIONS.map((one) => one.element), ...RUN_ELEMENTS]),
];

/** `hireDate` of `employment.hireDate`: element ids are unique among those that reports use. */
function elementsOf(type: string): string[] {
  return KEPT.filter((id) => id.startsWith(`${type}.`)).map((id) => id.slice(type.length + 1));
}

export interface KeptColumns {
  readonly employment: readonly IntegerColumn[];
  readonly staffing: readonly IntegerColumn[];
}

/** The numbers of both tables, gathered at once: later changes of the tables do not show in them. */
export function keptColumns(tables: ReadonlyMap<string, Table>, people: number): KeptColumns {
  const employment = tables.get('employment');
  const job = tables.get('job');
  const person: number[] = [];
  const jobRow: number[] = [];
  const from: number[] = [];
  const until: number[] = [];
  for (let one = 0; one < people; one++) {
    for (const stretch of stretchesOf(job, one)) {
      person.push(one);
      jobRow.push(stretch.row);
      from.push(stretch.from);
      until.push(stretch.until);
    }
  }
  const everyone = Int32Array.from({ length: people }, (_, one) => one);
  const rows = everyone.map((one) => (employment ? rowInForce(employment, one, 0) : -1));
  const employmentRow = Int32Array.from(person, (one) => rows[one]!);
  return {
    employment: [{ name: 'person', data: everyone }, ...columnsOf(employment, 'employment', rows)],
    staffing: [
      { name: 'person', data: Int32Array.from(person) },
      { name: 'from_day', data: Int32Array.from(from) },
      { name: 'until_day', data: Int32Array.from(until) },
      ...columnsOf(employment, 'employment', employmentRow),
      ...columnsOf(job, 'job', Int32Array.from(jobRow)),
    ],
  };
}

export async function fillKeptTables(instance: DuckDBInstance, kept: KeptColumns): Promise<void> {
  const connection = await instance.connect();
  try {
    await fillTable(connection, 'employment', kept.employment);
    await fillTable(connection, 'staffing', kept.staffing);
  } finally {
    connection.closeSync();
  }
}

/** The demographic codes of one run, gone with its connection. */
export async function fillRunTable(
  connection: DuckDBConnection,
  table: Table | undefined,
  people: number,
): Promise<void> {
  const everyone = Int32Array.from({ length: table === undefined ? 0 : people }, (_, one) => one);
  const rows = everyone.map((one) => rowInForce(table!, one, 0));
  const columns = [{ name: 'person', data: everyone }, ...columnsOf(table, 'demographic', rows)];
  await fillTable(connection, 'demographic', columns, true);
}

interface Stretch {
  /** -1 for no job in force. */
  readonly row: number;
  readonly from: number;
  readonly until: number;
}

/** All days from ALWAYS to FOREVER, cut where the person's job changes. */
function stretchesOf(job: Table | undefined, person: number): Stretch[] {
  const jobs: Stretch[] = [];
  for (let row = job?.first[person] ?? -1; row !== -1; row = job!.next[row]!) {
    const until = endOfRow(job!, row);
    if (job!.from[row]! < until) jobs.push({ row, from: job!.from[row]!, until });
  }
  jobs.sort((a, b) => a.from - b.from);
  const stretches: Stretch[] = [];
  let day = ALWAYS;
  for (const one of jobs) {
    if (day < one.from) stretches.push({ row: -1, from: day, until: one.from });
    stretches.push(one);
    day = one.until;
  }
  if (day < FOREVER) stretches.push({ row: -1, from: day, until: FOREVER });
  return stretches;
}

/** The elements of a type at the given rows; -1 gives no value. */
function columnsOf(table: Table | undefined, type: string, rows: Int32Array): IntegerColumn[] {
  return elementsOf(type).map((name) => {
    const index = table?.held.elements.findIndex((held) => held.element.id === name) ?? -1;
    const column = table?.columns[index];
    const isDay = EMPLOYED_ELEMENTS.some((id) => id === `${type}.${name}`);
    const none = isDay ? NO_DAY : 0;
    const values =
      column?.kind === 'day' ? column.days : column?.kind === 'code' ? column.codes : null;
    return { name, data: rows.map((row) => (row === -1 || values === null ? none : values[row]!)) };
  });
}
