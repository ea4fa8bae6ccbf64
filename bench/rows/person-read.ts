/** Reading a person's file: personnel, contact and pay of one person by id. */

import { figures, measureBoth } from '../both.ts';
import { cycle, type MeasureRows } from '../context.ts';
import { quantile } from '../load/run-load.ts';
import { rowOf } from '../measure.ts';
import { both, readRequests } from './requests.ts';

/** One connection, then 32 on one client, then 32 spread over a hundred clients. */
export const personReadRows: MeasureRows = async (context) => {
  const { size } = context;
  const requests = both(context, (runner) => readRequests(runner.large, 2000));
  const single = await measureBoth(context, 'read, 1 connection', (runner) => ({
    connections: 1,
    next: cycle(requests(runner)),
  }));
  const crowd = await measureBoth(context, 'read, 32 connections', (runner) => ({
    connections: 32,
    next: cycle(requests(runner)),
  }));
  const spreadRequests = both(context, (runner) => spreadOver(runner.many));
  const spread = await measureBoth(context, 'read, 32 connections, 100 clients', (runner) => ({
    connections: 32,
    next: cycle(spreadRequests(runner)),
  }));
  const low = { size, unit: 'ms', better: 'lower' } as const;
  const high = { size, unit: 'requests/s', better: 'higher' } as const;
  return [
    rowOf(
      { ...low, name: 'person file read, 1 connection, p50', must: 1.6, aim: 1.15 },
      figures(single, (round) => quantile(round.latencies, 0.5)),
    ),
    rowOf(
      { ...low, name: 'person file read, 1 connection, p95', must: null, aim: null },
      figures(single, (round) => quantile(round.latencies, 0.95)),
    ),
    rowOf(
      { ...high, name: 'person file read, 32 connections, one client', must: 1.1, aim: 1.5 },
      figures(crowd, (round) => round.perSecond),
    ),
    rowOf(
      { ...high, name: 'person file read, 32 connections, 100 clients', must: 0.8, aim: 1.3 },
      figures(spread, (round) => round.perSecond),
    ),
  ];
};

/** Some people of each client, so that neighbouring requests never meet the same client. */
export function spreadOver(clients: Parameters<typeof readRequests>[0][]): Buffer[] {
  const lists = clients.map((client) => readRequests(client, 40));
  return Array.from({ length: 40 }, (_, place) =>
    lists.flatMap((list) => list[place % list.length] ?? []),
  ).flat();
}
