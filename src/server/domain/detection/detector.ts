/** Detection over the ledgers as they are written. One process of all evaluates, the one that holds the
 * lock, and each entry is evaluated exactly once: how far it has come moves on in the transaction that
 * records the alerts. No call waits for it. */
import type { House } from '../../house.ts';
import { type Held, holdLock } from '../../vault/session-lock.ts';
import { carryOnLedgers, type Trackers } from './carry-on.ts';
import type { EventSinks } from './event-sinks.ts';
import { noticeOf } from './notice.ts';
import { type DetectionThread, openThread } from './thread.ts';

export interface Detector {
  /** Evaluates whatever is there, if this process is the one that does; after a look that is under way. */
  look(): Promise<void>;
  close(): Promise<void>;
}

export interface DetectorOptions {
  /** Of the rules. */
  readonly directory: string;
  readonly everySeconds: number;
  readonly spanMax: number;
  readonly sinks: EventSinks;
}

/** A UUIDv7 that names the lock, and nothing else. */
const LOCK = '01900000-0000-7000-9de7-ec7000000001';
const PING = { name: 'detection/ping', text: 'select 1', values: [] };

interface Term {
  readonly held: Held;
  readonly thread: DetectionThread;
  readonly trackers: Trackers;
  readonly broken: Set<string>;
  /** When what no entry says was looked at last, ms. */
  noticedAt: number;
  /** Frees the lock. */
  end(): Promise<void>;
}

export function openDetector(house: House, options: DetectorOptions): Detector {
  let term: Term | null = null;
  let running: Promise<void> = Promise.resolve();
  let isClosed = false;

  async function lookOnce(): Promise<void> {
    if (isClosed || house.stopping.aborted) return;
    term ??= await begin(house, options);
    if (!term) return;
    try {
      // Whoever has lost the connection has lost the lock.
      await term.held.batch([], [PING]);
      const { spanMax, sinks } = options;
      const noticed = await noticeOf(house, term, sinks);
      await carryOnLedgers(house, term, { spanMax, sinks, noticed });
    } catch (error) {
      await resign();
      throw error;
    }
  }

  async function resign(): Promise<void> {
    const ending = term;
    term = null;
    await ending?.thread.close();
    await ending?.end();
  }

  const look = () => {
    running = running.then(lookOnce).catch((error: unknown) => {
      const { code, name } = error as { code?: string; name?: string };
      house.log({ event: 'detection-failed', code: code ?? name ?? null });
    });
    return running;
  };
  const timer = setInterval(() => void look(), 1000 * options.everySeconds);
  timer.unref();
  return {
    look,
    async close() {
      isClosed = true;
      clearInterval(timer);
      await running;
      await resign();
    },
  };
}

/** Null when another process evaluates. */
async function begin(
  { database }: House,
  { directory, sinks }: DetectorOptions,
): Promise<Term | null> {
  const started = Promise.withResolvers<Held | null>();
  const ended = Promise.withResolvers<void>();
  const holding = holdLock(database, LOCK, async (held) => {
    started.resolve(held);
    await ended.promise;
  }).then(
    () => started.resolve(null),
    (error: Error) => started.reject(error),
  );
  const held = await started.promise;
  if (!held) return null;
  return {
    held,
    thread: openThread({ directory, wantsLines: sinks.areWanted }),
    trackers: new Map(),
    broken: new Set(),
    noticedAt: Number.NEGATIVE_INFINITY,
    async end() {
      ended.resolve();
      await holding.catch(() => {});
    },
  };
}
