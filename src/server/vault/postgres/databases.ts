/** Further databases in a launched cluster, from a template: what tests and the bench isolate with. */

import pg from 'pg';
import { createDatabaseStatements, type Role } from './roles.ts';

interface Cluster {
  connection(role: Role, database: string): pg.ClientConfig;
}

/** Made as the cluster's own is: ws_owner's, ws_app may enter. The template MUST have no connections. */
export async function createDatabase(
  cluster: Cluster,
  name: string,
  template = 'template1',
): Promise<void> {
  await asAdmin(cluster, createDatabaseStatements(plain(name), plain(template)));
}

/** Ends its sessions first; no error where there is none. */
export async function dropDatabase(cluster: Cluster, name: string): Promise<void> {
  await asAdmin(cluster, [`DROP DATABASE IF EXISTS ${plain(name)} WITH (FORCE)`]);
}

async function asAdmin(cluster: Cluster, statements: string[]) {
  const admin = new pg.Client(cluster.connection('admin', 'postgres'));
  await admin.connect();
  try {
    for (const statement of statements) await admin.query(statement);
  } finally {
    await admin.end();
  }
}

function plain(name: string): string {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) throw new Error('Not a plain database name');
  return name;
}
