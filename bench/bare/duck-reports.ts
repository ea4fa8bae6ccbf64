/** Bare: the three reports on plaintext in the same DuckDB by the same code, each with its audit row. */
import type { DuckDBInstance } from '@duckdb/node-api';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { dayOf } from '../../src/server/readmodel/day.ts';
import { openDuck } from '../../src/server/readmodel/duck.ts';
import { fillKeptTables, keptColumns } from '../../src/server/readmodel/duck-tables.ts';
import { runReport } from '../../src/server/readmodel/report-run.ts';
import type { ReportResult } from '../../src/server/readmodel/reports/report.ts';
import { View } from '../../src/server/readmodel/view.ts';
import type { BareDatabase } from './database.ts';
import { type BareModel, loadModel } from './load-model.ts';
import type { ReportCall } from './sql-reports.ts';

const audit = `insert into audit (client_id, at, user_id, op, outcome, purpose, types, subjects, detail)
  values ($1, $2, $3, 'reports.run', 'allowed', 'reporting', '{employment,job}', '{}', $4)`;
const memoryLimitMb = 2048;

export type RunReport = (
  database: BareDatabase,
  catalogue: Catalogue,
  call: ReportCall,
) => Promise<ReportResult>;

interface Opened {
  model: BareModel;
  view: View;
  instance: DuckDBInstance;
}

/** Keeps what it has loaded: opening is another row of the bench. Results are not kept. */
export function duckReports(): RunReport {
  const loaded = new Map<string, Promise<Opened>>();
  return async (database, catalogue, { client, user, report, parameters }) => {
    const today = new Date().toISOString().slice(0, 10);
    let opening = loaded.get(client);
    if (opening === undefined) {
      opening = open(database, catalogue, client, today);
      loaded.set(client, opening);
    }
    const { model, view, instance } = await opening;
    const run = { report, parameters, today, scope: { kind: 'all' }, suppress: false } as const;
    const loadForRun = async () => model.demographic;
    const { signal } = new AbortController();
    const parts = { catalogue, instance, view, people: null, loadForRun, signal };
    const result = await runReport(run, parts);
    await database.query({
      name: 'audit report',
      text: audit,
      values: [client, new Date(), user, JSON.stringify(parameters)],
    });
    return result;
  };
}

async function open(
  { pool }: BareDatabase,
  catalogue: Catalogue,
  client: string,
  today: string,
): Promise<Opened> {
  const model = await loadModel(pool, catalogue, client, true);
  const instance = await openDuck(memoryLimitMb);
  const { tables, people } = model.data;
  await fillKeptTables(instance, keptColumns(['employment', 'staffing'], tables, people.size));
  return { model, view: new View(model.data, dayOf(today)), instance };
}
