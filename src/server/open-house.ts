/** Opens what the server stands on: database, root key, ledgers, read model. Server, doctor and
 * tests open the same house. */
import { join } from 'node:path';
import { loadWithRules } from '../catalogue/load.ts';
import type { Config, Secrets } from './config.ts';
import { dropWhatIsGone } from './domain/kill-switch/drop-what-is-gone.ts';
import { openOffices } from './domain/premises/office-networks.ts';
import type { House, LogEvent } from './house.ts';
import { systemDraft } from './ledger/draft.ts';
import { type Ledgers, openLedgers } from './ledger/ledger.ts';
import { openLiveGrants } from './ledger/live-grants.ts';
import { makeLedger } from './ledger/make-ledger.ts';
import { readProviderId } from './ledger/registry.ts';
import { openRoot } from './open-root.ts';
import { openActivityModel } from './readmodel/activity/activity-model.ts';
import { openReadModel } from './readmodel/read-model.ts';
import { newUuid } from './uuid.ts';
import { KeyCache } from './vault/crypto/key-cache.ts';
import type { SubjectKeys } from './vault/crypto/subject-keys.ts';
import { type ConnectionConfig, type Database, openDatabase } from './vault/database.ts';
import type { RootKeyProvider } from './vault/keys/root-key-provider.ts';
import { migrate } from './vault/migrate.ts';
import { launchPostgres } from './vault/postgres/launch.ts';
import { checkServingRole } from './vault/serving-role.ts';
import { openWakeUps } from './vault/wake-ups.ts';

export const ROOT = join(import.meta.dirname, '..', '..');

/** After which what was opened of a client, and is not used, is let go of. */
const READ_MODEL_IDLE_MS = 300_000;

export interface HouseParts {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly now: () => number;
  readonly log: (event: LogEvent) => void;
  readonly onBatch?: (entries: number, ms: number) => void;
  /** Connections to a database that runs already, as tests have one. */
  readonly connections?: { readonly app: ConnectionConfig; readonly owner: ConnectionConfig };
}

export interface OpenedHouse {
  /** Everything but what the gate adds. */
  readonly house: Omit<House, 'policyFiles' | 'policyDigest' | 'reauthorise'>;
  /** How the role that serves connects, and how the owner of the tables does. */
  readonly connection: ConnectionConfig;
  readonly ownerConnection: ConnectionConfig;
  /** Tells jobs to stop where they can go on later. */
  stopJobs(): void;
  close(): Promise<void>;
}

/** Opens the house of `config.directory`; on an empty directory it makes one. */
export async function openHouse(parts: HouseParts): Promise<OpenedHouse> {
  const opened: (() => unknown)[] = [];
  const close = async () => {
    for (const closing of opened.splice(0).reverse()) await closing();
  };
  try {
    return await openParts(parts, opened, close);
  } catch (error) {
    await close();
    throw error;
  }
}

/** Adds to `opened` how to close each part, in the order of opening. */
async function openParts(
  parts: HouseParts,
  opened: (() => unknown)[],
  close: () => Promise<void>,
): Promise<OpenedHouse> {
  const { config, secrets, now, log, onBatch } = parts;
  const loaded = loadWithRules(config.catalogueDirectory ?? join(ROOT, 'catalogue'));
  const { catalogue, rules: catalogueRules } = loaded;
  const { app, owner, stop } = await connectionsOf(parts);
  opened.push(stop);
  await migrate(owner);
  const database = openDatabase(app, config.databaseConnections, config.oneLedgerPerBatch);
  opened.push(database.close);
  await checkServingRole(database);
  const root = await openRoot(database, config, secrets);
  opened.push(() => root.close());
  const providerId = await providerLedger(database, root, now);
  const marksDirectory = join(config.directory, 'state', 'marks');
  const { oneLedgerPerBatch } = config;
  const ledgers = await openLedgers(
    { database, root, marksDirectory, now, oneLedgerPerBatch, ...(onBatch && { onBatch }) },
    providerId,
  );
  opened.push(ledgers.close);
  await recordLogKey(ledgers);
  const subjectKeys = new KeyCache<SubjectKeys>({ now });
  opened.push(() => subjectKeys.close());
  const readModel = openReadModel({
    database: app,
    catalogue,
    memoryLimitMb: config.readModelMemoryMb,
    idleMs: READ_MODEL_IDLE_MS,
    now,
  });
  opened.push(readModel.close);
  const activity = openActivityModel({
    database: app,
    memoryLimitMb: config.readModelMemoryMb / 4,
    idleMs: READ_MODEL_IDLE_MS,
  });
  opened.push(activity.close);
  const live = openLiveGrants(database, ledgers, now);
  opened.push(live.close);
  opened.push(openWakeUps(app, wakenBy(ledgers)).close);
  opened.push(dropWhatIsGone({ ledgers, subjectKeys, readModel }));
  const stopping = new AbortController();
  const jobs = new Set<Promise<void>>();
  opened.push(() => Promise.allSettled(jobs));
  opened.push(() => stopping.abort());
  return {
    house: {
      database,
      root,
      ledgers,
      catalogue,
      catalogueRules,
      provider: config.provider,
      clientRules: config.clientRules,
      site: { origin: '', rpId: '' },
      privateIssuers: new Set(config.privateIssuers),
      subjectKeys,
      readModel,
      activity,
      live,
      offices: openOffices({ database, log }, ledgers.provider),
      jobs,
      stopping: stopping.signal,
      now,
      log,
    },
    connection: app,
    ownerConnection: owner,
    stopJobs: () => stopping.abort(),
    close,
  };
}

/** What another process tells is looked up; a failure is made up for by the next look. */
function wakenBy(ledgers: Ledgers) {
  return {
    moved(ledger: string, index: number) {
      const state = ledgers.loaded(ledger);
      if (state && state.authority.index < index) ledgers.refresh(state).catch(() => {});
    },
    lost: () => void ledgers.refreshMoved().catch(() => {}),
  };
}

async function connectionsOf({ config, secrets, connections }: HouseParts) {
  const nothing = async () => {};
  if (connections) return { ...connections, stop: nothing };
  if (secrets.database) return { ...secrets.database, stop: nothing };
  const launched = await launchPostgres({ dir: config.directory });
  return {
    app: launched.connection('app'),
    owner: launched.connection('owner'),
    stop: () => launched.stop(),
  };
}

/** The provider's ledger, made at the first start. */
async function providerLedger(database: Database, root: RootKeyProvider, now: () => number) {
  const found = await readProviderId(database);
  if (found) return found;
  const id = newUuid(now());
  const { store } = makeLedger(root, id, true, now());
  await database.batch([id], store);
  return id;
}

async function recordLogKey({ provider, appendSystem }: Ledgers): Promise<void> {
  if (provider.authority.logKeys.some(({ vkey }) => vkey === provider.keys.vkey)) return;
  const fact = { type: 'log.key' as const, id: null, vkey: provider.keys.vkey, signature: null };
  await appendSystem(provider, systemDraft('sys:setup', 'ledgers.open', fact));
}
