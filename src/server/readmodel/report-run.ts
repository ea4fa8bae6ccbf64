/** One run of a report: views of the people in scope over the client's tables, on a connection that
 * lives for this run only. What is not held is opened for it, as codes, and gone with it. */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { type Bitmap, forEachBit } from './bitmap.ts';
import type { CodeColumn } from './column.ts';
import { fillTable, queryNumbers } from './duck.ts';
import { fillRunTable } from './duck-tables.ts';
import { RUN_TYPES, type RunType } from './held-types.ts';
import type { ReportPlace, ReportRun } from './messages.ts';
import { ModelError } from './model-error.ts';
import type { Report, ReportResult, ReportTable, RunContext } from './reports/report.ts';
import { findReport, tablesOf, typesOfRun } from './reports/reports.ts';
import type { Table } from './table.ts';
import type { View } from './view.ts';

export interface RunParts {
  readonly catalogue: Catalogue;
  readonly instance: DuckDBInstance;
  readonly view: View;
  /** Everybody in scope; null for all. */
  readonly people: Bitmap | null;
  /** Opens the records of a type for this run. */
  readonly loadForRun: (type: RunType) => Promise<Table | undefined>;
  readonly signal: AbortSignal;
}

export function runReport(run: ReportRun, parts: RunParts): Promise<ReportResult> {
  return inRun(run, parts, (report, context) => report.run(context, run.parameters));
}

/** The numbers of the people behind one figure, in no order. */
export function findPeople(
  run: ReportRun,
  cell: ReportPlace,
  parts: RunParts,
): Promise<readonly number[]> {
  return inRun(run, parts, async (report, context) => {
    if (report.drill === undefined)
      throw new ModelError('bad-query', 'no people', { at: 'report' });
    return report.drill.people(context, run.parameters, cell);
  });
}

async function inRun<T>(
  run: ReportRun,
  parts: RunParts,
  body: (report: Report, context: RunContext) => Promise<T>,
): Promise<T> {
  const { catalogue, instance, view, people, signal } = parts;
  const report = findReport(run.report);
  if (report === undefined) throw new ModelError('bad-query', 'no such report', { at: 'report' });
  const used = typesOfRun(report, run.parameters);
  const opened = new Map<RunType, Table | undefined>();
  for (const type of RUN_TYPES) {
    if (used.includes(type)) opened.set(type, await parts.loadForRun(type));
  }
  signal.throwIfAborted();
  const connection = await instance.connect();
  const interrupt = () => connection.interrupt();
  signal.addEventListener('abort', interrupt);
  try {
    if (people !== null) await narrow(connection, people, tablesOf(run));
    for (const [type, table] of opened) {
      await fillRunTable(connection, type, table, view.data.people.size);
    }
    const table = (type: string) => opened.get(type as RunType) ?? view.data.tables.get(type);
    const staffNumber = view.placeOf('employment.staffNumber');
    return await body(report, {
      catalogue,
      suppress: run.suppress,
      reference: run.reference ?? {},
      query: (sql, parameters) => queryNumbers(connection, sql, parameters),
      words: (id) => wordsOf(table(id.split('.')[0]!), id),
      person(number) {
        const row = staffNumber?.rows[number] ?? -1;
        const numbers = staffNumber?.column.kind === 'text' ? staffNumber.column.texts : [];
        return { subject: view.data.people.uuidAt(number), staffNumber: numbers[row] ?? null };
      },
    });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', interrupt);
    connection.closeSync();
  }
}

/** Puts views of the people in scope before the tables: nobody else stands in what a report reads. */
async function narrow(
  connection: DuckDBConnection,
  people: Bitmap,
  tables: readonly ReportTable[],
): Promise<void> {
  const numbers: number[] = [];
  forEachBit(people, (person) => numbers.push(person));
  await fillTable(connection, 'scope', [{ name: 'person', data: Int32Array.from(numbers) }], true);
  for (const name of tables) {
    await connection.run(`create temp view ${name} as
      select * from memory.main.${name} where person in (select person from temp.scope)`);
  }
}

function wordsOf(table: Table | undefined, id: string): readonly string[] {
  const index = table?.held.elements.findIndex((held) => held.id === id) ?? -1;
  const column = table?.columns[index];
  return column?.kind === 'code' ? (column as CodeColumn).words : [''];
}
