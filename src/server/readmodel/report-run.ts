/** One run of a report: views of the people in scope over the client's tables, on a connection that
 * lives for this run only. `demographic` is loaded for it, as codes, and gone with it. */
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import { type Bitmap, forEachBit } from './bitmap.ts';
import type { CodeColumn } from './column.ts';
import { fillTable, queryNumbers } from './duck.ts';
import { fillRunTable } from './duck-tables.ts';
import { RUN_TYPE } from './held-types.ts';
import type { ReportRun } from './messages.ts';
import { ModelError } from './model-error.ts';
import type { ReportResult } from './reports/report.ts';
import { findReport } from './reports/reports.ts';
import type { Table } from './table.ts';
import type { View } from './view.ts';

/** The tables that stay while the client is open, of everybody. */
const KEPT_TABLES = ['employment', 'staffing'];

export interface RunParts {
  readonly catalogue: Catalogue;
  readonly instance: DuckDBInstance;
  readonly view: View;
  /** Everybody in scope; null for all. */
  readonly people: Bitmap | null;
  /** Loads the demographic records of those people. */
  readonly loadDemographic: () => Promise<Table | undefined>;
  readonly signal: AbortSignal;
}

/** Whether a run of this report needs the demographic records. */
function needsDemographic(run: ReportRun): boolean {
  const elements = findReport(run.report)?.elements(run.parameters) ?? [];
  return elements.some((id) => id.startsWith(`${RUN_TYPE}.`));
}

export async function runReport(run: ReportRun, parts: RunParts): Promise<ReportResult> {
  const { catalogue, instance, view, people, signal } = parts;
  const report = findReport(run.report);
  if (report === undefined) throw new ModelError('bad-query', 'no such report', { at: 'report' });
  const demographic = needsDemographic(run) ? await parts.loadDemographic() : undefined;
  signal.throwIfAborted();
  const connection = await instance.connect();
  const interrupt = () => connection.interrupt();
  signal.addEventListener('abort', interrupt);
  try {
    if (people !== null) await narrow(connection, people);
    if (needsDemographic(run)) await fillRunTable(connection, demographic, view.data.people.size);
    const table = (type: string) => (type === RUN_TYPE ? demographic : view.data.tables.get(type));
    const staffNumber = view.placeOf('employment.staffNumber');
    return await report.run(
      {
        catalogue,
        suppress: run.suppress,
        query: (sql, parameters) => queryNumbers(connection, sql, parameters),
        words: (id) => wordsOf(table(id.split('.')[0]!), id),
        person(number) {
          const row = staffNumber?.rows[number] ?? -1;
          const numbers = staffNumber?.column.kind === 'text' ? staffNumber.column.texts : [];
          return { subject: view.data.people.uuidAt(number), staffNumber: numbers[row] ?? null };
        },
      },
      run.parameters,
    );
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', interrupt);
    connection.closeSync();
  }
}

/** Puts views of the people in scope before the tables: nobody else stands in what a report reads. */
async function narrow(connection: DuckDBConnection, people: Bitmap): Promise<void> {
  const numbers: number[] = [];
  forEachBit(people, (person) => numbers.push(person));
  await fillTable(connection, 'scope', [{ name: 'person', data: Int32Array.from(numbers) }], true);
  for (const name of KEPT_TABLES) {
    await connection.run(`create temp view ${name} as
      select * from memory.main.${name} where person in (select person from temp.scope)`);
  }
}

function wordsOf(table: Table | undefined, id: string): readonly string[] {
  const index = table?.held.elements.findIndex((held) => held.id === id) ?? -1;
  const column = table?.columns[index];
  return column?.kind === 'code' ? (column as CodeColumn).words : [''];
}
