/** The read model's thread: holds the models of the clients that are in use, answers about them, and
 * lets go of those that are not. It writes nothing, anywhere. */
import { parentPort, workerData } from 'node:worker_threads';
import pg from 'pg';
import { ClientModel, type ModelParts } from './client-model.ts';
import { keepOnly, listPeople, selectPeople } from './list.ts';
import type {
  Call,
  ClientAccess,
  FromWorker,
  ModelStats,
  SentError,
  ToWorker,
} from './messages.ts';
import { ModelError } from './model-error.ts';
import { compartmentsOf } from './needed-compartments.ts';
import { organisationPage } from './organisation.ts';
import { namePeople } from './people-answer.ts';
import type { WorkerConfig } from './read-model.ts';

const { database, catalogue, memoryLimitMb, idleMs }: WorkerConfig = workerData;
const SWEEP_MS = Math.max(10, Math.min(idleMs / 4, 15_000));

const pool = new pg.Pool({ ...database, max: 2, idleTimeoutMillis: idleMs });
pool.on('error', () => {});
// A connection that breaks while it is in use fails its queries, and must not end the process.
pool.on('connect', (client) => client.on('error', () => {}));
const parts: ModelParts = {
  catalogue,
  pool,
  duckMemoryMb: Math.max(64, Math.min(1024, memoryLimitMb / 4)),
};
/** Least recently used first. */
const models = new Map<string, ClientModel>();
const running = new Map<number, AbortController>();
const sweeping = setInterval(sweep, SWEEP_MS);

parentPort!.on('message', (message: ToWorker) => {
  switch (message.kind) {
    case 'call':
      void answer(message.id, async () => {
        const cancelled = new AbortController();
        running.set(message.id, cancelled);
        try {
          return await run(message.client, message.access, message.call, cancelled.signal);
        } finally {
          running.delete(message.id);
        }
      });
      break;
    case 'cancel':
      running.get(message.id)?.abort();
      break;
    case 'drop':
      void answer(message.id, () => drop(message.client));
      break;
    case 'stats':
      void answer(message.id, stats);
      break;
    case 'close':
      void answer(message.id, close);
  }
});

async function run(client: string, access: ClientAccess | null, call: Call, signal: AbortSignal) {
  const model = modelOf(client, access);
  model.calls++;
  try {
    await model.ready(call.at, compartmentsOf(model.catalogue, call));
    signal.throwIfAborted();
    keepWithinMemory(client);
    return await answerFrom(model, call, signal);
  } finally {
    model.calls--;
    model.usedAt = performance.now();
    // Another one has taken its place meanwhile.
    if (model.calls === 0 && models.get(client) !== model) model.close();
  }
}

function answerFrom(model: ClientModel, call: Call, signal: AbortSignal): unknown {
  const { dataVersion } = model;
  switch (call.kind) {
    case 'list': {
      const view = model.view(call.query.today);
      const { scope, under, showsCanaries } = call.query;
      const people = model.peopleIn(view, scope, under, showsCanaries);
      return { dataVersion, ...listPeople(view, call.query, people) };
    }
    case 'people': {
      const view = model.view(call.today);
      return { dataVersion, ...namePeople(view, model.peopleIn(view, call.scope)) };
    }
    case 'select': {
      const { query, subjects, max } = call;
      const view = model.view(query.today);
      const people = model.peopleIn(view, query.scope, query.under, query.showsCanaries);
      if (subjects) keepOnly(view, subjects, people);
      return { dataVersion, ...selectPeople(view, query, people, max) };
    }
    case 'is-under': {
      const { subject, manager, today } = call;
      return { dataVersion, isUnder: model.isUnder(model.view(today), subject, manager) };
    }
    case 'organisation': {
      const { query } = call;
      const { scope, showsCanaries } = query;
      const people = model.peopleIn(model.view(query.today), scope, undefined, showsCanaries);
      return { dataVersion, ...organisationPage(model.viewOn(query.day), query, people) };
    }
    case 'report':
      return model.report(call.run, signal);
    case 'report-people':
      return model.reportPeople(call, signal);
  }
}

function modelOf(client: string, access: ClientAccess | null): ClientModel {
  let model = models.get(client);
  if (model === undefined) {
    if (access === null) throw new ModelError('keys-needed', 'the keys of this client are needed');
    model = newModel(access);
  } else if (access !== null && access.adopted?.sha256 !== model.access.adopted?.sha256) {
    // Other procedures: what is held in columns is made anew.
    if (model.calls === 0) model.close();
    model = newModel(access);
  } else if (access !== null) {
    model.access = access;
  }
  models.delete(client);
  models.set(client, model);
  return model;
}

function newModel(access: ClientAccess): ClientModel {
  return new ClientModel({ ...parts, catalogue: access.adopted?.catalogue ?? catalogue }, access);
}

/** Lets go of the models used longest ago until the rest fits; those in use always stay. */
function keepWithinMemory(current: string): void {
  let bytes = [...models.values()].reduce((sum, model) => sum + model.bytes, 0);
  for (const [client, model] of models) {
    if (bytes <= memoryLimitMb * 1024 * 1024) return;
    if (client === current || model.calls > 0) continue;
    bytes -= model.bytes;
    drop(client);
  }
}

function sweep(): void {
  for (const [client, model] of models) {
    if (model.calls === 0 && performance.now() - model.usedAt > idleMs) drop(client);
  }
}

function drop(client: string): void {
  droppedLoads += models.get(client)?.loads ?? 0;
  models.get(client)?.close();
  models.delete(client);
}

/** Of models that are gone. */
let droppedLoads = 0;

function stats(): ModelStats {
  const clients = [...models].map(([client, model]) => ({
    client,
    dataVersion: model.dataVersion,
    people: model.people,
    records: model.records,
    bytes: model.bytes,
    loadMs: model.loadMs,
  }));
  return {
    clients,
    bytes: clients.reduce((sum, { bytes }) => sum + bytes, 0),
    loads: [...models.values()].reduce((sum, { loads }) => sum + loads, droppedLoads),
  };
}

async function close(): Promise<void> {
  clearInterval(sweeping);
  for (const controller of running.values()) controller.abort();
  for (const client of [...models.keys()]) drop(client);
  await pool.end();
}

async function answer(id: number, make: () => unknown): Promise<void> {
  let sent: FromWorker;
  try {
    sent = { id, answer: await make() };
  } catch (error) {
    sent = { id, error: sentError(error) };
  }
  parentPort!.postMessage(sent);
}

function sentError(error: unknown): SentError {
  if (error instanceof ModelError) {
    return { code: error.code, message: error.message, details: error.details };
  }
  const { name = 'Error', message = '' } = error as Error;
  // An entry, or a list beside one, that tells which records there must be.
  if (name === 'SealError') {
    return {
      code: 'records-differ-from-ledger',
      message: 'the ledger does not open',
      details: null,
    };
  }
  if (name === 'AbortError') return { code: 'cancelled', message: 'cancelled', details: null };
  return { code: 'fault', message: `${name}: ${message}`, details: null };
}
