/** The thread that holds indices of activity, of the clients that are being looked at. It writes nothing,
 * anywhere; when it ends, everything that it opened is gone. */
import { parentPort, workerData } from 'node:worker_threads';
import pg from 'pg';
import { SealError } from '../../vault/crypto/seal-error.ts';
import { ActivityIndex } from './activity-index.ts';
import type {
  ActivityFailure,
  ActivityQuery,
  ActivityStats,
  FromActivityWorker,
  LedgerAccess,
  ToActivityWorker,
} from './activity-messages.ts';
import type { ActivityConfig } from './activity-model.ts';
import { addEntries, readLists } from './load-activity.ts';

interface Held {
  readonly index: ActivityIndex;
  /** Calls of one client follow each other. */
  turn: Promise<unknown>;
  loadMs: number;
}

const { database, memoryLimitMb }: ActivityConfig = workerData;
const pool = new pg.Pool({ ...database, max: 2, idleTimeoutMillis: 10_000 });
pool.on('error', () => {});
// A connection that breaks while it is in use fails its queries, and must not end the process.
pool.on('connect', (client) => client.on('error', () => {}));
/** Least recently used first. */
const held = new Map<string, Held>();

parentPort!.on('message', (message: ToActivityWorker) => {
  void answer(message.id, () => carryOut(message));
});

function carryOut(message: ToActivityWorker): unknown {
  switch (message.kind) {
    case 'find':
      return find(message.access, message.query);
    case 'drop':
      return held.delete(message.client);
    case 'stats':
      return stats();
  }
}

function find(access: LedgerAccess, query: ActivityQuery): Promise<number[]> {
  const { clientId } = access;
  const one = held.get(clientId) ?? {
    index: new ActivityIndex(),
    turn: Promise.resolve(),
    loadMs: 0,
  };
  held.delete(clientId);
  held.set(clientId, one);
  const mine = one.turn.then(() => findIn(one, access, query));
  one.turn = mine.catch(() => {
    // Half a load is no index: the next call begins anew.
    if (held.get(clientId) === one) held.delete(clientId);
  });
  return mine;
}

async function findIn(one: Held, access: LedgerAccess, query: ActivityQuery): Promise<number[]> {
  const { index } = one;
  const { filter, before, limit } = query;
  if (index.size < before) await onConnection((db) => loadInto(db, one, access));
  if (filter.subject !== undefined && index.unread().length > 0) {
    await onConnection((db) => readLists(db, access, index));
  }
  keepWithinMemory(access.clientId);
  return index.find(filter, before, limit);
}

async function loadInto(db: pg.ClientBase, one: Held, access: LedgerAccess): Promise<void> {
  const started = performance.now();
  await addEntries(db, access, one.index);
  one.loadMs = performance.now() - started;
}

async function onConnection(body: (db: pg.ClientBase) => Promise<void>): Promise<void> {
  const db = await pool.connect();
  let failure: Error | undefined;
  try {
    await body(db);
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    // After a failure nobody knows what is still under way on the connection.
    db.release(failure);
  }
}

/** Lets go of the clients asked for longest ago until the rest fits; the present one always stays. */
function keepWithinMemory(current: string): void {
  let bytes = 0;
  for (const { index } of held.values()) bytes += index.bytes;
  for (const [client, { index }] of held) {
    if (bytes <= memoryLimitMb * 1024 * 1024) return;
    if (client === current) continue;
    bytes -= index.bytes;
    held.delete(client);
  }
}

function stats(): ActivityStats {
  return {
    clients: [...held].map(([client, { index, loadMs }]) => ({
      client,
      entries: index.size,
      bytes: index.bytes,
      loadMs,
    })),
  };
}

async function answer(id: number, make: () => unknown): Promise<void> {
  let sent: FromActivityWorker;
  try {
    sent = { id, answer: await make() };
  } catch (error) {
    sent = { id, failure: failureOf(error) };
  }
  parentPort!.postMessage(sent);
}

function failureOf(error: unknown): ActivityFailure {
  if (error instanceof SealError) {
    const kind = error.code === 'key-version' ? 'key-version' : 'sealed';
    return { kind, message: error.message };
  }
  const { name = 'Error', message = '' } = error as Error;
  return { kind: 'fault', message: `${name}: ${message}` };
}
