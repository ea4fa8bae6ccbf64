/** Sends requests over some connections for a while and says how long each took. */
import { openConnection } from './http-connection.ts';

export interface Load {
  port: number;
  connections: number;
  /** Ends the round after this long or after this many requests, whichever is first. */
  secondsMax: number;
  requestsMax: number;
  /** Ready-made bytes of the next request. */
  next: () => Buffer;
  /** What the answer must be; 200 unless told. */
  status?: number;
}

export interface LoadResult {
  /** Milliseconds of each request, ascending. */
  latencies: Float64Array;
  perSecond: number;
  /** The same milliseconds in the order of the answers. */
  inOrder: number[];
  /** Bytes of the last answer's body. */
  answerBytes: number;
}

/** Throws at the first answer with another status: a bench of refusals would measure nothing. */
export async function runLoad(load: Load): Promise<LoadResult> {
  const lanes = await Promise.all(
    Array.from({ length: load.connections }, () => openConnection(load.port)),
  );
  const expected = load.status ?? 200;
  const latencies: number[] = [];
  const started = performance.now();
  const deadline = started + load.secondsMax * 1000;
  let sent = 0;
  let answerBytes = 0;
  try {
    await Promise.all(
      lanes.map(async (lane) => {
        while (sent < load.requestsMax && performance.now() < deadline) {
          sent++;
          const request = load.next();
          const from = performance.now();
          const answer = await lane.send(request);
          latencies.push(performance.now() - from);
          answerBytes = answer.body.length;
          if (answer.status !== expected) throw wrongStatus(answer.status, request, answer.body);
        }
      }),
    );
  } finally {
    for (const lane of lanes) lane.close();
  }
  const seconds = (performance.now() - started) / 1000;
  return {
    latencies: Float64Array.from(latencies).sort(),
    perSecond: latencies.length / seconds,
    inOrder: latencies,
    answerBytes,
  };
}

const WARM_UP_SECONDS_MAX = 5;

/** Sends each request once, as far as the time allows. */
export async function warmUp(port: number, requests: readonly Buffer[]): Promise<void> {
  let at = 0;
  await runLoad({
    ...{ port, connections: 4, secondsMax: WARM_UP_SECONDS_MAX, requestsMax: requests.length },
    next: () => requests[at++ % requests.length] as Buffer,
  });
}

const OPENING_TRIES_MAX = 20;

/**
 * Sends one request until it is answered 200. At a million staff the first answer about a client takes
 * longer than a request may; what was begun for it goes on, and a later one finds it.
 */
export async function openWith(port: number, request: Buffer): Promise<void> {
  const lane = await openConnection(port);
  try {
    for (let tries = 1; ; tries++) {
      const answer = await lane.send(request);
      if (answer.status === 200) return;
      const isOpening = answer.status === 503 && tries < OPENING_TRIES_MAX;
      if (!isOpening) throw wrongStatus(answer.status, request, answer.body);
    }
  } finally {
    lane.close();
  }
}

function wrongStatus(status: number, request: Buffer, body: Buffer): Error {
  const line = request.toString('latin1', 0, request.indexOf('\r\n'));
  return new Error(`${line}: answered ${status} ${body.toString('utf8', 0, 300)}`);
}

/** The value below which `share` (0 to 1) of ascending values lie. */
export function quantile(ascending: ArrayLike<number>, share: number): number {
  const at = Math.min(ascending.length - 1, Math.floor(share * ascending.length));
  return ascending[at] ?? Number.NaN;
}
