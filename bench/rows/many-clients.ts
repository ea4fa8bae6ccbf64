/**
 * What a client costs as clients are added: a tenth of them, then all, each with the same number of
 * staff. WorkSmartly against itself, so the column of bare holds the figure with the few.
 */
import type { MeasureRows, Runner } from '../context.ts';
import { type LoadResult, quantile, runLoad, warmUp } from '../load/run-load.ts';
import { interleave, median, type Rounds, type Row, type RowSpec, rowOf } from '../measure.ts';
import type { SideClient } from '../side.ts';
import { readRequests } from './requests.ts';

const PEOPLE = 2;
const FEW = 10;

export const manyClientsRows: MeasureRows = async (context) => {
  const { worksmartly, rounds, roundSeconds, note } = context;
  if (worksmartly === null) return [];
  const { side, many } = worksmartly;
  const few = many.slice(0, FEW);
  const [steps, kept] = [stepsTo(many.length), await opened(worksmartly)];
  note(
    `opening a client's ledger, ms p50 over ${steps.join('/')} clients: ${kept.openMs.map((ms) => ms.toFixed(2)).join('/')}; memory of the server, MiB: ${kept.memory.map((mib) => mib.toFixed(0)).join('/')}`,
  );
  const sets = { few: requestsOf(few), all: requestsOf(many) };
  for (const requests of [sets.few, sets.all]) await warmUp(side.port, requests);
  const turn = (requests: Buffer[], connections: number) => (): Promise<LoadResult> => {
    let at = 0;
    return runLoad({
      ...{ port: side.port, connections, secondsMax: roundSeconds },
      requestsMax: Number.POSITIVE_INFINITY,
      next: () => requests[at++ % requests.length] as Buffer,
    });
  };
  const before = await side.blocksRead();
  const single = await interleave(rounds, turn(sets.all, 1), turn(sets.few, 1));
  const crowd = await interleave(rounds, turn(sets.all, 32), turn(sets.few, 32));
  const blocks = (await side.blocksRead()) - before;
  const figures = (
    of: { worksmartly: LoadResult[]; bare: LoadResult[] },
    figure: (round: LoadResult) => number,
  ): Rounds => ({ worksmartly: of.worksmartly.map(figure), bare: of.bare.map(figure) });
  const count = [single, crowd]
    .flatMap((of) => [...of.worksmartly, ...of.bare])
    .reduce((sum, round) => sum + round.latencies.length, 0);
  note(`${blocks} blocks in ${count} requests read from outside the database's cache`);
  const staff = many.reduce((sum, client) => sum + client.staff.length, 0);
  const name = `${many.length} clients against ${few.length}`;
  const low = { size: staff, unit: 'ms', better: 'lower', must: 1.15, aim: 1 } as const;
  const perClient = (from: number, to: number): number =>
    (((kept.memory[to] ?? 0) - (kept.memory[from] ?? 0)) * 1024) /
    ((steps[to] ?? 0) - (steps[from] ?? 0));
  const last = steps.length - 1;
  return [
    rowOf(
      { ...low, name: `person file read, p50, ${name}` },
      figures(single, (round) => quantile(round.latencies, 0.5)),
    ),
    rowOf(
      {
        ...{ size: staff, unit: 'requests/s', better: 'higher', must: 0.85, aim: 1 },
        name: `person file read, 32 connections, ${name}`,
      },
      figures(crowd, (round) => round.perSecond),
    ),
    rowOf(
      { ...low, name: `opening a client's ledger, p50, ${name}` },
      { worksmartly: [kept.openMs[last] ?? 0], bare: [kept.openMs[0] ?? 0] },
    ),
    reported(
      { ...low, name: `memory per idle client, ${name}`, unit: 'KiB', must: null, aim: null },
      perClient(0, last),
    ),
  ];
};

/** A tenth of the clients each time, beginning with ten: 10, 100, 1,000. */
function stepsTo(count: number): number[] {
  const steps: number[] = [];
  for (let step = FEW; step < count; step *= 10) steps.push(step);
  return [...steps, count];
}

/** In a server that has just started: the first request to each client, and what it then holds. */
async function opened({ side, many }: Runner): Promise<{ openMs: number[]; memory: number[] }> {
  const fresh = await side.startFresh();
  try {
    const openMs: number[] = [];
    const memory: number[] = [];
    let done = 0;
    for (const step of stepsTo(many.length)) {
      const requests = many.slice(done, step).flatMap((client) => readRequests(client, 1));
      let at = 0;
      const { latencies } = await runLoad({
        ...{ port: fresh.port, connections: 1, secondsMax: 600, requestsMax: requests.length },
        next: () => requests[at++ % requests.length] as Buffer,
      });
      // The very first ones also start the process itself.
      openMs.push(median(done === 0 ? [...latencies].slice(0, -3) : [...latencies]) ?? 0);
      memory.push(await fresh.residentMiB());
      done = step;
    }
    return { openMs, memory };
  } finally {
    await fresh.stop();
  }
}

function requestsOf(clients: readonly SideClient[]): Buffer[] {
  const lists = clients.map((client) => readRequests(client, PEOPLE));
  return Array.from({ length: PEOPLE }, (_, place) =>
    lists.flatMap((list) => list[place] ?? []),
  ).flat();
}

function reported(spec: RowSpec, figure: number): Row {
  return rowOf(spec, { worksmartly: [figure], bare: [] });
}
