/** Each report, against SQL on bare's tables and against plaintext in the same DuckDB. */

import { dateOf, dayOf } from '../../src/demo/people/calendar.ts';
import { type BenchContext, type MeasureRows, type Runner, rotated } from '../context.ts';
import { asOf } from '../data/staff-csv.ts';
import { requestBytes } from '../load/request.ts';
import { openWith, quantile, runLoad } from '../load/run-load.ts';
import { median, type Row, rowOf } from '../measure.ts';

const reports = ['headcount', 'joiners-leavers', 'eeo-1'] as const;
const against = [
  { engine: 'sql', label: 'against SQL', must: 0.2, aim: 0.05 },
  { engine: 'duckdb', label: 'against plaintext in DuckDB', must: 1.3, aim: 1 },
] as const;
const runsPerRound = 5;

export const reportRows: MeasureRows = async (context) => {
  const rows: Row[] = [];
  for (const report of reports) {
    const figures = await measureReport(context, report);
    for (const { engine, label, must, aim } of against) {
      const name = `report ${report}, p50, ${label}`;
      const spec = { name, size: context.size, unit: 'ms', better: 'lower', must, aim } as const;
      rows.push(rowOf(spec, { worksmartly: figures.worksmartly, bare: figures[engine] }));
    }
  }
  return rows;
};

type Turn = 'worksmartly' | 'sql' | 'duckdb';
type Figures = Record<Turn, number[]>;

/** All three in turn, so that WorkSmartly is measured once for both comparisons. */
async function measureReport(
  { worksmartly, bare, rounds, slowSeconds, note }: BenchContext,
  report: (typeof reports)[number],
): Promise<Figures> {
  const figures: Figures = { worksmartly: [], sql: [], duckdb: [] };
  const answers: Figures = { worksmartly: [], sql: [], duckdb: [] };
  const turns: Turn[] = worksmartly === null ? ['sql', 'duckdb'] : ['sql', 'duckdb', 'worksmartly'];
  const started = performance.now();
  for (let round = -1; round < rounds; round++) {
    // A figure needs one round, however slow it is.
    if (round > 0 && performance.now() - started > slowSeconds * 1000) break;
    for (const turn of rotated(turns, round + 1)) {
      const runner = turn === 'worksmartly' ? (worksmartly as Runner) : bare;
      let day = dayOf(asOf) - (round + 1) * runsPerRound;
      if (round < 0) {
        await openWith(runner.side.port, reportRequest(runner, report, turn, dateOf(day)));
      }
      const { latencies, answerBytes } = await runLoad({
        port: runner.side.port,
        connections: 1,
        secondsMax: round < 0 ? 1 : 4,
        requestsMax: runsPerRound,
        // Another day each time: WorkSmartly keeps results, and what is kept measures nothing.
        next: () => reportRequest(runner, report, turn, dateOf(day--)),
      });
      answers[turn].push(answerBytes);
      // The round before the first one warms up.
      if (round >= 0) figures[turn].push(quantile(latencies, 0.5));
    }
  }
  note(`report ${report}, bytes of an answer: ${bytesOf(answers)}`);
  return figures;
}

function bytesOf(answers: Figures): string {
  const sizes = Object.entries(answers).map(([turn, sizes]) => [turn, median(sizes)] as const);
  return sizes.flatMap(([turn, size]) => (size === null ? [] : `${turn} ${size}`)).join(', ');
}

function reportRequest({ large }: Runner, report: string, turn: Turn, day: string): Buffer {
  const query = turn === 'worksmartly' ? '' : `?engine=${turn}`;
  return requestBytes({
    method: 'POST',
    path: `/api/v1/clients/${large.id}/reports/${report}/runs${query}`,
    token: large.token,
    body: JSON.stringify({ parameters: { asOf: day } }),
  });
}
