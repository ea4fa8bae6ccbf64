/**
 * The staff list of the large client: a fixed mix of terms, sorted, 50 rows. PostgreSQL's plan
 * depends on the term, so both ways of writing bare's SQL are measured, and for each figure the
 * better one counts.
 */
import { type MeasureRows, type Runner, rotated } from '../context.ts';
import { requestBytes } from '../load/request.ts';
import { openWith, quantile, runLoad } from '../load/run-load.ts';
import { median, rowOf } from '../measure.ts';

const words = (text: string): string[] => text.split(' ');

/**
 * Published: none, two letters, common, selective, absent. More different terms than WorkSmartly keeps
 * answers for (32), and none again before all others, so that every answer is computed.
 */
const kinds: Record<string, string[]> = {
  none: ['', '', ''],
  'two letters': words('an el ko ma ri th ur va'),
  common: words('mar berg ana field ford wood manager engineer agent driver land ling shaw stead'),
  selective: words(
    'undershaw falkenström krishnan zulema eichkamp ramsfield obiwale joaquín dornquist waldmere yetunde thornwick keiko',
  ),
  absent: words('qzx xyzzy jjqq wvwv zzyx qqq'),
};
const listTerms = Object.entries(kinds).flatMap(([kind, terms]) =>
  terms.map((term) => [kind, term] as const),
);

type Turn = 'worksmartly' | 'plain' | 'materialized';

/** Milliseconds in the order of the terms, over and over; one list per round. */
type Results = Record<Turn, number[][]>;

export const staffListRows: MeasureRows = async (context) => {
  const { worksmartly, bare, rounds, slowSeconds, size, note } = context;
  const results: Results = { worksmartly: [], plain: [], materialized: [] };
  const turns: Turn[] =
    worksmartly === null ? ['plain', 'materialized'] : ['plain', 'materialized', 'worksmartly'];
  const started = performance.now();
  for (let round = -1; round < rounds; round++) {
    if (round > 1 && performance.now() - started > slowSeconds * 1000) break;
    for (const turn of rotated(turns, round + 1)) {
      const runner = turn === 'worksmartly' ? (worksmartly as Runner) : bare;
      if (round < 0) await openWith(runner.side.port, listRequest(runner, '', turn));
      const latencies = await oneRound(runner, turn);
      // The round before the first one warms up.
      if (round >= 0) results[turn].push(latencies);
    }
  }
  const order = turns.toReversed();
  const medians = Object.keys(kinds).map((kind) => {
    const figures = order.map((turn) => median(results[turn].flatMap((all) => ofKind(all, kind))));
    return `${kind} ${figures.map((ms) => ms?.toFixed(1)).join('/')}`;
  });
  note(`list, median ms by kind of term (${order.join('/')}): ${medians.join(', ')}`);
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

function ofKind(latencies: number[], kind: string): number[] {
  return latencies.filter((_, index) => listTerms[index]?.[0] === kind);
}

/** All terms once. */
async function oneRound(runner: Runner, turn: Turn): Promise<number[]> {
  const requests = listTerms.map(([, term]) => listRequest(runner, term, turn));
  let at = 0;
  const { inOrder } = await runLoad({
    port: runner.side.port,
    connections: 1,
    secondsMax: 60,
    requestsMax: requests.length,
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
