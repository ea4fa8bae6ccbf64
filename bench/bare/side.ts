/** Bare as a side of the bench: its database in the shared cluster, its server process, its clients. */
import { hash, randomBytes, randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalogue } from '../../src/catalogue/catalogue.ts';
import { createDatabaseStatements } from '../../src/server/vault/postgres/roles.ts';
import { type Child, residentMiB, startChild } from '../child.ts';
import type { Cluster } from '../cluster.ts';
import type { Side } from '../side.ts';
import type { BareConfig } from './serve.ts';

const database = 'bare';
const here = import.meta.dirname;

/** Makes the database and starts the server. */
export async function startBare(cluster: Cluster, catalogue: Catalogue): Promise<Side> {
  await cluster.administer('postgres', createDatabaseStatements(database, 'template1'));
  const schema = readFileSync(join(here, 'schema.sql'), 'utf8');
  const grant = 'grant select, insert, update, delete on all tables in schema public to ws_app';
  await cluster.administer(database, [schema, grant]);
  const catalogueFile = join(cluster.dir, 'bare-catalogue.json');
  writeFileSync(catalogueFile, JSON.stringify(catalogue));
  const connection = cluster.postgres.connection('app', database);
  const config: BareConfig = { connection, catalogueFile };
  const server = await startChild<{ port: number }>(join(here, 'serve.ts'), config);
  return sideOf(cluster, config, server);
}

function sideOf(cluster: Cluster, config: BareConfig, server: Child<{ port: number }>): Side {
  return {
    name: 'bare',
    port: server.ready.port,
    async addClient() {
      const [client, user, token] = [
        randomUUID(),
        randomUUID(),
        randomBytes(32).toString('base64url'),
      ];
      const add = "insert into client values ($1, 'invented') returning 1";
      await cluster.ask(database, add, [client]);
      const grant = "insert into token values ($1, $2, now() + interval '1 day') returning 1";
      await cluster.ask(database, grant, [hash('sha256', token, 'buffer'), user]);
      return { id: `cli_${client}`, token, staff: [] };
    },
    async staffOf(client) {
      const text =
        'select subject_id from staff where client_id = $1 order by md5(subject_id::text) limit 5000';
      const rows = await cluster.ask(database, text, [client.id.slice(4)]);
      return rows.map(([id]) => `sub_${id}`);
    },
    async startFresh() {
      const fresh = await startChild<{ port: number }>(join(here, 'serve.ts'), config);
      return {
        port: fresh.ready.port,
        residentMiB: async () => residentMiB(fresh.pid),
        stop: () => fresh.stop(),
      };
    },
    async openCold(client) {
      const argument = { ...config, client: client.id.slice(4) };
      const child = await startChild<{ ms: number }>(join(here, 'open-cold.ts'), argument);
      await child.stop();
      return child.ready.ms;
    },
    settle: () => cluster.settle(database),
    blocksRead: () => cluster.blocksRead(database),
    residentMiB: async () => residentMiB(server.pid),
    stop: () => server.stop(),
  };
}
