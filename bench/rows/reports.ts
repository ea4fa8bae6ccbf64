/** Each report, against SQL on bare's tables and against plaintext in the same DuckDB. */

import type { BenchContext, MeasureRows, Runner } from '../context.ts';
import { asOf } from '../data/staff-csv.ts';
import { requestBytes } from '../load/request.ts';
import { quantile, runLoad } from '../load/run-load.ts';
import { interleave, type Row, rowOf } from '../measure.ts';

const reports = ['headcount', 'joiners-leavers', 'eeo-1'] as const;
const against = [
  { engine: 'sql', label: 'against SQL', must: 0.2, aim: 0.05 },
  { engine: 'duckdb', label: 'against plaintext in DuckDB', must: 1.3, aim: 1 },
] as const;
const runsPerRound = 15;

export const reportRows: MeasureRows = async (context) => {
  const rows: Row[] = [];
  for (const report of reports) {
    for (const other of against) {
      const name = `report ${report}, p50, ${other.label}`;
      const spec = { name, size: context.size, unit: 'ms', better: 'lower' } as const;
      const figures = await measureReport(context, report, other.engine);
      rows.push(rowOf({ ...spec, must: other.must, aim: other.aim }, figures));
    }
  }
  return rows;
};

async function measureReport(
  { worksmartly, bare, rounds }: BenchContext,
  report: (typeof reports)[number],
  engine: 'sql' | 'duckdb',
): Promise<{ worksmartly: number[]; bare: number[] }> {
  const turn = (runner: Runner) => async (): Promise<number> => {
    const request = reportRequest(runner, report, engine);
    const { latencies } = await runLoad({
      port: runner.side.port,
      connections: 1,
      secondsMax: 30,
      requestsMax: runsPerRound,
      next: () => request,
    });
    return quantile(latencies, 0.5);
  };
  if (worksmartly !== null) await turn(worksmartly)();
  await turn(bare)();
  const own = worksmartly === null ? null : turn(worksmartly);
  return interleave(rounds, own, turn(bare));
}

function reportRequest({ side, large }: Runner, report: string, engine: string): Buffer {
  const query = side.name === 'bare' ? `?engine=${engine}` : '';
  return requestBytes({
    method: 'POST',
    path: `/api/v1/clients/${large.id}/reports/${report}/runs${query}`,
    token: large.token,
    body: JSON.stringify({ parameters: { asOf } }),
  });
}
