/** The read model as the rest of the server sees it: questions to one worker thread. Nothing about
 * people is held on this side, and a broken worker is replaced at the next question. */
import { Worker } from 'node:worker_threads';
import type pg from 'pg';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import type {
  Call,
  ClientAccess,
  FromWorker,
  ListAnswer,
  ListQuery,
  ModelKeys,
  ModelStats,
  OrganisationAnswer,
  OrganisationQuery,
  PeopleAnswer,
  ReportAnswer,
  ReportPlace,
  ReportRun,
  Scope,
  SelectAnswer,
  ToWorker,
  UnderAnswer,
  Version,
} from './messages.ts';
import { ModelError } from './model-error.ts';

export interface WorkerConfig {
  /** For the role that does not own the tables. */
  readonly database: pg.ClientConfig;
  /** The whole catalogue, for clients whose own is not given; their rights are the caller's to hold to. */
  readonly catalogue: Catalogue;
  /** Of all clients' models together; the one in use stays in any case. */
  readonly memoryLimitMb: number;
  /** After which an unused model is dropped, with the keys. */
  readonly idleMs: number;
}

export interface ReadModelConfig extends WorkerConfig {
  /** Milliseconds; decides only which day it is for scopes. */
  readonly now?: () => number;
}

/**
 * Every answer is computed at a data version no older than `at` and says which. All reject with
 * ModelError, or with the signal's reason. Who may ask what is decided before: a caller needs a grant.
 */
export interface ReadModel {
  list(
    client: ClientAccess,
    at: Version,
    query: ListQuery,
    signal?: AbortSignal,
  ): Promise<ListAnswer>;
  report(
    client: ClientAccess,
    at: Version,
    run: ReportRun,
    signal?: AbortSignal,
  ): Promise<ReportAnswer>;
  /** A page of the people behind one figure of a report. */
  reportPeople(
    client: ClientAccess,
    at: Version,
    asked: { readonly run: ReportRun; readonly place: ReportPlace; readonly query: ListQuery },
    signal?: AbortSignal,
  ): Promise<ListAnswer>;
  /** Everybody whom the query is about, or those of `subjects`, unless they are more than `max`. */
  select(
    client: ClientAccess,
    at: Version,
    query: ListQuery,
    subjects: readonly string[] | null,
    max: number,
    signal?: AbortSignal,
  ): Promise<SelectAnswer>;
  /** Everybody in the scope, as an entry must name them. */
  people(
    client: ClientAccess,
    at: Version,
    scope: Scope,
    signal?: AbortSignal,
  ): Promise<PeopleAnswer>;
  /** Whether this person (bare uuid) reports to that one, directly or through others. */
  isUnder(
    client: ClientAccess,
    at: Version,
    who: { readonly subject: string; readonly manager: string },
    signal?: AbortSignal,
  ): Promise<UnderAnswer>;
  organisation(
    client: ClientAccess,
    at: Version,
    query: OrganisationQuery,
    signal?: AbortSignal,
  ): Promise<OrganisationAnswer>;
  /** Lets go of everything held of a client, its keys included. */
  drop(clientId: string): Promise<void>;
  stats(): Promise<ModelStats>;
  close(): Promise<void>;
}

interface Waiting {
  resolve(answer: unknown): void;
  reject(error: unknown): void;
}

/** V8's heap beyond what models are estimated to take: parsing, messages, orders being sorted. */
const HEAP_SPARE_MB = 1024;

export function openReadModel(config: ReadModelConfig): ReadModel {
  const { now = Date.now, database, catalogue, memoryLimitMb, idleMs } = config;
  const waiting = new Map<number, Waiting>();
  /** The keys and procedures that the worker has, so that they cross only once. */
  const known = new Map<string, Known>();
  // Started at once: it needs a moment, and the first question should not wait for it.
  let worker: Worker | null = start();
  let nextId = 1;
  let isClosed = false;

  const today = () => new Date(now()).toISOString().slice(0, 10);

  function start(): Worker {
    const workerData: WorkerConfig = { database, catalogue, memoryLimitMb, idleMs };
    const started = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData,
      resourceLimits: {
        maxOldGenerationSizeMb: memoryLimitMb + HEAP_SPARE_MB,
        maxYoungGenerationSizeMb: 64,
      },
    });
    started.unref();
    started.on('message', (message: FromWorker) => {
      const one = waiting.get(message.id);
      waiting.delete(message.id);
      if ('answer' in message) one?.resolve(message.answer);
      else {
        const { code, message: text, details } = message.error;
        one?.reject(new ModelError(code, text, details));
      }
    });
    const lose = (reason: string) => {
      if (worker !== started) return;
      worker = null;
      known.clear();
      for (const one of waiting.values()) one.reject(new ModelError('fault', reason));
      waiting.clear();
    };
    started.on('error', (error: Error & { code?: string }) =>
      lose(`worker: ${error.code ?? error.name}`),
    );
    started.on('exit', () => lose('worker: it has ended'));
    return started;
  }

  function send(make: (id: number) => ToWorker, signal?: AbortSignal): Promise<unknown> {
    if (isClosed) return Promise.reject(new ModelError('fault', 'the read model is closed'));
    if (signal?.aborted) return Promise.reject(signal.reason);
    worker ??= start();
    const to = worker;
    const id = nextId++;
    return new Promise((resolve, reject) => {
      const cancel = () => {
        waiting.delete(id);
        to.postMessage({ kind: 'cancel', id } satisfies ToWorker);
        reject(signal?.reason);
      };
      const settle = () => signal?.removeEventListener('abort', cancel);
      waiting.set(id, {
        resolve(answer) {
          settle();
          resolve(answer);
        },
        reject(error) {
          settle();
          reject(error);
        },
      });
      signal?.addEventListener('abort', cancel);
      to.postMessage(make(id));
    });
  }

  async function call(client: ClientAccess, what: Call, signal?: AbortSignal): Promise<unknown> {
    const ask = () => {
      const isKnown = isSame(known.get(client.clientId), client);
      if (!isKnown) {
        const ledger = new Map(client.keys.ledger);
        const keys = { ...client.keys, ledger };
        known.set(client.clientId, { keys, sha256: client.adopted?.sha256 });
      }
      const access = isKnown ? null : client;
      return send(
        (id) => ({ kind: 'call', id, client: client.clientId, access, call: what }),
        signal,
      );
    };
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ModelError) || error.code !== 'keys-needed') throw error;
      // The worker has let go of an idle client.
      known.delete(client.clientId);
      return ask();
    }
  }

  return {
    list: (client, at, query, signal) =>
      call(client, { kind: 'list', at, query }, signal) as Promise<ListAnswer>,
    report: (client, at, run, signal) =>
      call(client, { kind: 'report', at, run }, signal) as Promise<ReportAnswer>,
    reportPeople: (client, at, asked, signal) =>
      call(client, { kind: 'report-people', at, ...asked }, signal) as Promise<ListAnswer>,
    people: (client, at, scope, signal) =>
      call(client, { kind: 'people', at, scope, today: today() }, signal) as Promise<PeopleAnswer>,
    isUnder: (client, at, { subject, manager }, signal) =>
      call(
        client,
        { kind: 'is-under', at, subject, manager, today: today() },
        signal,
      ) as Promise<UnderAnswer>,
    select: (client, at, query, subjects, max, signal) =>
      call(client, { kind: 'select', at, query, subjects, max }, signal) as Promise<SelectAnswer>,
    organisation: (client, at, query, signal) =>
      call(client, { kind: 'organisation', at, query }, signal) as Promise<OrganisationAnswer>,
    async drop(clientId) {
      known.delete(clientId);
      if (worker !== null) await send((id) => ({ kind: 'drop', id, client: clientId }));
    },
    async stats() {
      if (worker === null) return { clients: [], bytes: 0, loads: 0 };
      return (await send((id) => ({ kind: 'stats', id }))) as ModelStats;
    },
    async close() {
      if (isClosed) return;
      const ending = worker;
      if (ending !== null) await send((id) => ({ kind: 'close', id })).catch(() => {});
      isClosed = true;
      worker = null;
      for (const one of waiting.values())
        one.reject(new ModelError('fault', 'the read model is closed'));
      waiting.clear();
      known.clear();
      await ending?.terminate();
    },
  };
}

interface Known {
  readonly keys: ModelKeys;
  readonly sha256: string | undefined;
}

/** Whether the worker has exactly these keys and procedures; a ledger's new year adds a key. */
function isSame(known: Known | undefined, { keys, adopted }: ClientAccess): boolean {
  return (
    known !== undefined &&
    known.sha256 === adopted?.sha256 &&
    known.keys.client === keys.client &&
    known.keys.tag === keys.tag &&
    known.keys.ledger.size === keys.ledger.size
  );
}
