/** Bare: the three reports on plaintext in the same DuckDB by the same code, each with its audit row. */
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { queryNumbers } from '../../src/server/readmodel/duck.ts';
import type { ReportResult, RunContext } from '../../src/server/readmodel/reports/report.ts';
import { findReport } from '../../src/server/readmodel/reports/reports.ts';
import type { BareDatabase } from './database.ts';
import { type BareModel, loadModel } from './load-model.ts';
import type { ReportCall } from './sql-reports.ts';

const audit = `insert into audit (client_id, at, user_id, op, outcome, purpose, types, subjects, detail)
  values ($1, $2, $3, 'reports.run', 'allowed', 'reporting', '{employment,job}', '{}', $4)`;

export type RunReport = (
  database: BareDatabase,
  catalogue: Catalogue,
  call: ReportCall,
) => Promise<ReportResult>;

/** Keeps what it has loaded: opening is another row of the bench. */
export function duckReports(): RunReport {
  const loaded = new Map<string, Promise<BareModel>>();
  return async (database, catalogue, { client, user, report, parameters }) => {
    let model = loaded.get(client);
    if (model === undefined) {
      model = loadModel(database.pool, catalogue, client, true);
      loaded.set(client, model);
    }
    const found = findReport(report);
    if (found === undefined) throw new Error(`no report ${report}`);
    const result = await found.run(contextOf(await model, catalogue), parameters);
    await database.query({
      name: 'audit report',
      text: audit,
      values: [client, new Date(), user, JSON.stringify(parameters)],
    });
    return result;
  };
}

function contextOf({ tables, people, duck }: BareModel, catalogue: Catalogue): RunContext {
  const columnOf = (id: string) => {
    const table = tables.get(id.slice(0, id.indexOf('.')));
    const at = table?.held.elements.findIndex((held) => held.id === id) ?? -1;
    return table?.columns[at];
  };
  const staffNumbers = columnOf('employment.staffNumber');
  const employment = tables.get('employment');
  return {
    catalogue,
    suppress: false,
    query: (sql, parameters) => queryNumbers(duck, sql, parameters),
    words: (id) => {
      const column = columnOf(id);
      return column?.kind === 'code' ? column.words : [''];
    },
    person(number) {
      const row = employment?.first[number] ?? -1;
      const text = staffNumbers?.kind === 'text' ? staffNumbers.texts[row] : null;
      return { subject: people.uuidAt(number), staffNumber: text ?? null };
    },
  };
}
