/** The index of activity as the rest of the server sees it: questions to a thread that is started when
 * first needed and ended when nobody has asked for a while. */
import { Worker } from 'node:worker_threads';
import type pg from 'pg';
import { Fault } from '../../fault.ts';
import { SealError } from '../../vault/crypto/seal-error.ts';
import type {
  ActivityFailure,
  ActivityQuery,
  ActivityStats,
  FromActivityWorker,
  LedgerAccess,
  ToActivityWorker,
} from './activity-messages.ts';

export interface ActivityConfig {
  /** For the role that does not own the tables. */
  readonly database: pg.ClientConfig;
  /** Of all clients' indices together; the one in use stays in any case. */
  readonly memoryLimitMb: number;
}

export interface ActivityModel {
  /**
   * Indices of the entries that fit, the newest first. Rejects with SealError (`key-version` when the keys
   * given are older than an entry), a Fault, or the signal's reason. Who may ask is decided before.
   */
  find(access: LedgerAccess, query: ActivityQuery, signal?: AbortSignal): Promise<number[]>;
  /** Lets go of everything held of a client. */
  drop(client: string): Promise<void>;
  stats(): Promise<ActivityStats>;
  close(): Promise<void>;
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

type Asked<M = ToActivityWorker> = M extends ToActivityWorker ? Omit<M, 'id'> : never;

export function openActivityModel(config: ActivityConfig & { idleMs: number }): ActivityModel {
  const { database, memoryLimitMb, idleMs } = config;
  const waiting = new Map<number, Waiting>();
  /** By client, when it was last asked for. */
  const usedAt = new Map<string, number>();
  let worker: Worker | null = null;
  let sweeping: NodeJS.Timeout | undefined;
  let nextId = 1;
  let isClosed = false;

  function start(): Worker {
    const workerData: ActivityConfig = { database, memoryLimitMb };
    const started = new Worker(new URL('./activity-worker.ts', import.meta.url), { workerData });
    started.unref();
    started.on('message', (message: FromActivityWorker) => {
      const one = waiting.get(message.id);
      waiting.delete(message.id);
      if ('answer' in message) one?.resolve(message.answer);
      else one?.reject(errorOf(message.failure));
    });
    const lose = (reason: string) => {
      if (worker === started) void end(reason);
    };
    started.on('error', (error: Error & { code?: string }) => lose(error.code ?? error.name));
    started.on('exit', () => lose('it has ended'));
    sweeping = setInterval(sweep, Math.max(10, idleMs / 4)).unref();
    return started;
  }

  function end(reason: string): Promise<number> | undefined {
    clearInterval(sweeping);
    const ending = worker;
    worker = null;
    usedAt.clear();
    for (const one of waiting.values()) one.reject(new Fault('activity-index', reason));
    waiting.clear();
    return ending?.terminate();
  }

  function sweep(): void {
    const now = performance.now();
    for (const [client, at] of usedAt) {
      if (now - at <= idleMs) continue;
      usedAt.delete(client);
      void send({ kind: 'drop', client }).catch(() => {});
    }
    if (usedAt.size === 0 && waiting.size === 0) void end('nobody needs it');
  }

  function send(asked: Asked, signal?: AbortSignal): Promise<unknown> {
    if (isClosed) return Promise.reject(new Fault('activity-index', 'it is closed'));
    if (signal?.aborted) return Promise.reject(signal.reason);
    worker ??= start();
    const to = worker;
    const id = nextId++;
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiting.delete(id);
        reject(signal?.reason);
      };
      const settled = () => signal?.removeEventListener('abort', leave);
      waiting.set(id, {
        resolve(answer) {
          settled();
          resolve(answer);
        },
        reject(error) {
          settled();
          reject(error);
        },
      });
      signal?.addEventListener('abort', leave);
      to.postMessage({ ...asked, id } as ToActivityWorker);
    });
  }

  return {
    async find(access, query, signal) {
      usedAt.set(access.clientId, performance.now());
      const { clientId, keys } = access;
      const found = await send(
        { kind: 'find', access: { clientId, keys: new Map(keys) }, query },
        signal,
      );
      if (worker !== null) usedAt.set(clientId, performance.now());
      return found as number[];
    },
    async drop(client) {
      usedAt.delete(client);
      if (worker !== null) await send({ kind: 'drop', client });
    },
    async stats() {
      if (worker === null) return { clients: [] };
      return (await send({ kind: 'stats' })) as ActivityStats;
    },
    async close() {
      isClosed = true;
      await end('it is closed');
    },
  };
}

function errorOf({ kind, message }: ActivityFailure): Error {
  if (kind === 'key-version') return new SealError('key-version');
  return kind === 'sealed' ? new SealError('authentication') : new Fault('activity-index', message);
}
