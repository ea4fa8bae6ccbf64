/** The tables that reports read: from held records to numbers in DuckDB. At any day a person has at
 * most one row of a type, so that nobody is counted twice. */
import type { DuckDBConnection } from '@duckdb/node-api';
import type { CodeColumn, Column, DayColumn } from './column.ts';
import { NO_DAY } from './day.ts';
import { fillTable, type IntegerColumn } from './duck.ts';
import { DIMENSIONS } from './reports/dimensions.ts';
import { RUN_ELEMENTS } from './reports/eeo-1.ts';
import { EMPLOYED_ELEMENTS } from './reports/report.ts';
import { endOfRow, type Table } from './table.ts';

/** The elements of each report table, by record type. */
export const REPORT_COLUMNS: Readonly<Record<string, readonly string[]>> = byType([
  ...EMPLOYED_ELEMENTS,
  ...DIMENSIONS.map((dimension) => dimension.element),
  ...RUN_ELEMENTS,
]);

/** Fills the report table `name` from the records of `type`; `table` is undefined when none is held. */
export async function fillReportTable(
  connection: DuckDBConnection,
  name: string,
  type: string,
  table: Table | undefined,
  temporary = false,
): Promise<void> {
  const rows = table === undefined ? new Int32Array(0) : singleRows(table);
  const columns: IntegerColumn[] = [
    { name: 'person', data: gather(rows, (row) => table!.person[row]!) },
    { name: 'from_day', data: gather(rows, (row) => table!.from[row]!) },
    { name: 'until_day', data: gather(rows, (row) => endOfRow(table!, row)) },
    ...REPORT_COLUMNS[type]!.map((element) => {
      const read = reader(table, element);
      return { name: element, data: gather(rows, read) };
    }),
  ];
  await fillTable(connection, name, columns, rows.length, temporary);
}

/** Rows that are in force on some day: what `rowInForce` would find, for every day at once. */
function singleRows(table: Table): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < table.ids.size; row++) {
    if (table.from[row]! < endOfRow(table, row)) rows.push(row);
  }
  return Int32Array.from(rows);
}

function reader(table: Table | undefined, element: string): (row: number) => number {
  const index = table?.held.elements.findIndex((held) => held.element.id === element) ?? -1;
  const column: Column | undefined = table?.columns[index];
  if (column?.kind === 'code') return (row) => (column as CodeColumn).codes[row]!;
  if (column?.kind === 'day') return (row) => (column as DayColumn).days[row]!;
  // Not held: days are never reached and words are unknown.
  const none = EMPLOYED_ELEMENTS.some((id) => id.endsWith(`.${element}`)) ? NO_DAY : 0;
  return () => none;
}

function gather(rows: Int32Array, read: (row: number) => number): Int32Array {
  const data = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) data[i] = read(rows[i]!);
  return data;
}

function byType(elements: readonly string[]): Record<string, string[]> {
  const types: Record<string, string[]> = {};
  for (const id of new Set(elements)) {
    const [type, element] = id.split('.') as [string, string];
    types[type] ??= [];
    types[type].push(element);
  }
  return types;
}
