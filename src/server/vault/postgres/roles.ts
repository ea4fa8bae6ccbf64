/**
 * The roles of the embedded cluster and how a process of the right OS user connects as one of them.
 * `admin` is the superuser of set-up and tests: serving code MUST NOT use it.
 */

import pg from 'pg';

export type Role = 'owner' | 'app' | 'admin';

export const DATABASE = 'worksmartly';
export const PORT = 5432;
export const ROLES = ['ws_admin', 'ws_owner', 'ws_app'] as const;

/** What `pg.Client` and `pg.Pool` take; `host` is the socket's directory. */
export interface Connection {
  host: string;
  port: number;
  user: string;
  database: string;
  ssl: false;
}

/** The OS user's way in as one of the roles. */
export function connectionTo(socketDir: string, role: Role, database: string): Connection {
  return { host: socketDir, port: PORT, user: `ws_${role}`, database, ssl: false };
}

/** What a new cluster gets, one statement per line (single-user mode reads it so). */
export const createRoles = [
  'CREATE ROLE ws_owner LOGIN;',
  'CREATE ROLE ws_app LOGIN;',
  'REVOKE ALL ON DATABASE postgres FROM PUBLIC;',
  'REVOKE ALL ON DATABASE template1 FROM PUBLIC;',
  'GRANT CONNECT ON DATABASE postgres TO ws_owner;',
  ...createDatabaseStatements(DATABASE, 'template1'),
];

/** A database that ws_owner owns and ws_app may only enter. Names MUST be plain identifiers. */
export function createDatabaseStatements(name: string, template: string): string[] {
  return [
    `CREATE DATABASE ${name} OWNER ws_owner TEMPLATE ${template};`,
    `REVOKE ALL ON DATABASE ${name} FROM PUBLIC;`,
    `GRANT CONNECT ON DATABASE ${name} TO ws_app;`,
  ];
}

/** Throws with a sentence for the operator when the server does not let this OS user in. */
export async function checkConnection(connection: Connection): Promise<void> {
  const client = new pg.Client(connection);
  try {
    await client.connect();
  } catch (cause) {
    throw new Error(
      `PostgreSQL at ${connection.host} does not accept this OS user as ${connection.user}`,
      { cause },
    );
  } finally {
    await client.end().catch(() => {});
  }
}
