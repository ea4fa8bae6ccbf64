/** Reports of one client: its locked DuckDB, filled when the data have moved, and the results of this
 * data version, so that the same question costs nothing twice (a table and then its CSV). One run at
 * a time. */
import type { DuckDBInstance } from '@duckdb/node-api';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { Bitmap } from './bitmap.ts';
import type { ReportRun } from './messages.ts';
import type { ReportResult } from './reports/report.ts';
import type { Table } from './table.ts';
import type { View } from './view.ts';

export interface ReportTurn {
  readonly dataVersion: number;
  readonly view: View;
  /** Everybody in scope; null for all. */
  readonly people: Bitmap | null;
  readonly loadDemographic: () => Promise<Table | undefined>;
}

const RESULTS_KEPT = 50;

export class ClientReports {
  readonly #catalogue: Catalogue;
  readonly #memoryMb: number;
  readonly #results = new Map<string, ReportResult>();
  #duck: Promise<DuckDBInstance> | null = null;
  #filledAt = -1;
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
    const answer = this.#turn.then(async () => {
      signal.throwIfAborted();
      const turn = take();
      const { dataVersion } = turn;
      if (dataVersion !== this.#filledAt) this.#results.clear();
      const question = JSON.stringify(run);
      let result = this.#results.get(question);
      if (result === undefined) {
        result = await this.#compute(run, turn, signal);
        if (this.#results.size >= RESULTS_KEPT) this.#results.clear();
        if (isCurrent(dataVersion)) this.#results.set(question, result);
      }
      return { dataVersion, ...result };
    });
    this.#turn = answer.catch(() => {});
    return answer;
  }

  close(): void {
    this.#isClosed = true;
    this.#results.clear();
    // A run under way may still use it.
    const duck = this.#duck;
    this.#duck = null;
    void this.#turn.then(async () => (await duck)?.closeSync()).catch(() => {});
  }

  async #compute(run: ReportRun, turn: ReportTurn, signal: AbortSignal): Promise<ReportResult> {
    // Most processes are asked for lists long before the first report.
    const [{ openDuck }, { fillKeptTables, keptColumns }, { runReport }] = await Promise.all([
      import('./duck.ts'),
      import('./duck-tables.ts'),
      import('./report-run.ts'),
    ]);
    if (this.#isClosed) throw new Error('the model was dropped');
    this.#duck ??= openDuck(this.#memoryMb);
    const instance = await this.#duck;
    if (this.#filledAt !== turn.dataVersion) {
      const { tables, people } = turn.view.data;
      const columns = keptColumns(tables, people.size);
      this.#filledAt = -1;
      await fillKeptTables(instance, columns);
      this.#filledAt = turn.dataVersion;
    }
    const { view, people, loadDemographic } = turn;
    const parts = { catalogue: this.#catalogue, instance, view, people, loadDemographic, signal };
    return runReport(run, parts);
  }
}
