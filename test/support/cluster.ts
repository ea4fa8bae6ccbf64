/**
 * Real PostgreSQL for tests: one cluster per run (`global-setup.ts`), or one of the test file's own
 * when it runs alone, and in it a database per test file from a template that was migrated once. The
 * embedded one, or with WORKSMARTLY_TEST_POSTGRES=debian Debian's, over TLS.
 */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionConfig } from '../../src/server/vault/database.ts';
import { migrate } from '../../src/server/vault/migrate.ts';
import { createDatabase, dropDatabase } from '../../src/server/vault/postgres/databases.ts';
import { launchPostgres } from '../../src/server/vault/postgres/launch.ts';
import { processState } from '../../src/server/vault/postgres/postmaster.ts';
import { connectionTo, DATABASE, type Role } from '../../src/server/vault/postgres/roles.ts';
import type { Settings } from '../../src/server/vault/postgres/settings.ts';
import {
  debianAddress,
  launchDebian,
  type NetworkAddress,
  networkConnection,
} from './debian-postgres.ts';

/** What `pg` takes. */
export interface TestConnection extends ConnectionConfig {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

export interface TestDatabase {
  name: string;
  connection(role: Role): TestConnection;
  /** DATABASE_URL and DATABASE_OWNER_URL, for who takes them from the environment. */
  urls(): Record<string, string>;
  /** For a database that a test wants gone early; the cluster's end removes the rest. */
  drop(): Promise<void>;
}

/** A cluster that a test may kill and launch again. */
export interface TestPostgres {
  readonly pid: number;
  connection(role: Role, database?: string): TestConnection;
  stop(): Promise<void>;
}

/** Whether tests run on Debian's PostgreSQL instead of the embedded one. */
export const ON_DEBIAN = process.env.WORKSMARTLY_TEST_POSTGRES === 'debian';

/** A migrated database of its own; connect to it as `app` (what serves) or `owner` (what migrates). */
export async function testDatabase(): Promise<TestDatabase> {
  const place = await testCluster();
  const name = `t_${randomBytes(8).toString('hex')}`;
  const cluster = { connection: (role: Role, of: string) => connectionAt(place, role, of) };
  await createDatabase(cluster, name, TEMPLATE);
  return {
    name,
    connection: (role) => connectionAt(place, role, name),
    urls: () => urlsAt(place, name),
    drop: () => dropDatabase(cluster, name),
  };
}

const temporary: string[] = [];
process.once('exit', () => {
  for (const dir of temporary) rmSync(dir, { recursive: true, force: true });
});

/** A new directory, removed when this process ends. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'worksmartly-'));
  temporary.push(dir);
  return dir;
}

/** Starts the PostgreSQL of DIR, as a server on that directory would; a killed one starts again. */
export async function launchTestPostgres(dir: string, settings: Settings): Promise<TestPostgres> {
  const { place, pid, stop } = await launch(dir, settings);
  return {
    pid,
    connection: (role, database = DATABASE) => connectionAt(place, role, database),
    stop,
  };
}

/** What a server on DIR must have in its environment to reach the database that was launched there. */
export function databaseEnvironment(dir: string): Record<string, string> {
  const address = ON_DEBIAN ? debianAddress(dir) : undefined;
  return address ? urlsAt({ address }, DATABASE) : {};
}

/** A cluster in `dir` with the migrated template. Without fsync: tests kill processes, not machines. */
export async function startTestCluster(dir: string): Promise<TestCluster> {
  const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '200' };
  const cluster = await launch(dir, settings);
  await createDatabase(
    { connection: (role, of) => connectionAt(cluster.place, role, of) },
    TEMPLATE,
  );
  await migrate(connectionAt(cluster.place, 'owner', TEMPLATE));
  return cluster;
}

/** Tells the test files' processes where the run's cluster is, as JSON. */
export const CLUSTER_VARIABLE = 'WORKSMARTLY_TEST_CLUSTER';

const TEMPLATE = 'worksmartly_template';

/** A socket's directory, or an address on the loopback. */
type Place = { readonly socketDir: string } | { readonly address: NetworkAddress };

export interface TestCluster {
  readonly place: Place;
  readonly pid: number;
  stop(): Promise<void>;
}

async function launch(dir: string, settings: Settings): Promise<TestCluster> {
  if (ON_DEBIAN) {
    const { address, pid, stop } = await launchDebian(dir, settings);
    return { place: { address }, pid, stop };
  }
  const { socketDir, pid, stop } = await launchPostgres({ dir, settings });
  return { place: { socketDir }, pid, stop };
}

function connectionAt(place: Place, role: Role, database: string): TestConnection {
  if ('socketDir' in place) return connectionTo(place.socketDir, role, database);
  return networkConnection(place.address, role, database);
}

function urlsAt(place: Place, database: string): Record<string, string> {
  return {
    DATABASE_URL: urlAt(place, 'app', database),
    DATABASE_OWNER_URL: urlAt(place, 'owner', database),
  };
}

function urlAt(place: Place, role: Role, database: string): string {
  if ('socketDir' in place) {
    const { user, port } = connectionAt(place, role, database);
    return `postgresql://${user}@${encodeURIComponent(place.socketDir)}:${port}/${database}`;
  }
  const { port, passwords, caPath } = place.address;
  const tls = `sslmode=verify-full&sslrootcert=${encodeURIComponent(caPath)}`;
  return `postgresql://ws_${role}:${passwords[role]}@127.0.0.1:${port}/${database}?${tls}`;
}

let own: Promise<Place> | undefined;

async function testCluster(): Promise<Place> {
  const given = process.env[CLUSTER_VARIABLE];
  if (given !== undefined) return JSON.parse(given) as Place;
  own ??= startOwnCluster();
  return own;
}

/** Ends with this process: an `after` hook would end it before the test file's own hooks. */
async function startOwnCluster(): Promise<Place> {
  const dir = tempDir();
  const { place, pid } = await startTestCluster(dir);
  process.prependOnceListener('exit', () => {
    process.kill(pid, 'SIGQUIT');
    const giveUpAt = performance.now() + 5_000;
    while (isRunning(pid) && performance.now() < giveUpAt) pauseBriefly();
    if ('socketDir' in place) rmSync(place.socketDir, { recursive: true, force: true });
  });
  return place;
}

function isRunning(pid: number): boolean {
  const state = processState(pid);
  return state !== undefined && state.code !== 'Z';
}

/** Exit handlers cannot await. */
function pauseBriefly(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}
