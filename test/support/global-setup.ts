/** For `node --test --test-global-setup`: one PostgreSQL for all test files of a run, gone afterwards. */

import type { Launched } from '../../src/server/vault/postgres/launch.ts';
import { CLUSTER_VARIABLE, startTestCluster, tempDir } from './cluster.ts';

let cluster: Launched | undefined;

export async function globalSetup(): Promise<void> {
  cluster = await startTestCluster(tempDir());
  process.env[CLUSTER_VARIABLE] = cluster.socketDir;
}

export async function globalTeardown(): Promise<void> {
  await cluster?.stop();
}
