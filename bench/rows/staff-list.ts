/**
 * The staff list of the large client: a fixed mix of terms, sorted, 50 rows. PostgreSQL's plan
 * depends on the term, so both ways of writing bare's SQL are measured, and for each figure the
 * better one counts.
 */
import { type MeasureRows, type Runner, rotated } from '../context.ts';
import { requestBytes } from '../load/request.ts';
import { quantile, runLoad } from '../load/run-load.ts';
import { median, rowOf } from '../measure.ts';

/** Published: none; two letters; common; selective; absent. */
export const listTerms = [
  ['none', ''],
  ['two letters', 'an'],
  ['two letters', 'el'],
  ['two letters', 'ko'],
  ['common', 'mar'],
  ['common', 'berg'],
  ['common', 'ana'],
  ['common', 'field'],
  ['common', 'ford'],
  ['selective', 'undershaw'],
  ['selective', 'falkenström'],
  ['selective', 'krishnan'],
  ['selective', 'zulema'],
  ['absent', 'qzx'],
  ['absent', 'xyzzy'],
] as const;

const timesEach = 5;
const roundsMax = 5;

type Turn = 'worksmartly' | 'plain' | 'materialized';

/** Milliseconds in the order of the terms, over and over; one list per round. */
type Results = Record<Turn, number[][]>;

export const staffListRows: MeasureRows = async ({ worksmartly, bare, rounds, size, note }) => {
  const results: Results = { worksmartly: [], plain: [], materialized: [] };
  const turns: Turn[] =
    worksmartly === null ? ['plain', 'materialized'] : ['plain', 'materialized', 'worksmartly'];
  for (let round = -1; round < Math.min(roundsMax, rounds); round++) {
    for (const turn of rotated(turns, round + 1)) {
      const runner = turn === 'worksmartly' ? (worksmartly as Runner) : bare;
      const latencies = await oneRound(runner, turn);
      // The round before the first one warms up.
      if (round >= 0) results[turn].push(latencies);
    }
  }
  const order = turns.toReversed();
  const terms = listTerms.map(([kind, term], place) => {
    const medians = order.map((turn) => median(results[turn].flatMap((all) => ofTerm(all, place))));
    return `${kind} "${term}" ${medians.map((ms) => ms?.toFixed(1)).join('/')}`;
  });
  note(`list, median ms per term (${order.join('/')}): ${terms.join(', ')}`);
  return [0.5, 0.95].map((share) => {
    const figures = (turn: Turn): number[] =>
      results[turn].map((all) =>
        quantile(
          all.toSorted((a, b) => a - b),
          share,
        ),
      );
    const ways = (['plain', 'materialized'] as const).map((turn) => figures(turn));
    const [plain, materialized] = ways.map((way) => median(way) ?? Number.POSITIVE_INFINITY);
    const better = (plain ?? 0) <= (materialized ?? 0) ? 0 : 1;
    note(
      `list p${share * 100} of bare: plain SQL ${plain?.toFixed(1)} ms, materialised ${materialized?.toFixed(1)} ms; the better one counts`,
    );
    const name = `staff list, fixed mix of terms, sorted, 50 rows, p${share * 100}`;
    const spec = { name, size, unit: 'ms', better: 'lower', must: 0.7, aim: 0.2 } as const;
    return rowOf(spec, { worksmartly: figures('worksmartly'), bare: ways[better] ?? [] });
  });
};

function ofTerm(latencies: number[], place: number): number[] {
  return latencies.filter((_, index) => index % listTerms.length === place);
}

/** One term after the other and over again, so that no term follows itself. */
async function oneRound(runner: Runner, turn: Turn): Promise<number[]> {
  const requests = listTerms.map(([, term]) => listRequest(runner, term, turn));
  let at = 0;
  const { inOrder } = await runLoad({
    port: runner.side.port,
    connections: 1,
    secondsMax: 60,
    requestsMax: requests.length * timesEach,
    next: () => requests[at++ % requests.length] as Buffer,
  });
  return inOrder;
}

function listRequest({ large }: Runner, q: string, turn: Turn): Buffer {
  const search = { ...(q === '' ? {} : { q }), sort: 'person.lastName', limit: 50 };
  const variant = turn === 'worksmartly' ? '' : `?variant=${turn}`;
  return requestBytes({
    method: 'POST',
    path: `/api/v1/clients/${large.id}/staff/search${variant}`,
    token: large.token,
    body: JSON.stringify(search),
  });
}
