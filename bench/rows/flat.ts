/**
 * Whether a hundred clients are as fast as one: WorkSmartly against itself, so the column of bare
 * holds the figure with one client.
 */

import { CLIENTS, cycle, type MeasureRows } from '../context.ts';
import { type LoadResult, quantile, runLoad, warmUp } from '../load/run-load.ts';
import { interleave, rowOf } from '../measure.ts';
import { spreadOver } from './person-read.ts';
import { both, readRequests } from './requests.ts';

export const flatRows: MeasureRows = async (context) => {
  const runner = context.worksmartly ?? context.bare;
  const sets = both(context, ({ many }) => ({
    one: readRequests(many[0] as (typeof many)[number], 1500),
    all: spreadOver(many.slice(0, CLIENTS)),
  }))(runner);
  const turn = (requests: Buffer[]) => (): Promise<LoadResult> =>
    runLoad({
      port: runner.side.port,
      connections: 1,
      secondsMax: context.roundSeconds,
      requestsMax: Number.POSITIVE_INFINITY,
      next: cycle(requests),
    });
  await warmUp(runner.side.port, sets.all);
  await warmUp(runner.side.port, sets.one);
  const before = await runner.side.blocksRead();
  const results = await interleave(context.rounds, turn(sets.all), turn(sets.one));
  const blocks = (await runner.side.blocksRead()) - before;
  const requests = [...results.worksmartly, ...results.bare];
  const count = requests.reduce((sum, round) => sum + round.latencies.length, 0);
  context.note(
    `100 clients against 1 (${runner.side.name}; the column of bare is the figure with one client): ${blocks} blocks in ${count} requests read from outside the database's cache`,
  );
  const p50 = (round: LoadResult): number => quantile(round.latencies, 0.5);
  const spec = {
    name: 'person file read, p50, 100 clients against 1',
    size: sets.all.length,
    unit: 'ms',
    better: 'lower',
    must: 1.15,
    aim: 1,
  } as const;
  return [rowOf(spec, { worksmartly: results.worksmartly.map(p50), bare: results.bare.map(p50) })];
};
