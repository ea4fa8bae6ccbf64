/** Measures the same load on both sides in turn, and says how many blocks each read for it. */
import type { BenchContext, Runner } from './context.ts';
import { type Load, type LoadResult, runLoad } from './load/run-load.ts';
import { interleave } from './measure.ts';

export interface BothResults {
  worksmartly: LoadResult[];
  bare: LoadResult[];
}

const WARM_UP_SECONDS_MAX = 5;

/** `loadOf` is called once per side. Before the measured rounds comes a warm-up of half a round, or of
 * `warmUp` requests where the row says that it is about warm people. */
export async function measureBoth(
  context: BenchContext,
  what: string,
  loadOf: (
    runner: Runner,
  ) => Omit<Load, 'port' | 'secondsMax' | 'requestsMax'> & { warmUp?: number },
  requestsMax = Number.POSITIVE_INFINITY,
): Promise<BothResults> {
  const { worksmartly, bare, rounds, roundSeconds } = context;
  const secondsMax = roundSeconds;
  const turn = async (runner: Runner | null): Promise<(() => Promise<LoadResult>) | null> => {
    if (runner === null) return null;
    const load = { ...loadOf(runner), port: runner.side.port, secondsMax, requestsMax };
    if (load.warmUp === undefined) await runLoad({ ...load, secondsMax: roundSeconds / 2 });
    else await runLoad({ ...load, secondsMax: WARM_UP_SECONDS_MAX, requestsMax: load.warmUp });
    return () => runLoad(load);
  };
  const turns = [await turn(worksmartly), await turn(bare)] as const;
  const before = await blocksOf(context);
  const results = await interleave(rounds, ...turns);
  const after = await blocksOf(context);
  const read = (side: 'worksmartly' | 'bare'): string => {
    const requests = results[side].reduce((sum, round) => sum + round.latencies.length, 0);
    const bytes = results[side][0]?.answerBytes ?? 0;
    return `${side} ${after[side] - before[side]} blocks in ${requests} requests of ${bytes} bytes`;
  };
  context.note(
    `${what}: ${worksmartly === null ? '' : `${read('worksmartly')}, `}${read('bare')} read from outside the database's cache`,
  );
  return results;
}

async function blocksOf({ worksmartly, bare }: BenchContext) {
  return {
    worksmartly: (await worksmartly?.side.blocksRead()) ?? 0,
    bare: await bare.side.blocksRead(),
  };
}

/** One figure per round, for both sides. */
export function figures(
  results: BothResults,
  figure: (round: LoadResult) => number,
): { worksmartly: number[]; bare: number[] } {
  return { worksmartly: results.worksmartly.map(figure), bare: results.bare.map(figure) };
}
