/** Reports of one client: its locked DuckDB, filled when the data have moved, and the results of this
 * data version, so that the same question costs nothing twice (a table and then its CSV). One run at
 * a time. */
import type { DuckDBInstance } from '@duckdb/node-api';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { Bitmap } from './bitmap.ts';
import type { RunType } from './held-types.ts';
import type { ReportPlace, ReportRun } from './messages.ts';
import type { RunParts } from './report-run.ts';
import type { ReportResult, ReportTable } from './reports/report.ts';
import { tablesOf } from './reports/reports.ts';
import type { Table } from './table.ts';
import type { View } from './view.ts';

export interface ReportTurn {
  readonly dataVersion: number;
  readonly view: View;
  /** Everybody in scope; null for all. */
  readonly people: Bitmap | null;
  readonly loadForRun: (type: RunType) => Promise<Table | undefined>;
}

const RESULTS_KEPT = 50;

export class ClientReports {
  readonly #catalogue: Catalogue;
  readonly #memoryMb: number;
  readonly #results = new Map<string, ReportResult>();
  #duck: Promise<DuckDBInstance> | null = null;
  /** The data version of the tables, and which they are. */
  #filledAt = -1;
  #filled = new Set<ReportTable>();
  #turn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(catalogue: Catalogue, memoryMb: number) {
    this.#catalogue = catalogue;
    this.#memoryMb = memoryMb;
  }

  /** Runs the report on what `take` gives when its turn has come; `isCurrent` says whether a data
   * version is still the model's. */
  run(
    run: ReportRun,
    take: () => ReportTurn,
    isCurrent: (dataVersion: number) => boolean,
    signal: AbortSignal,
  ): Promise<{ dataVersion: number } & ReportResult> {
    return this.#inTurn(take, signal, async (turn) => {
      const { dataVersion } = turn;
      const question = JSON.stringify(run);
      let result = this.#results.get(question);
      if (result === undefined) {
        const { runReport } = await import('./report-run.ts');
        result = await runReport(run, await this.#partsOf(run, turn, signal));
        if (this.#results.size >= RESULTS_KEPT) this.#results.clear();
        if (isCurrent(dataVersion)) this.#results.set(question, result);
      }
      return { dataVersion, ...result };
    });
  }

  /** The people behind one figure of such a run. */
  people(
    run: ReportRun,
    cell: ReportPlace,
    take: () => ReportTurn,
    signal: AbortSignal,
  ): Promise<{ turn: ReportTurn; people: readonly number[] }> {
    return this.#inTurn(take, signal, async (turn) => {
      const { findPeople } = await import('./report-run.ts');
      return { turn, people: await findPeople(run, cell, await this.#partsOf(run, turn, signal)) };
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#results.clear();
    // A run under way may still use it.
    const duck = this.#duck;
    this.#duck = null;
    void this.#turn.then(async () => (await duck)?.closeSync()).catch(() => {});
  }

  #inTurn<T>(
    take: () => ReportTurn,
    signal: AbortSignal,
    body: (turn: ReportTurn) => Promise<T>,
  ): Promise<T> {
    const answer = this.#turn.then(() => {
      signal.throwIfAborted();
      const turn = take();
      if (turn.dataVersion !== this.#filledAt) this.#results.clear();
      return body(turn);
    });
    this.#turn = answer.catch(() => {});
    return answer;
  }

  /** The database, filled with what the run reads. */
  async #partsOf(run: ReportRun, turn: ReportTurn, signal: AbortSignal): Promise<RunParts> {
    // Most processes are asked for lists long before the first report.
    const [{ openDuck }, { fillKeptTables, keptColumns }] = await Promise.all([
      import('./duck.ts'),
      import('./duck-tables.ts'),
    ]);
    if (this.#isClosed) throw new Error('the model was dropped');
    this.#duck ??= openDuck(this.#memoryMb);
    const instance = await this.#duck;
    const { view, people, loadForRun } = turn;
    const { tables } = view.data;
    if (this.#filledAt !== turn.dataVersion) this.#filled.clear();
    // Pay is loaded when somebody first asks for it, and then the data version stays the same.
    const missing = tablesOf(run).filter((name) => !this.#filled.has(name));
    if (missing.length > 0) {
      const columns = keptColumns(missing, tables, view.data.people.size);
      this.#filledAt = turn.dataVersion;
      await fillKeptTables(instance, columns);
      for (const name of missing) this.#filled.add(name);
    }
    return { catalogue: this.#catalogue, instance, view, people, loadForRun, signal };
  }
}
