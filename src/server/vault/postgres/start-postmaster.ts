/** Starts one postmaster and waits until it accepts connections or has given up. */

import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Binaries, DATA_DIRECTORY, serverEnvironment } from './binaries.ts';
import type { Account } from './database-account.ts';
import type { Layout } from './layout.ts';
import { isPostmasterAlive, readPostmaster } from './postmaster.ts';
import { PORT } from './roles.ts';

export interface Start {
  layout: Layout;
  account: Account;
  binaries: Binaries;
  socketDir: string;
  /** Command-line arguments, from `settingArguments`. */
  settings: string[];
}

export type Started =
  | { outcome: 'ready'; pid: number; stop(): Promise<void> }
  /** Another postmaster has the directory, or a dead one's backends still do: look again. */
  | { outcome: 'occupied' }
  | { outcome: 'failed'; reason: string };

const logBytesMax = 16 * 1024 * 1024;

export async function startPostmaster(start: Start): Promise<Started> {
  const { layout, account, binaries, socketDir, settings } = start;
  const log = openLog(join(layout.state, 'postgres.log'));
  const data = openSync(layout.pg, 'r');
  const [command = '', ...prefix] = account.prefix;
  const child = spawn(
    command,
    [
      ...prefix,
      join(binaries.bin, 'postgres'),
      ...['-D', DATA_DIRECTORY, '-k', socketDir, '-p', String(PORT)],
      ...settings,
    ],
    {
      cwd: '/',
      env: serverEnvironment,
      stdio: ['ignore', log.file, log.file, data],
      // A group of its own: Ctrl-C is for us, who stop it when nothing needs it any more.
      detached: true,
    },
  );
  closeSync(log.file);
  closeSync(data);
  child.unref();
  const exit = exited(child);
  const gone = await firstOf(exit, layout.pg, child);
  if (gone === undefined) {
    return { outcome: 'ready', pid: child.pid ?? -1, stop: () => stop(child, exit, socketDir) };
  }
  const said = readFileSync(log.path).subarray(log.from).toString('utf8');
  if (/lock file "|pre-existing shared memory block/.test(said)) return { outcome: 'occupied' };
  return { outcome: 'failed', reason: said.trim() || gone };
}

/** The reason when the child ended first, undefined when the server is ready. */
async function firstOf(
  exit: Promise<string>,
  pg: string,
  child: ChildProcess,
): Promise<string | undefined> {
  let ended: string | undefined;
  void exit.then((reason) => {
    ended = reason;
  });
  while (ended === undefined) {
    const found = readPostmaster(pg);
    if (found?.ready && found.pid === child.pid && isPostmasterAlive(found, pg)) return undefined;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return ended;
}

function exited(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(`${error.message} (setpriv of util-linux is needed)`));
    child.once('exit', (code, signal) => resolve(`it ended with ${signal ?? code}`));
  });
}

/** Fast shutdown; after 30 s immediate shutdown, which the next start recovers from. */
async function stop(child: ChildProcess, exit: Promise<string>, socketDir: string): Promise<void> {
  child.ref();
  child.kill('SIGINT');
  const impatient = setTimeout(() => child.kill('SIGQUIT'), 30_000);
  await exit;
  clearTimeout(impatient);
  try {
    rmdirSync(socketDir);
  } catch {
    // Not empty: another process is already starting the server again.
  }
}

/** Root's file, handed over by descriptor: the database's uid cannot open it by name. */
function openLog(path: string): { path: string; file: number; from: number } {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > logBytesMax) renameSync(path, `${path}.1`);
  const file = openSync(path, 'a', 0o600);
  return { path, file, from: fstatSync(file).size };
}
