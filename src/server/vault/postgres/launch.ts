/**
 * Starts PostgreSQL 18 on a data directory, or joins the one that already runs there. It listens on
 * a unix socket only, knows no password, and MUST never log a statement, a parameter or a value.
 */

import { removeAbandonedLock } from './abandoned-lock.ts';
import { writeAccessRules } from './access-rules.ts';
import { prepareBinaries } from './binaries.ts';
import { createCluster } from './create-cluster.ts';
import { databaseAccount } from './database-account.ts';
import { prepareLayout } from './layout.ts';
import { isPostmasterAlive, type Postmaster, readPostmaster } from './postmaster.ts';
import {
  type Connection,
  checkConnection,
  connectionTo,
  DATABASE,
  PORT,
  type Role,
} from './roles.ts';
import { type Settings, settingArguments } from './settings.ts';
import { isSafeSocketDirectory, prepareSocketDirectory } from './socket-directory.ts';
import { startPostmaster } from './start-postmaster.ts';

export interface LaunchOptions {
  /** The DIR of DESIGN §9; made where missing. */
  dir: string;
  /** A short path for the socket, at most 80 bytes, made where missing. Default: one per DIR under /run or the OS temp directory. */
  runtimeDir?: string;
  /** PostgreSQL settings over the defaults of `settings.ts`, e.g. `{ shared_buffers: '1GB' }`. */
  settings?: Settings;
}

export interface Launched {
  socketDir: string;
  port: number;
  database: string;
  /** The postmaster's process id. */
  pid: number;
  /** True where this call started the server; false where another process did. */
  owned: boolean;
  /** The OS user's way in as one of the three roles, to `database` or to another one. */
  connection(role: Role, database?: string): Connection;
  /** Stops an owned server cleanly and resolves when it is gone; leaves another process's alone. */
  stop(): Promise<void>;
}

/**
 * Opens DIR: creates the cluster where there is none, then starts or joins its server.
 * Call it from the main thread: PostgreSQL stops when the thread that started it dies.
 * Throws when DIR belongs to another account, the server cannot start within 60 s, or the running
 * one does not let this account in.
 */
export async function launchPostgres(options: LaunchOptions): Promise<Launched> {
  const settings = settingArguments(options.settings ?? {});
  const layout = prepareLayout(options.dir);
  const account = databaseAccount(layout.pg);
  const binaries = prepareBinaries(account);
  await createCluster({ layout, account, binaries, settings });

  const giveUpAt = performance.now() + 60_000;
  for (;;) {
    const running = readPostmaster(layout.pg);
    if (running && isPostmasterAlive(running, layout.pg)) {
      if (running.ready) return join(running, account.uid);
    } else {
      if (running) removeAbandonedLock(running, layout.pg);
      writeAccessRules(layout.pg, account);
      const socketDir = prepareSocketDirectory(layout.dir, account, options.runtimeDir);
      const started = await startPostmaster({ layout, account, binaries, socketDir, settings });
      if (started.outcome === 'ready') {
        const launched = describe(socketDir, started.pid, true, started.stop);
        await checkConnection(launched.connection('owner', 'postgres'));
        return launched;
      }
      if (started.outcome === 'failed') {
        throw new Error(`PostgreSQL did not start in ${layout.dir}: ${started.reason}`);
      }
    }
    if (performance.now() > giveUpAt) {
      throw new Error(`The PostgreSQL of ${layout.dir} was neither ready nor gone within 60 s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

async function join(running: Postmaster, uid: number): Promise<Launched> {
  if (!isSafeSocketDirectory(running.socketDir, uid)) {
    throw new Error(`The socket directory ${running.socketDir} does not belong to the database`);
  }
  const launched = describe(running.socketDir, running.pid, false, async () => {});
  await checkConnection(launched.connection('owner', 'postgres'));
  return launched;
}

function describe(
  socketDir: string,
  pid: number,
  owned: boolean,
  stop: () => Promise<void>,
): Launched {
  return {
    socketDir,
    port: PORT,
    database: DATABASE,
    pid,
    owned,
    connection: (role, database = DATABASE) => connectionTo(socketDir, role, database),
    stop,
  };
}
