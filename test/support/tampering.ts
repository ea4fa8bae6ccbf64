/** The database in the hands of somebody who may write everything in it, past row-level security. */
import pg from 'pg';
import type { TestDatabase } from './cluster.ts';

export interface Intruder {
  query(sql: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  /** Runs `body`, which must not write to these tables, after `change`; then puts every row back. */
  tamper(
    tables: readonly string[],
    change: () => Promise<unknown>,
    body: () => Promise<void>,
  ): Promise<void>;
  close(): Promise<void>;
}

/** Connects as the superuser. Table names must be plain. */
export async function openIntruder(database: TestDatabase): Promise<Intruder> {
  const db = new pg.Client(database.connection('admin'));
  await db.connect();
  await db.query('create schema if not exists kept');
  const query = async (sql: string, values: readonly unknown[] = []) =>
    (await db.query(sql, [...values])).rows as Record<string, unknown>[];

  return {
    query,
    async tamper(tables, change, body) {
      for (const table of tables) {
        await query(`drop table if exists kept.${table}`);
        await query(`create table kept.${table} as table ${table}`);
      }
      try {
        await change();
        await body();
      } finally {
        for (const table of tables) {
          await query(
            `begin; delete from ${table}; insert into ${table} table kept.${table}; commit`,
          );
        }
      }
    },
    close: () => db.end(),
  };
}
