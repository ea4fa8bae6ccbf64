/**
 * Real PostgreSQL for tests: one cluster per run (`global-setup.ts`), or one of the test file's own
 * when it runs alone, and in it a database per test file from a template that was migrated once.
 */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../src/server/vault/migrate.ts';
import { createDatabase, dropDatabase } from '../../src/server/vault/postgres/databases.ts';
import { type Launched, launchPostgres } from '../../src/server/vault/postgres/launch.ts';
import { processState } from '../../src/server/vault/postgres/postmaster.ts';
import { type Connection, connectionTo, type Role } from '../../src/server/vault/postgres/roles.ts';

export interface TestDatabase {
  name: string;
  connection(role: Role): Connection;
  /** For a database that a test wants gone early; the cluster's end removes the rest. */
  drop(): Promise<void>;
}

/** A migrated database of its own; connect to it as `app` (what serves) or `owner` (what migrates). */
export async function testDatabase(): Promise<TestDatabase> {
  const cluster = await testCluster();
  const name = `t_${randomBytes(8).toString('hex')}`;
  await createDatabase(cluster, name, TEMPLATE);
  return {
    name,
    connection: (role) => cluster.connection(role, name),
    drop: () => dropDatabase(cluster, name),
  };
}

/** A new directory, removed when this process ends. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'worksmartly-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A cluster in `dir` with the migrated template. Without fsync: tests kill processes, not machines. */
export async function startTestCluster(dir: string): Promise<Launched> {
  const settings = { fsync: 'off', full_page_writes: 'off', max_connections: '200' };
  const cluster = await launchPostgres({ dir, settings });
  await createDatabase(cluster, TEMPLATE);
  await migrate(cluster.connection('owner', TEMPLATE));
  return cluster;
}

/** Tells the test files' processes where the run's cluster is. */
export const CLUSTER_VARIABLE = 'WORKSMARTLY_TEST_SOCKET';

const TEMPLATE = 'worksmartly_template';

interface TestCluster {
  connection(role: Role, database: string): Connection;
}

let own: Promise<TestCluster> | undefined;

async function testCluster(): Promise<TestCluster> {
  const socketDir = process.env[CLUSTER_VARIABLE];
  if (socketDir !== undefined) {
    return { connection: (role, database) => connectionTo(socketDir, role, database) };
  }
  own ??= startOwnCluster();
  return own;
}

/** Ends with this process: an `after` hook would end it before the test file's own hooks. */
async function startOwnCluster(): Promise<TestCluster> {
  const dir = tempDir();
  const cluster = await startTestCluster(dir);
  process.prependOnceListener('exit', () => {
    process.kill(cluster.pid, 'SIGQUIT');
    const giveUpAt = performance.now() + 5_000;
    while (isRunning(cluster.pid) && performance.now() < giveUpAt) pauseBriefly();
    rmSync(cluster.socketDir, { recursive: true, force: true });
  });
  return cluster;
}

function isRunning(pid: number): boolean {
  const state = processState(pid);
  return state !== undefined && state.code !== 'Z';
}

/** Exit handlers cannot await. */
function pauseBriefly(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
}
