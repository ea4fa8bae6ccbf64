/** The PostgreSQL that both sides share, each with a database of its own, on a temporary directory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Launched, launchPostgres } from '../src/server/vault/postgres/launch.ts';

/** Larger than the default, because it serves both sides and the larger data set. */
const settings = { shared_buffers: '1GB', max_wal_size: '4GB' };

export interface Cluster {
  dir: string;
  postgres: Launched;
  /** Vacuums and analyses one database. */
  settle(database: string): Promise<void>;
  blocksRead(database: string): Promise<number>;
  /** Runs statements one by one as the superuser. */
  administer(database: string, statements: readonly string[]): Promise<void>;
  /** Rows of one query as the superuser, as arrays. */
  ask(database: string, text: string, values: readonly unknown[]): Promise<unknown[][]>;
  /** Stops the database and removes the directory. */
  stop(): Promise<void>;
}

export async function openCluster(): Promise<Cluster> {
  const dir = mkdtempSync(join(tmpdir(), 'worksmartly-bench-'));
  const postgres = await launchPostgres({ dir, settings });
  const as = async <T>(database: string, act: (client: pg.Client) => Promise<T>): Promise<T> => {
    const client = new pg.Client(postgres.connection('admin', database));
    await client.connect();
    try {
      return await act(client);
    } finally {
      await client.end();
    }
  };
  const ask: Cluster['ask'] = (database, text, values) =>
    as(database, async (client) => {
      const result = await client.query({ text, values: [...values], rowMode: 'array' });
      return result.rows as unknown[][];
    });
  const administer: Cluster['administer'] = (database, statements) =>
    as(database, async (client) => {
      for (const statement of statements) await client.query(statement);
    });
  return {
    dir,
    postgres,
    ask,
    administer,
    settle: (database) => administer(database, ['vacuum (analyze)', 'checkpoint']),
    async blocksRead(database) {
      const text = 'select blks_read from pg_stat_database where datname = $1';
      const [row] = await ask(database, text, [database]);
      return Number(row?.[0] ?? 0);
    },
    async stop() {
      await postgres.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
