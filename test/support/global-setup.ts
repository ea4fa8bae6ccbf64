/** For `node --test --test-global-setup`: one PostgreSQL for all test files of a run, gone afterwards. */

import { CLUSTER_VARIABLE, startTestCluster, type TestCluster, tempDir } from './cluster.ts';

let cluster: TestCluster | undefined;

export async function globalSetup(): Promise<void> {
  cluster = await startTestCluster(tempDir());
  process.env[CLUSTER_VARIABLE] = JSON.stringify(cluster.place);
}

export async function globalTeardown(): Promise<void> {
  await cluster?.stop();
}
