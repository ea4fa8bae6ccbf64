/** The tables that reports read: from held records to numbers in DuckDB. `employment` has a row per
 * person; `staffing` has one for every stretch of days on which a person's job stays the same, those
 * without a job included, so that on any day everybody is counted exactly once and without a join. */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { fillTable, type NumberColumn } from './duck.ts';
import { columnsOf, everyRow, rowsOfPeople } from './duck-columns.ts';
import { type RunType, runElements } from './held-types.ts';
import { payColumns } from './pay-columns.ts';
import { DIMENSIONS } from './reports/dimensions.ts';
import { EMPLOYED_ELEMENTS, type ReportTable } from './reports/report.ts';
import { ALWAYS, endOfRow, FOREVER, type Table } from './table.ts';

const EMPLOYMENT = [...namesOf(EMPLOYED_ELEMENTS), 'voluntary'];
const STAFFING = [...namesOf(EMPLOYED_ELEMENTS), 'type'];
const JOB = [...new Set([...namesOf(DIMENSIONS.map((one) => one.element)), 'eeoCategory'])].filter(
  (name) => name !== 'type',
);

type Tables = ReadonlyMap<string, Table>;

/** How each table is gathered from what is held. */
const GATHER: Readonly<Record<ReportTable, (tables: Tables, people: number) => NumberColumn[]>> = {
  employment: employmentColumns,
  staffing: staffingColumns,
  paying: (tables) => payColumns(tables.get('pay')),
  absence: (tables) => everyRow(tables.get('absence'), ['from', 'to', 'kind', 'days']),
  training: (tables) =>
    everyRow(tables.get('training'), ['course', 'selectedOn', 'completedOn', 'hours']),
  enrolment: (tables) => everyRow(tables.get('enrolment'), ['programme', 'enrolledOn', 'status']),
  outcome: (tables) => everyRow(tables.get('outcome'), ['programme', 'establishedOn', 'score']),
  acknowledgement: (tables) =>
    everyRow(tables.get('acknowledgement'), ['policy', 'version', 'acknowledgedOn']),
  evaluation: (tables) => everyRow(tables.get('evaluation'), ['date', 'score']),
};

/** The numbers of these tables, gathered at once: later changes of what is held do not show in them. */
export function keptColumns(
  names: readonly ReportTable[],
  tables: Tables,
  people: number,
): Map<ReportTable, NumberColumn[]> {
  return new Map(names.map((name) => [name, GATHER[name](tables, people)]));
}

export async function fillKeptTables(
  instance: DuckDBInstance,
  kept: ReadonlyMap<ReportTable, readonly NumberColumn[]>,
): Promise<void> {
  const connection = await instance.connect();
  try {
    for (const [name, columns] of kept) await fillTable(connection, name, columns);
  } finally {
    connection.closeSync();
  }
}

/** What one run opened, gone with its connection. A `many` type has a row per record, another one a
 * row per person. */
export async function fillRunTable(
  connection: DuckDBConnection,
  name: RunType,
  table: Table | undefined,
  people: number,
): Promise<void> {
  const names = runElements(name);
  if (table?.held.type.cardinality === 'many') {
    await fillTable(connection, name, everyRow(table, names), true);
    return;
  }
  const everyone = Int32Array.from({ length: table === undefined ? 0 : people }, (_, one) => one);
  const rows = rowsOfPeople(table, everyone);
  const columns = [{ name: 'person', data: everyone }, ...columnsOf(table, names, rows)];
  await fillTable(connection, name, columns, true);
}

function employmentColumns(tables: Tables, people: number): NumberColumn[] {
  const employment = tables.get('employment');
  const everyone = Int32Array.from({ length: people }, (_, one) => one);
  const rows = rowsOfPeople(employment, everyone);
  return [
    { name: 'person', data: everyone },
    ...columnsOf(employment, EMPLOYMENT, rows),
    { name: 'managesAs', data: managerCodes(tables, rows) },
  ];
}

/** By person the code under which others name this person as their manager; 0 when nobody does. */
function managerCodes(tables: Tables, rows: Int32Array): Int32Array {
  const columnOf = (type: string, element: string) => {
    const table = tables.get(type);
    const at = table?.held.elements.findIndex((held) => held.element.id === element) ?? -1;
    return table?.columns[at];
  };
  const numbers = columnOf('employment', 'staffNumber');
  const managers = columnOf('job', 'manager');
  if (numbers?.kind !== 'text' || managers?.kind !== 'code') return new Int32Array(rows.length);
  return rows.map((row) => managers.numbers.get(numbers.texts[row] ?? '') ?? 0);
}

function staffingColumns(tables: Tables, people: number): NumberColumn[] {
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
  const rows = rowsOfPeople(
    employment,
    Int32Array.from({ length: people }, (_, one) => one),
  );
  return [
    { name: 'person', data: Int32Array.from(person) },
    { name: 'from_day', data: Int32Array.from(from) },
    { name: 'until_day', data: Int32Array.from(until) },
    ...columnsOf(
      employment,
      STAFFING,
      Int32Array.from(person, (one) => rows[one]!),
    ),
    ...columnsOf(job, JOB, Int32Array.from(jobRow)),
  ];
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

/** `hireDate` of `employment.hireDate`. */
function namesOf(ids: readonly string[]): string[] {
  return ids.map((id) => id.split('.')[1]!);
}
