/** Reading a person's file: personnel, contact and pay of one person by id. */

import { figures, measureBoth } from '../both.ts';
import { CLIENTS, cycle, type MeasureRows } from '../context.ts';
import { quantile } from '../load/run-load.ts';
import { rowOf } from '../measure.ts';
import type { SideClient } from '../side.ts';
import { both, readRequests } from './requests.ts';

/** One connection, then 32 on one client. */
export const personReadRows: MeasureRows = async (context) => {
  const { size } = context;
  const requests = both(context, (runner) => readRequests(runner.large, PEOPLE));
  const single = await measureBoth(context, 'read, 1 connection', (runner) => ({
    connections: 1,
    next: cycle(requests(runner)),
    warmUp: PEOPLE,
  }));
  const crowd = await measureBoth(context, 'read, 32 connections', (runner) => ({
    connections: 32,
    next: cycle(requests(runner)),
    warmUp: PEOPLE,
  }));
  const low = { size, unit: 'ms', better: 'lower' } as const;
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
      {
        ...{ size, unit: 'requests/s', better: 'higher', must: 1.1, aim: 1.5 },
        name: 'person file read, 32 connections, one client',
      },
      figures(crowd, (round) => round.perSecond),
    ),
  ];
};

/** 32 connections over a hundred clients. */
export const spreadReadRows: MeasureRows = async (context) => {
  const requests = both(context, (runner) => spreadOver(runner.many.slice(0, CLIENTS)));
  const spread = await measureBoth(context, 'read, 32 connections, 100 clients', (runner) => ({
    connections: 32,
    next: cycle(requests(runner)),
    warmUp: requests(runner).length,
  }));
  const size = CLIENTS * (context.bare.many[0]?.staff.length ?? 0);
  return [
    rowOf(
      {
        ...{ size, unit: 'requests/s', better: 'higher', must: 0.8, aim: 1.3 },
        name: 'person file read, 32 connections, 100 clients',
      },
      figures(spread, (round) => round.perSecond),
    ),
  ];
};

const PEOPLE = 1000;
const EACH = 15;

/** Some people of each client, so that neighbouring requests never meet the same client. */
export function spreadOver(clients: SideClient[]): Buffer[] {
  const lists = clients.map((client) => readRequests(client, EACH));
  return Array.from({ length: EACH }, (_, place) =>
    lists.flatMap((list) => list[place % list.length] ?? []),
  ).flat();
}
